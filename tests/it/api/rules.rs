//! Rules: components in, and what they declare out.

use assay_api::Limits;
use assay_domain::{canon::Digest, key::Role};
use assay_tests::components;
use serde_json::{Value, json};

use super::support::{Answer, Service};

const WASM: &str = "application/wasm";

async fn upload(service: &Service, key: &str, kind: &str, component: &[u8]) -> Answer {
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
    service.send("POST", "/v1/rules", &headers, component.to_vec()).await
}

/// The same rule in another component: it differs in a custom section, which means nothing to the rule.
fn marked(mark: u8) -> Vec<u8> {
    let mut component = components::resolved_ticket().to_vec();
    component.extend([0, 3, 1, b'n', mark]);
    component
}

#[tokio::test]
async fn an_upload_shows_what_the_rule_declares() {
    let service = Service::start().await;
    let author = service.key(&[Role::Author]).await;
    let answer = upload(&service, &author, WASM, components::resolved_ticket()).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let rule = &answer.body;
    assert!(rule["id"].as_str().is_some_and(|id| id.starts_with("rul_")), "{rule}");
    assert_eq!(rule["digest"], Digest::of(components::resolved_ticket()).to_string());
    let named = json!([rule["name"], rule["title"], rule["unit"], rule["has_value"], rule["classes"]]);
    assert_eq!(named, json!(["resolved-ticket", "Ticket stays resolved", "resolution", false, []]));

    let parameters = rule["parameters"].as_array().expect("parameters");
    let shown = |parameter: &Value| json!([parameter["name"], parameter["kind"], parameter["required"], parameter["default"]]);
    let expected = [
        json!(["window", "duration", false, "P1D"]),
        json!(["retry", "boolean", false, "true"]),
        json!(["max-reassignments", "integer", false, null]),
    ];
    assert_eq!(parameters.iter().map(shown).collect::<Vec<_>>(), expected);
    assert!(parameters.iter().all(|parameter| parameter["help"].as_str().is_some_and(|help| !help.is_empty())), "{rule}");

    let reasons: Vec<&str> = rule["reasons"].as_array().expect("reasons").iter().filter_map(|reason| reason["code"].as_str()).collect();
    assert_eq!(reasons, ["resolved", "unresolved", "awaiting-window", "reopened", "escalated"]);
}

#[tokio::test]
async fn a_rule_is_found_by_id_digest_and_name() {
    let service = Service::start().await;
    let author = service.key(&[Role::Author]).await;
    let first = upload(&service, &author, WASM, components::resolved_ticket()).await.body;
    let latest = upload(&service, &author, "application/octet-stream", &marked(1)).await.body;
    assert_ne!(latest["digest"], first["digest"]);
    for rule in [&first, &latest] {
        for name in [&rule["id"], &rule["digest"]] {
            let name = name.as_str().expect("a name");
            assert_eq!(service.read(&format!("/v1/rules/{name}"), &author).await, *rule);
        }
    }
    assert_eq!(service.read("/v1/rules/resolved-ticket", &author).await, latest, "a name stands for the latest upload");
    for unknown in ["nobody", "rul_000000000zzzz", "rul_", "%F0%9F%A6%80", &"0".repeat(64)] {
        service.call("GET", &format!("/v1/rules/{unknown}"), &author, Value::Null).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn the_same_component_is_the_same_rule() {
    let service = Service::start().await;
    let author = service.key(&[Role::Author]).await;
    let first = upload(&service, &author, WASM, components::resolved_ticket()).await;
    let again = upload(&service, &author, "Application/Wasm; a=b", components::resolved_ticket()).await;
    assert_eq!((again.status, again.body), (201, first.body));
    assert_eq!(service.call("GET", "/v1/rules", &author, Value::Null).await.data().len(), 1);
}

#[tokio::test]
async fn an_upload_serves_both_sides_of_the_tenant() {
    let service = Service::start().await;
    let (author, test) = (service.key(&[Role::Author]).await, service.test_key(&[Role::Author]).await);
    let live = upload(&service, &author, WASM, components::resolved_ticket()).await.body;
    let other_side = service.read("/v1/rules/resolved-ticket", &test).await;
    assert_eq!(other_side["digest"], live["digest"]);
    assert_ne!(other_side["id"], live["id"]);
    let path = format!("/v1/rules/{}", live["id"].as_str().expect("an id"));
    service.call("GET", &path, &test, Value::Null).await.problem(404, "not-found");
}

#[tokio::test]
async fn what_is_no_rule_is_refused() {
    let service = Service::start().await;
    let author = service.key(&[Role::Author]).await;
    let component = components::resolved_ticket();
    let cases: [(&[u8], &str); 6] = [
        (b"", "upload.malformed"),
        (b"(module)", "upload.malformed"),
        (b"\0asm\x01\0\0\0", "upload.malformed"),
        (&component[..component.len() / 2], "upload.malformed"),
        (b"\x7fELF and so on", "upload.precompiled"),
        (b"\0asm\x0d\0\x01\0", "upload.export-missing"),
    ];
    for (what, code) in cases {
        let answer = upload(&service, &author, WASM, what).await;
        let detail = answer.problem(422, "rule-refused");
        assert_eq!(answer.body["code"], code, "{detail}");
    }
    assert!(service.call("GET", "/v1/rules", &author, Value::Null).await.data().is_empty());
}

#[tokio::test]
async fn a_component_comes_as_one() {
    let service = Service::with_limits(Limits { rule_bytes_max: 64, ..Limits::default() }).await;
    let author = service.key(&[Role::Author]).await;
    for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/wasm+json"] {
        upload(&service, &author, kind, components::resolved_ticket()).await.problem(415, "unsupported-media-type");
    }
    let bearer = format!("Bearer {author}");
    service.send("POST", "/v1/rules", &[("authorization", bearer.as_str())], Vec::new()).await.problem(415, "unsupported-media-type");
    upload(&service, &author, WASM, components::resolved_ticket()).await.problem(413, "too-large");
    upload(&service, &author, WASM, &[0; 65]).await.problem(413, "too-large");
    upload(&service, &author, WASM, &[0; 64]).await.problem(422, "rule-refused");
}

#[tokio::test]
async fn only_authors_upload_and_only_readers_read() {
    let service = Service::start().await;
    for role in [Role::Ingest, Role::Billing, Role::Viewer] {
        let key = service.key(&[role]).await;
        upload(&service, &key, WASM, components::resolved_ticket()).await.problem(403, "forbidden");
    }
    upload(&service, &service.operator().await, WASM, components::resolved_ticket()).await.problem(403, "forbidden");
    upload(&service, "ak_live_nobody", WASM, components::resolved_ticket()).await.problem(401, "unauthenticated");
    assert_eq!(upload(&service, &service.key(&[Role::Admin]).await, WASM, components::resolved_ticket()).await.status, 201);
    for path in ["/v1/rules", "/v1/rules/resolved-ticket"] {
        for role in [Role::Author, Role::Billing, Role::Viewer, Role::Admin] {
            service.read(path, &service.key(&[role]).await).await;
        }
        service.call("GET", path, &service.key(&[Role::Ingest]).await, Value::Null).await.problem(403, "forbidden");
    }
}

#[tokio::test]
async fn another_tenants_rules_are_not_there() {
    let service = Service::start().await;
    let (author, other) = (service.key(&[Role::Author]).await, service.other_tenant_key(&[Role::Admin]).await);
    let rule = upload(&service, &author, WASM, components::resolved_ticket()).await.body;
    for name in [&rule["id"], &rule["digest"], &rule["name"]] {
        let path = format!("/v1/rules/{}", name.as_str().expect("a name"));
        service.call("GET", &path, &other, Value::Null).await.problem(404, "not-found");
    }
    assert!(service.call("GET", "/v1/rules", &other, Value::Null).await.data().is_empty());
}

#[tokio::test]
async fn the_list_is_read_in_pieces() {
    let service = Service::start().await;
    let author = service.key(&[Role::Author]).await;
    let mut digests = Vec::new();
    for mark in 0..3 {
        digests.push(upload(&service, &author, WASM, &marked(mark)).await.body["digest"].clone());
    }
    let first = service.call("GET", "/v1/rules?limit=2", &author, Value::Null).await;
    let cursor = first.body["next_cursor"].as_str().expect("a cursor");
    let second = service.call("GET", &format!("/v1/rules?limit=2&cursor={cursor}"), &author, Value::Null).await;
    let found: Vec<Value> = first.data().iter().chain(second.data()).map(|rule| rule["digest"].clone()).collect();
    assert_eq!(found, digests);
    assert_eq!((first.data().len(), &second.body["next_cursor"]), (2, &Value::Null));
}
