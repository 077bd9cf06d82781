//! What the API says of itself: the document is what is served, complete, and the same as last time.

use std::collections::BTreeSet;

use expect_test::expect_file;
use serde_json::{Map, Value};

use super::support::{DELIVERY, Service};

fn document() -> Value {
    serde_json::to_value(assay_api::openapi()).expect("JSON")
}

/// Method, path and description of every operation.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let of = |(path, item): (&String, &Value)| -> Vec<(String, String, Value)> {
        let item: &Map<String, Value> = item.as_object().expect("a path");
        item.iter().map(|(method, operation)| (method.to_uppercase(), path.clone(), operation.clone())).collect()
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn the_document_is_as_it_was() {
    let text = serde_json::to_string_pretty(&document()).expect("JSON");
    expect_file!["openapi.json"].assert_eq(&format!("{text}\n"));
}

#[test]
fn the_document_is_openapi_3_1_and_names_its_key() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document.pointer("/components/securitySchemes/key/scheme"), Some(&Value::from("bearer")));
    assert!(document["security"][0]["key"].is_array(), "{}", document["security"]);
}

#[test]
fn every_operation_has_a_summary_a_known_tag_and_a_description_of_its_parameters() {
    let document = document();
    let tags: BTreeSet<&str> = document["tags"].as_array().expect("tags").iter().filter_map(|tag| tag["name"].as_str()).collect();
    let mut used = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{method} {path}");
        let named: Vec<&str> = operation["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let [tag] = named.as_slice() else { panic!("{method} {path} has the tags {named:?}") };
        assert!(tags.contains(tag), "{method} {path} has the tag {tag}");
        used.insert((*tag).to_owned());
        let parameters: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
        for parameter in &parameters {
            let described = parameter["description"].as_str().is_some_and(|description| !description.is_empty());
            assert!(described, "{method} {path}: {}", parameter["name"]);
        }
        let in_path: BTreeSet<&str> =
            parameters.iter().filter(|parameter| parameter["in"] == "path").filter_map(|parameter| parameter["name"].as_str()).collect();
        let in_template: BTreeSet<&str> = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        assert_eq!(in_path, in_template, "{method} {path}");
    }
    assert_eq!(used, tags.iter().map(|tag| (*tag).to_owned()).collect::<BTreeSet<_>>(), "every tag is used");
}

#[test]
fn every_post_that_creates_and_every_put_takes_an_idempotency_key_but_that_of_events() {
    for (method, path, operation) in operations(&document()) {
        let creates = ["201", "202"].iter().any(|status| !operation["responses"][status].is_null());
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let takes = parameters.filter(|parameter| parameter["in"] == "header").any(|parameter| parameter["name"] == "Idempotency-Key");
        if creates || takes || method == "PUT" {
            assert!(["POST", "PUT"].contains(&method.as_str()), "{method} {path}");
            assert_eq!(takes, !["/v1/events", DELIVERY].contains(&path.as_str()), "{path}");
        }
    }
}

#[test]
fn every_operation_says_what_it_answers() {
    for (method, path, operation) in operations(&document()) {
        let responses = operation["responses"].as_object().expect("responses");
        assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path}");
        for (status, response) in responses {
            let content = response["content"].as_object().unwrap_or_else(|| panic!("{method} {path}: {status} has no body"));
            let problem = !status.starts_with('2');
            assert_eq!(content.contains_key("application/problem+json"), problem, "{method} {path}: {status}");
        }
        let open = ["/livez", "/readyz"].contains(&path.as_str());
        let keyless = open || path == DELIVERY;
        assert_eq!(operation["security"].is_array(), keyless, "{method} {path} says that it needs no key");
        assert!(open || responses.keys().any(|status| status.starts_with('4')), "{method} {path} can be refused");
    }
}

/// Every reference in a document.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        _ => {}
    }
}

#[test]
fn every_schema_that_is_named_is_there_and_explains_its_fields() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in &found {
        let place = reference.strip_prefix('#').expect("a place in the document");
        assert!(document.pointer(place).is_some(), "{reference}");
    }
    for (name, schema) in document.pointer("/components/schemas").and_then(Value::as_object).expect("schemas") {
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            assert!(property.to_string().contains("\"description\":"), "{name}.{field}: {property}");
        }
    }
}

#[tokio::test]
async fn every_operation_is_there() {
    let service = Service::start().await;
    for (method, path, _) in operations(&document()) {
        let concrete: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
        let answer = service.call(&method, &concrete.join("/"), "", Value::Null).await;
        let open = ["/livez", "/readyz"].contains(&path.as_str());
        assert_eq!(answer.status, if open { 200 } else { 401 }, "{method} {path}: {}", answer.text);
    }
}

#[tokio::test]
async fn the_document_and_a_page_of_it_are_served_to_everyone() {
    let service = Service::start().await;
    assert_eq!(service.read("/v1/openapi.json", "").await, document());
    let page = service.call("GET", "/docs", "", Value::Null).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    for (method, path, _) in operations(&document()) {
        assert!(page.text.contains(&format!("<code>{method} {path}</code>")), "{method} {path}");
    }
}
