//! Definitions: their versions written down, shown and put in force.

use assay_domain::key::Role;
use assay_tests::{components, hostile::Hostile};
use serde_json::{Value, json};

use super::support::{Answer, Service, event};

const VERSIONS: &str = "/v1/definitions/fixed/versions";

/// A service with the rule `resolved-ticket`, and an author's key.
async fn with_rule() -> (Service, String) {
    let service = Service::start().await;
    service.assay().push_rule(&service.installation.caller, components::resolved_ticket()).await.expect("an admitted rule");
    let key = service.key(&[Role::Author]).await;
    (service, key)
}

async fn post(service: &Service, path: &str, key: &str, body: Value) -> Answer {
    service.call("POST", path, key, body).await
}

/// The smallest version there is.
fn plain() -> Value {
    json!({ "rule": "resolved-ticket" })
}

#[tokio::test]
async fn a_version_shows_all_that_it_fixes() {
    let (service, author) = with_rule().await;
    let body = json!({
        "rule": "resolved-ticket",
        "parameters": { "window": "48h", "retry": false, "max-reassignments": 3 },
        "timing": { "deadline": "unlimited", "settles_after": "7d", "reversible_for": "PT36H" },
    });
    let answer = post(&service, VERSIONS, &author, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let version = &answer.body;
    assert!(version["id"].as_str().is_some_and(|id| id.starts_with("ver_")), "{version}");
    assert_eq!(version["hash"].as_str().map(str::len), Some(64));
    assert_eq!(version["rule"], service.read("/v1/rules/resolved-ticket", &author).await["digest"]);
    let named = json!([version["definition"], version["number"], version["contract"], version["state"], version["active_from"]]);
    assert_eq!(named, json!(["fixed", 1, "assay:rule/rule@0.1.0", "draft", null]));
    assert_eq!(version["parameters"], json!({ "window": "P2D", "retry": "false", "max-reassignments": "3" }));
    assert_eq!(version["timing"], json!({ "deadline": "unlimited", "settles_after": "P7D", "reversible_for": "P1DT12H" }));

    let reads = version["reads"].as_array().expect("what it reads");
    let incident = reads.iter().find(|read| read["type"] == "incident.updated").expect("the kind with fields");
    let state = incident["fields"].as_array().expect("fields").iter().find(|field| field["path"] == "/incident_state").expect("the state");
    assert_eq!((&state["kind"], &state["required"]), (&json!("text"), &json!(true)));
    assert!(reads.iter().any(|read| read["type"] == "ticket.opened" && read["fields"] == json!([])), "{version}");
    assert_eq!(service.read("/v1/definitions/fixed/versions/1", &author).await, *version);
}

#[tokio::test]
async fn what_is_not_said_takes_its_default() {
    let (service, author) = with_rule().await;
    let bare = post(&service, VERSIONS, &author, plain()).await.body;
    assert_eq!(bare["parameters"], json!({ "window": "P1D", "retry": "true" }), "a parameter that stays absent is left out");
    assert_eq!(bare["timing"], json!({ "deadline": "P90D", "settles_after": "PT0S", "reversible_for": "P30D" }));
    let partly = json!({ "rule": "resolved-ticket", "timing": { "settles_after": "1d" }, "parameters": {}, "active_from": null });
    let partly = post(&service, VERSIONS, &author, partly).await.body;
    assert_eq!(partly["timing"], json!({ "deadline": "P90D", "settles_after": "P1D", "reversible_for": "P30D" }));
}

#[tokio::test]
async fn a_parameter_is_the_same_however_it_is_written() {
    let (service, author) = with_rule().await;
    let mut hashes = Vec::new();
    for parameters in [
        json!({ "max-reassignments": 3, "retry": true, "window": "24h" }),
        json!({ "max-reassignments": "3", "retry": "true", "window": "PT24H" }),
    ] {
        let body = json!({ "rule": "resolved-ticket", "parameters": parameters });
        hashes.push(service.create(VERSIONS, &author, body).await["hash"].clone());
    }
    assert_eq!(hashes[0], hashes[1]);
}

#[tokio::test]
async fn a_definition_has_its_versions_by_name_and_by_id() {
    let (service, author) = with_rule().await;
    for number in 1..=2 {
        assert_eq!(post(&service, VERSIONS, &author, plain()).await.body["number"], number);
    }
    let definition = service.read("/v1/definitions/fixed", &author).await;
    let id = definition["id"].as_str().expect("an id");
    assert!(id.starts_with("def_") && definition["name"] == "fixed", "{definition}");
    assert_eq!(definition["versions"].as_array().map(Vec::len), Some(2));
    assert_eq!(service.read(&format!("/v1/definitions/{id}"), &author).await, definition);
    let third = service.create(&format!("/v1/definitions/{id}/versions"), &author, plain()).await;
    assert_eq!((&third["definition"], &third["number"]), (&json!("fixed"), &json!(3)));
    assert_eq!(service.read(&format!("/v1/definitions/{id}/versions/3"), &author).await, third);
    assert_eq!(service.read("/v1/definitions", &author).await["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_version_comes_into_force_once() {
    let (service, author) = with_rule().await;
    post(&service, VERSIONS, &author, plain()).await;
    let path = "/v1/definitions/fixed/versions/1/activation";
    let answer = post(&service, path, &author, json!({ "from": "2026-01-01T01:00:00+01:00" })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!((&answer.body["state"], &answer.body["active_from"]), (&json!("active"), &json!("2026-01-01T00:00:00Z")));
    assert_eq!(service.read("/v1/definitions/fixed/versions/1", &author).await, answer.body);
    post(&service, path, &author, json!({ "from": "2026-06-01T00:00:00Z" })).await.problem(409, "conflict");

    let at_once = json!({ "rule": "resolved-ticket", "active_from": "2026-06-01T00:00:00Z" });
    assert_eq!(post(&service, VERSIONS, &author, at_once).await.body["state"], "active");
    let past = json!({ "rule": "resolved-ticket", "active_from": "2026-04-01T00:00:00Z" });
    let detail = post(&service, VERSIONS, &author, past).await;
    assert!(detail.problem(409, "conflict").contains("is in the past"), "{}", detail.text);
    let definition = service.read("/v1/definitions/fixed", &author).await;
    assert_eq!(definition["versions"].as_array().map(Vec::len), Some(2), "what is refused is not written down");
}

#[tokio::test]
async fn what_is_wrong_with_a_version_is_said_by_field() {
    let (service, author) = with_rule().await;
    let set = |parameters: Value| json!({ "rule": "resolved-ticket", "parameters": parameters });
    let timed = |timing: Value| json!({ "rule": "resolved-ticket", "timing": timing });
    for (body, field) in [
        (set(json!({ "colour": "red" })), "parameters.colour"),
        (set(json!({ "window": "soon" })), "parameters.window"),
        (set(json!({ "window": 24 })), "parameters.window"),
        (set(json!({ "window": ["24h"] })), "parameters.window"),
        (set(json!({ "retry": { "yes": true } })), "parameters.retry"),
        (set(json!({ "max-reassignments": null })), "parameters.max-reassignments"),
        (set(json!({ "max-reassignments": 1.5 })), "parameters.max-reassignments"),
        (set(json!({ "window": "-PT1H" })), "parameters"),
        (set(json!("window=24h")), "parameters"),
        (timed(json!({ "deadline": "P1Y" })), "timing.deadline"),
        (timed(json!({ "deadline": 90 })), "timing.deadline"),
        (timed(json!({ "settles_after": "unlimited" })), "timing.settles_after"),
        (timed(json!({ "settles_after": "-PT1H" })), "timing.settles_after"),
        (timed(json!({ "reversible_for": "-P1D" })), "timing.reversible_for"),
        (timed(json!({ "settles-after": "P1D" })), "timing.settles-after"),
        (json!({ "rule": "resolved-ticket", "active_from": "tomorrow" }), "active_from"),
        (json!({ "rule": "resolved-ticket", "colour": "red" }), "colour"),
        (json!({ "rule": 1 }), "rule"),
        (json!({}), "body"),
    ] {
        let answer = post(&service, VERSIONS, &author, body.clone()).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    let unnamed = post(&service, "/v1/definitions/Fixed_/versions", &author, plain()).await;
    unnamed.problem(422, "invalid");
    assert_eq!(unnamed.field(), "definition");
    assert!(service.read("/v1/definitions", &author).await["data"].as_array().is_some_and(Vec::is_empty), "nothing was written down");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let (service, author) = with_rule().await;
    post(&service, VERSIONS, &author, plain()).await;
    for path in [
        "/v1/definitions/other",
        "/v1/definitions/def_000000000zzzz",
        "/v1/definitions/other/versions/1",
        "/v1/definitions/fixed/versions/2",
        "/v1/definitions/fixed/versions/0",
        "/v1/definitions/fixed/versions/01",
        "/v1/definitions/fixed/versions/one",
        "/v1/definitions/fixed/versions/99999999999999999999",
    ] {
        service.call("GET", path, &author, Value::Null).await.problem(404, "not-found");
    }
    let from = json!({ "from": "2026-06-01T00:00:00Z" });
    for path in ["/v1/definitions/fixed/versions/2/activation", "/v1/definitions/other/versions/1/activation"] {
        post(&service, path, &author, from.clone()).await.problem(404, "not-found");
    }
    post(&service, VERSIONS, &author, json!({ "rule": "nobody" })).await.problem(404, "not-found");
    post(&service, "/v1/definitions/def_000000000zzzz/versions", &author, plain()).await.problem(404, "not-found");
}

#[tokio::test]
async fn only_authors_write_and_only_readers_read() {
    let (service, author) = with_rule().await;
    post(&service, VERSIONS, &author, plain()).await;
    let activation = "/v1/definitions/fixed/versions/1/activation";
    for role in [Role::Ingest, Role::Billing, Role::Viewer] {
        let key = service.key(&[role]).await;
        post(&service, VERSIONS, &key, plain()).await.problem(403, "forbidden");
        post(&service, activation, &key, json!({ "from": "2026-06-01T00:00:00Z" })).await.problem(403, "forbidden");
    }
    for path in ["/v1/definitions", "/v1/definitions/fixed", "/v1/definitions/fixed/versions/1"] {
        for role in [Role::Author, Role::Billing, Role::Viewer, Role::Admin] {
            service.read(path, &service.key(&[role]).await).await;
        }
        for key in [service.key(&[Role::Ingest]).await, service.operator().await] {
            service.call("GET", path, &key, Value::Null).await.problem(403, "forbidden");
        }
    }
}

#[tokio::test]
async fn another_side_and_another_tenant_see_nothing_of_it() {
    let (service, author) = with_rule().await;
    let version = service.create(VERSIONS, &author, plain()).await;
    let definition = service.read("/v1/definitions/fixed", &author).await;
    let id = definition["id"].as_str().expect("an id");
    for key in [service.test_key(&[Role::Admin]).await, service.other_tenant_key(&[Role::Admin]).await] {
        assert!(service.read("/v1/definitions", &key).await["data"].as_array().is_some_and(Vec::is_empty));
        for name in ["fixed", id] {
            service.call("GET", &format!("/v1/definitions/{name}"), &key, Value::Null).await.problem(404, "not-found");
            service.call("GET", &format!("/v1/definitions/{name}/versions/1"), &key, Value::Null).await.problem(404, "not-found");
            let path = format!("/v1/definitions/{name}/versions/1/activation");
            post(&service, &path, &key, json!({ "from": "2026-06-01T00:00:00Z" })).await.problem(404, "not-found");
        }
    }
    let other = service.other_tenant_key(&[Role::Author]).await;
    for rule in [&version["rule"], &json!("resolved-ticket")] {
        post(&service, VERSIONS, &other, json!({ "rule": rule })).await.problem(404, "not-found");
    }
    assert_eq!(service.read("/v1/definitions/fixed/versions/1", &author).await, version);
}

#[tokio::test]
async fn a_repeated_request_writes_one_version() {
    let (service, author) = with_rule().await;
    let once = [("idempotency-key", "version-1")];
    let first = service.call_with("POST", VERSIONS, &author, &once, plain()).await;
    let again = service.call_with("POST", VERSIONS, &author, &once, plain()).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    let other = json!({ "rule": "resolved-ticket", "parameters": { "window": "48h" } });
    service.call_with("POST", VERSIONS, &author, &once, other).await.problem(422, "idempotency-key-reused");
    service.call_with("POST", "/v1/definitions/other/versions", &author, &once, plain()).await.problem(422, "idempotency-key-reused");
    assert_eq!(service.read("/v1/definitions/fixed", &author).await["versions"].as_array().map(Vec::len), Some(1));

    let (path, once) = ("/v1/definitions/fixed/versions/1/activation", [("idempotency-key", "in force")]);
    let body = json!({ "from": "2026-06-01T00:00:00Z" });
    let first = service.call_with("POST", path, &author, &once, body.clone()).await;
    let again = service.call_with("POST", path, &author, &once, body).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    let other = json!({ "from": "2026-07-01T00:00:00Z" });
    service.call_with("POST", path, &author, &once, other).await.problem(422, "idempotency-key-reused");
}

#[tokio::test]
async fn the_list_is_read_in_pieces() {
    let (service, author) = with_rule().await;
    for name in ["b", "c", "a"] {
        service.create(&format!("/v1/definitions/{name}/versions"), &author, plain()).await;
    }
    let first = service.call("GET", "/v1/definitions?limit=2", &author, Value::Null).await;
    let cursor = first.body["next_cursor"].as_str().expect("a cursor");
    let second = service.call("GET", &format!("/v1/definitions?limit=2&cursor={cursor}"), &author, Value::Null).await;
    let names: Vec<&Value> = first.data().iter().chain(second.data()).map(|definition| &definition["name"]).collect();
    assert_eq!(names, [&json!("b"), &json!("c"), &json!("a")]);
    assert_eq!(second.body["next_cursor"], Value::Null);
    assert!(first.data().iter().all(|definition| definition["versions"].as_array().is_some_and(|versions| versions.len() == 1)));
}

#[tokio::test]
async fn a_suspended_version_says_so_and_a_retry_lets_it_try_again() {
    let service = Service::start().await;
    let caller = &service.installation.caller;
    service.assay().push_rule(caller, &Hostile::unexamined().evaluate("(unreachable)").build()).await.expect("an admitted rule");
    let key = service.key(&[Role::Author, Role::Ingest]).await;
    let version = json!({ "rule": "hostile", "parameters": { "n": 1 }, "active_from": "2026-01-01T00:00:00Z" });
    service.create("/v1/definitions/pings/versions", &key, version).await;
    assert_eq!(service.read("/v1/definitions/pings/versions/1", &key).await["suspended"], Value::Null);
    let pings: Vec<Value> = (0..110).map(|n| event(&format!("p{n}"), &format!("P{n}"), "ping", "2026-03-01T00:00:00Z")).collect();
    service.accept(&key, &pings).await;
    service.assay().drain(caller, |_| {}).await.expect("judged");
    for path in ["/v1/definitions/pings/versions/1", "/v1/definitions/pings"] {
        let told = service.read(path, &key).await;
        let suspended = if path.ends_with('1') { &told["suspended"] } else { &told["versions"][0]["suspended"] };
        assert_eq!(suspended["faults"], json!(100), "{told}");
        assert!(suspended["fault"].as_str().is_some_and(|fault| fault.starts_with("guest.trap-unreachable: ")), "{told}");
        assert!(suspended["since"].as_str().is_some_and(|since| since.ends_with('Z')), "{told}");
    }
    let metrics = service.call("GET", "/metrics", &service.operator().await, Value::Null).await.text;
    service.judge().await;
    let after = service.call("GET", "/metrics", &service.operator().await, Value::Null).await.text;
    assert!(!metrics.contains("assay_suspended_versions{") && after.contains("definition=\"pings\"} 1\n"), "{after}");
    let retried = post(&service, "/v1/retries", &key, json!({})).await;
    assert_eq!((retried.status, &retried.body), (202, &json!({ "interactions": 110, "resumed": ["pings@1"] })), "{}", retried.text);
    assert_eq!(service.read("/v1/definitions/pings/versions/1", &key).await["suspended"], Value::Null);
}
