//! Errors leave the service in one form, and each kind is explained on a page of its own.

use std::collections::BTreeSet;

use assay_api::{
    Limits,
    kind::{KINDS, Kind},
};
use assay_domain::key::Role;
use serde_json::{Value, json};

use super::support::Service;

/// Every kind. One that is added does not compile below until it is listed here.
const EVERY: [Kind; 17] = [
    Kind::Malformed,
    Kind::Unauthenticated,
    Kind::Forbidden,
    Kind::NotFound,
    Kind::MethodNotAllowed,
    Kind::RequestTimeout,
    Kind::Conflict,
    Kind::EventConflict,
    Kind::TooLarge,
    Kind::UnsupportedMediaType,
    Kind::Invalid,
    Kind::IdempotencyKeyReused,
    Kind::RuleRefused,
    Kind::RateLimited,
    Kind::Internal,
    Kind::Unavailable,
    Kind::EngineHeld,
];

fn is_listed(kind: Kind) -> bool {
    match kind {
        Kind::Malformed
        | Kind::Unauthenticated
        | Kind::Forbidden
        | Kind::NotFound
        | Kind::MethodNotAllowed
        | Kind::RequestTimeout
        | Kind::Conflict
        | Kind::EventConflict
        | Kind::TooLarge
        | Kind::UnsupportedMediaType
        | Kind::Invalid
        | Kind::IdempotencyKeyReused
        | Kind::RuleRefused
        | Kind::RateLimited
        | Kind::Internal
        | Kind::Unavailable
        | Kind::EngineHeld => EVERY.contains(&kind),
    }
}

#[test]
fn every_kind_has_its_row() {
    for kind in EVERY {
        assert!(is_listed(kind) && kind.row().kind == kind, "{kind:?}");
    }
    let slugs: BTreeSet<&str> = KINDS.iter().map(|row| row.slug).collect();
    let titles: BTreeSet<&str> = KINDS.iter().map(|row| row.title).collect();
    assert_eq!((slugs.len(), titles.len()), (EVERY.len(), EVERY.len()), "no two kinds share a name");
    assert!(KINDS.windows(2).all(|pair| pair[0].status <= pair[1].status), "in order of status");
    for row in &KINDS {
        assert!(row.status.is_client_error() || row.status.is_server_error(), "{}", row.slug);
        assert!(row.help.len() > row.title.len(), "{} is explained", row.slug);
    }
}

#[tokio::test]
async fn every_kind_has_its_page() {
    let service = Service::start().await;
    let list = service.call("GET", "/problems", "", Value::Null).await;
    assert_eq!(list.status, 200);
    for row in &KINDS {
        let path = format!("/problems/{}", row.slug);
        let page = service.call("GET", &path, "", Value::Null).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
        assert!(page.text.contains(&format!("<h1>{}</h1>", row.title)), "{}", page.text);
        assert!(list.text.contains(&path), "the list of problems names {path}");
    }
    service.call("GET", "/problems/no-such-kind", "", Value::Null).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_path_that_is_none_is_a_problem_with_and_without_a_key() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    for path in ["/v1/nothing", "/v1", "/v1/customers/", "/v1/customers/a/b", "/V1/customers", "/v2/customers"] {
        for key in ["", key.as_str()] {
            let answer = service.call("GET", path, key, Value::Null).await;
            assert!(answer.problem(404, "not-found").contains("/docs"), "{path}");
        }
    }
}

#[tokio::test]
async fn another_method_is_told_which_there_are() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    for (method, path, allowed) in
        [("DELETE", "/v1/customers", "GET,HEAD,POST"), ("GET", "/v1/events", "POST"), ("PUT", "/v1/invoices", "GET,HEAD")]
    {
        let answer = service.call(method, path, &key, Value::Null).await;
        answer.problem(405, "method-not-allowed");
        let mut found: Vec<&str> = answer.header("allow").split(',').map(str::trim).collect();
        found.sort_unstable();
        assert_eq!(found.join(","), allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_told_where() {
    let service = Service::start().await;
    let bearer = format!("Bearer {}", service.key(&[Role::Admin]).await);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    for (body, place) in [
        ("", "line 1 column 0"),
        ("{\"key\":", "line 1 column 7"),
        ("{\n  key: 1}", "line 2 column 3"),
        ("{\"key\":\"a\"} x", "line 1 column 13"),
    ] {
        let answer = service.send("POST", "/v1/customers", &headers, body.into()).await;
        assert!(answer.problem(400, "malformed").contains(place), "{body:?}: {}", answer.text);
    }
    let answer = service.send("POST", "/v1/customers", &headers, b"{\"key\":\"\xff\"}".to_vec()).await;
    answer.problem(400, "malformed");
}

#[tokio::test]
async fn a_member_that_is_wrong_is_named() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    for (body, field) in [
        (json!({ "key": "acme", "colour": 1 }), "colour"),
        (json!({ "key": 7 }), "key"),
        (json!({ "key": "" }), "key"),
        (json!([]), "body"),
        (json!("acme"), "body"),
    ] {
        let answer = service.call("POST", "/v1/customers", &key, body.clone()).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    let missing = service.call("POST", "/v1/customers", &key, json!({})).await;
    assert!(missing.problem(422, "invalid").contains("`key`"), "{}", missing.text);
    assert!(service.read("/v1/customers", &key).await["data"].as_array().expect("a list").is_empty());
}

#[tokio::test]
async fn a_body_over_the_limit_or_of_another_format_is_refused() {
    let service = Service::with_limits(Limits { body_bytes_max: 100, ..Limits::default() }).await;
    let key = service.key(&[Role::Admin]).await;
    let answer = service.call("POST", "/v1/customers", &key, json!({ "key": "x".repeat(100) })).await;
    assert!(answer.problem(413, "too-large").contains("100 bytes"), "{}", answer.text);
    let bearer = format!("Bearer {key}");
    for headers in [vec![("authorization", bearer.as_str())], vec![("authorization", bearer.as_str()), ("content-type", "text/plain")]] {
        let answer = service.send("POST", "/v1/customers", &headers, b"{\"key\":\"acme\"}".to_vec()).await;
        answer.problem(415, "unsupported-media-type");
    }
    let exact = service.call("POST", "/v1/customers", &key, json!({ "key": "x".repeat(90) })).await;
    assert_eq!(exact.status, 201, "a body of exactly 100 bytes: {}", exact.text);
}

#[tokio::test]
async fn a_query_is_exactly_what_is_read() {
    let service = Service::start().await;
    let key = service.key(&[Role::Viewer]).await;
    for query in ["limit=many", "limit=-1", "colour=red", "limit=1&limit=2"] {
        let answer = service.call("GET", &format!("/v1/interactions?{query}"), &key, Value::Null).await;
        answer.problem(400, "malformed");
    }
    let answer = service.call("GET", "/v1/customers?colour=red", &key, Value::Null).await;
    assert!(answer.problem(400, "malformed").contains("colour"), "{}", answer.text);
}

#[tokio::test]
async fn a_request_keeps_the_id_it_was_given() {
    let service = Service::start().await;
    let key = service.key(&[Role::Viewer]).await;
    let long = "x".repeat(64);
    for id in ["abc-1", "0af7651916cd43dd8448eb211c80319c", "a.b_c", long.as_str()] {
        for path in ["/v1/customers", "/v1/nothing"] {
            let answer = service.call_with("GET", path, &key, &[("x-request-id", id)], Value::Null).await;
            assert_eq!(answer.header("x-request-id"), id);
        }
        service.call_with("GET", "/v1/nothing", "", &[("x-request-id", id)], Value::Null).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_hostile_id_of_a_request_is_replaced() {
    let service = Service::start().await;
    let long = "x".repeat(65);
    let mut seen = BTreeSet::new();
    for id in ["", "a b", "<script>", "a\"b", "ü", "a\tb", "${jndi:ldap}", long.as_str()] {
        let answer = service.call_with("GET", "/livez", "", &[("x-request-id", id)], Value::Null).await;
        let given = answer.header("x-request-id");
        assert!(given.starts_with("req_"), "{id:?} became {given:?}");
        assert!(seen.insert(given.to_owned()), "{given} names two requests");
    }
}

#[tokio::test]
async fn every_error_is_a_problem_document() {
    let service = Service::start().await;
    let keys = [service.key(&[Role::Admin]).await, service.key(&[Role::Ingest]).await];
    let [admin, ingest] = keys.each_ref().map(String::as_str);
    let requests = [
        ("GET", "/v1/customers", "", Value::Null, 401, "unauthenticated"),
        ("GET", "/v1/customers", "ak_live_0000000000001_wrong", Value::Null, 401, "unauthenticated"),
        ("GET", "/v1/customers", ingest, Value::Null, 403, "forbidden"),
        ("GET", "/metrics", admin, Value::Null, 403, "forbidden"),
        ("GET", "/v1/customers/nobody", admin, Value::Null, 404, "not-found"),
        ("GET", "/v1/interactions/none", admin, Value::Null, 404, "not-found"),
        ("GET", "/v1/invoices/INV-000001", admin, Value::Null, 404, "not-found"),
        ("GET", "/v1/invoices/INV-000001/lines/1/outcomes", admin, Value::Null, 404, "not-found"),
        ("GET", "/v1/invoices/INV-000001/lines/first/outcomes", admin, Value::Null, 400, "malformed"),
        ("GET", "/v1/billing-runs/2026-03", admin, Value::Null, 404, "not-found"),
        ("GET", "/v1/billing-runs/run_0000000000009", admin, Value::Null, 404, "not-found"),
        ("GET", "/v1/interactions?state=done", admin, Value::Null, 422, "invalid"),
        ("GET", "/v1/interactions?customer=nobody", admin, Value::Null, 404, "not-found"),
        ("GET", "/v1/interactions?definition=none", admin, Value::Null, 404, "not-found"),
        ("GET", "/v1/reports/overview?days=0", admin, Value::Null, 422, "invalid"),
        ("GET", "/v1/reports/overview?days=367", admin, Value::Null, 422, "invalid"),
        ("GET", "/v1/reports/overview?definition=none", admin, Value::Null, 404, "not-found"),
        ("GET", "/v1/interactions/%FF", admin, Value::Null, 400, "malformed"),
        ("POST", "/v1/billing-runs", admin, json!({ "period": "2026-04" }), 422, "invalid"),
        ("POST", "/v1/billing-runs", admin, json!({ "period": "March" }), 422, "invalid"),
        ("POST", "/v1/billing-runs", admin, json!({ "period": "2026-03" }), 409, "conflict"),
        ("POST", "/v1/interactions/none/assignments", admin, json!({ "customer": "acme", "reason": "so" }), 404, "not-found"),
        ("POST", "/v1/interactions/none/assignments", admin, json!({ "customer": "acme", "reason": "" }), 422, "invalid"),
        ("POST", "/v1/events", admin, json!({}), 422, "invalid"),
        ("PATCH", "/v1/events", admin, json!({}), 405, "method-not-allowed"),
    ];
    for (method, path, key, body, status, slug) in requests {
        let answer = service.call(method, path, key, body).await;
        answer.problem(status, slug);
        let members: BTreeSet<&str> = answer.body.as_object().expect("an object").keys().map(String::as_str).collect();
        for member in ["type", "title", "status", "detail", "request_id"] {
            assert!(members.contains(member), "{method} {path} has no {member}: {}", answer.text);
        }
        assert_eq!(members.contains("violations"), slug == "invalid", "{method} {path}: {}", answer.text);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn a_head_is_answered_without_a_body() {
    let service = Service::start().await;
    let key = service.key(&[Role::Viewer]).await;
    for (path, status) in [("/v1/customers", 200), ("/v1/customers/nobody", 404), ("/v1/nothing", 404)] {
        let answer = service.call("HEAD", path, &key, Value::Null).await;
        assert_eq!((answer.status, answer.text.as_str()), (status, ""), "{path}");
    }
}
