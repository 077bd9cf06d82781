//! Who is let in, and what each role may do: every operation is listed with the roles that may ask for it.

use std::collections::BTreeSet;

use assay_domain::key::Role;
use assay_tests::assay::at;
use serde_json::{Value, json};

use super::support::{DELIVERY, Service};

const INGEST: &[Role] = &[Role::Ingest, Role::Admin];
const READ: &[Role] = &[Role::Author, Role::Billing, Role::Viewer, Role::Admin];
const AUTHOR: &[Role] = &[Role::Author, Role::Admin];
const BILLING: &[Role] = &[Role::Billing, Role::Admin];
const ADMIN: &[Role] = &[Role::Admin];
const OPERATOR: &[Role] = &[Role::Operator];
const EVERY: &[Role] = &[Role::Ingest, Role::Author, Role::Billing, Role::Viewer, Role::Admin, Role::Operator];

/// Operations: method, path, who may ask for it, and a body that reads. Those for everyone, even without a key, are apart.
const OPERATIONS: &[(&str, &str, &[Role], &str)] = &[
    ("GET", "/metrics", OPERATOR, ""),
    ("POST", "/v1/events", INGEST, "{}"),
    ("GET", "/v1/event-conflicts", READ, ""),
    ("POST", "/v1/events/{event}/supersede", BILLING, r#"{"event":{},"reason":"told wrong"}"#),
    ("GET", "/v1/event-keys", READ, ""),
    ("POST", "/v1/event-keys", ADMIN, r#"{"source":"crm","public_key":"none"}"#),
    ("POST", "/v1/event-keys/{key}/revocation", ADMIN, r#"{"reason":"lost"}"#),
    ("GET", "/v1/webhook-endpoints", READ, ""),
    ("POST", "/v1/webhook-endpoints", ADMIN, r#"{"source":"crm"}"#),
    ("GET", "/v1/webhook-endpoints/{endpoint}", READ, ""),
    ("POST", "/v1/webhook-endpoints/{endpoint}/secrets", ADMIN, "{}"),
    ("POST", "/v1/webhook-endpoints/{endpoint}/secrets/{secret}/revocation", ADMIN, r#"{"reason":"lost"}"#),
    ("GET", "/v1/rules", READ, ""),
    ("POST", "/v1/rules", AUTHOR, "no component"),
    ("GET", "/v1/rules/{rule}", READ, ""),
    ("GET", "/v1/definitions", READ, ""),
    ("GET", "/v1/definitions/{definition}", READ, ""),
    ("POST", "/v1/definitions/{definition}/versions", AUTHOR, r#"{"rule":"none"}"#),
    ("GET", "/v1/definitions/{definition}/versions/{number}", READ, ""),
    ("POST", "/v1/definitions/{definition}/versions/{number}/activation", AUTHOR, r#"{"from":"2026-05-01T00:00:00Z"}"#),
    ("POST", "/v1/definitions/{definition}/versions/{number}/retirement", AUTHOR, r#"{"from":"2026-05-01T00:00:00Z","reason":"over"}"#),
    ("GET", "/v1/definitions/{definition}/versions/{number}/differences", READ, ""),
    ("POST", "/v1/definitions/{definition}/versions/{number}/proposals", AUTHOR, r#"{"from":"2026-05-01T00:00:00Z"}"#),
    ("GET", "/v1/definitions/{definition}/versions/{number}/approvals", READ, ""),
    ("POST", "/v1/definitions/{definition}/versions/{number}/approvals", AUTHOR, r#"{"customer":"acme","from":"2026-05-01T00:00:00Z"}"#),
    ("GET", "/v1/proposals", READ, ""),
    ("GET", "/v1/proposals/{proposal}", READ, ""),
    ("GET", "/v1/proposals/{proposal}/document", READ, ""),
    ("POST", "/v1/proposals/{proposal}/withdrawal", AUTHOR, r#"{"reason":"a mistake"}"#),
    ("POST", "/v1/proposals/{proposal}/rejections", AUTHOR, r#"{"customer":"acme","reason":"too long"}"#),
    ("GET", "/v1/backtests", READ, ""),
    ("POST", "/v1/backtests", AUTHOR, r#"{"definition":"none"}"#),
    ("GET", "/v1/backtests/{backtest}", READ, ""),
    ("GET", "/v1/backtests/{backtest}/differences", READ, ""),
    ("POST", "/v1/backtests/{backtest}/stop", AUTHOR, ""),
    ("GET", "/v1/customers", READ, ""),
    ("POST", "/v1/customers", BILLING, r#"{"key":"acme"}"#),
    ("GET", "/v1/customers/{customer}", READ, ""),
    ("GET", "/v1/customers/{customer}/approval-keys", READ, ""),
    ("POST", "/v1/customers/{customer}/approval-keys", BILLING, r#"{"name":"a key","public_key":"00"}"#),
    ("POST", "/v1/customers/{customer}/approval-keys/{key}/replacement", BILLING, r#"{"name":"a key","public_key":"00","signature":"00"}"#),
    ("POST", "/v1/customers/{customer}/approval-keys/{key}/revocation", BILLING, r#"{"reason":"lost"}"#),
    ("POST", "/v1/customers/{customer}/merge", BILLING, r#"{"into":"acme","reason":"bought"}"#),
    ("POST", "/v1/customers/{customer}/grants", BILLING, r#"{"key":"welcome","amount":{"amount":"1","currency":"USD"}}"#),
    ("GET", "/v1/customers/{customer}/wallets/{currency}", READ, ""),
    ("GET", "/v1/retention", READ, ""),
    ("PUT", "/v1/retention", ADMIN, r#"{"days":400}"#),
    ("PUT", "/v1/customers/{customer}/wallets/{currency}", BILLING, r#"{"hard_stop":true}"#),
    ("GET", "/v1/top-ups", READ, ""),
    ("GET", "/v1/rate-cards", READ, ""),
    ("POST", "/v1/rate-cards", BILLING, r#"{"name":"none","currency":"USD","charges":[]}"#),
    ("GET", "/v1/rate-cards/{rate_card}", READ, ""),
    ("GET", "/v1/agreements", READ, ""),
    ("POST", "/v1/agreements", BILLING, r#"{"customer":"none","definitions":[],"rate_card":"none","from":"2026-03-01T00:00:00Z"}"#),
    ("GET", "/v1/agreements/{agreement}", READ, ""),
    ("GET", "/v1/interactions", READ, ""),
    ("GET", "/v1/interactions/{interaction}", READ, ""),
    ("POST", "/v1/retries", AUTHOR, "{}"),
    ("POST", "/v1/interactions/{interaction}/assignments", BILLING, r#"{"customer":"acme","reason":"they asked"}"#),
    ("POST", "/v1/interactions/{interaction}/erasure", BILLING, r#"{"reason":"the person asked"}"#),
    ("GET", "/v1/billing-runs", READ, ""),
    ("POST", "/v1/billing-runs", BILLING, r#"{"period":"2026-03"}"#),
    ("GET", "/v1/billing-runs/{run}", READ, ""),
    ("GET", "/v1/invoices", READ, ""),
    ("GET", "/v1/invoices/{invoice}", READ, ""),
    ("GET", "/v1/invoices/{invoice}/lines/{line}/outcomes", READ, ""),
    ("GET", "/v1/invoices/preview", READ, ""),
    ("POST", "/v1/invoices/{invoice}/void", BILLING, r#"{"reason":"a mistake"}"#),
    ("POST", "/v1/invoices/{invoice}/pay", BILLING, r#"{"reference":"transfer 17"}"#),
    ("GET", "/v1/invoices/{invoice}/export", READ, ""),
    ("GET", "/v1/invoices/export", READ, ""),
    ("GET", "/v1/invoices/{invoice}/bundle", READ, ""),
    ("GET", "/v1/receipts", READ, ""),
    ("GET", "/v1/receipts/{receipt}", READ, ""),
    ("GET", "/v1/receipts/{receipt}/bundle", READ, ""),
    ("GET", "/v1/log", READ, ""),
    ("GET", "/v1/log/checkpoint", READ, ""),
    ("GET", "/v1/log/tile/{*path}", READ, ""),
    ("GET", "/v1/disputes", READ, ""),
    ("POST", "/v1/disputes", BILLING, r#"{"interaction":"none","definition":"none","category":"other","claim":"it is wrong"}"#),
    ("GET", "/v1/disputes/{dispute}", READ, ""),
    ("POST", "/v1/disputes/{dispute}/decision", BILLING, r#"{"ruling":"uphold","reason":"so it is"}"#),
    ("POST", "/v1/disputes/{dispute}/appeal", BILLING, r#"{"reason":"it is not"}"#),
    ("GET", "/v1/disputes/{dispute}/fixture", READ, ""),
    ("POST", "/v1/disputes/{dispute}/fixture", BILLING, "{}"),
    ("POST", "/v1/definitions/{definition}/versions/{number}/fixture-trials", AUTHOR, ""),
    ("GET", "/v1/agreements/{agreement}/dispute-terms", READ, ""),
    ("PUT", "/v1/agreements/{agreement}/dispute-terms", BILLING, "{}"),
    ("GET", "/v1/transfers", READ, ""),
    ("GET", "/v1/balances", READ, ""),
    ("GET", "/v1/reports/conservation", READ, ""),
    ("GET", "/v1/reports/disputes", READ, ""),
    ("GET", "/v1/reports/economics", READ, ""),
    ("GET", "/v1/reports/ledger", READ, ""),
    ("GET", "/v1/reports/outcomes", READ, ""),
    ("GET", "/v1/reports/overview", READ, ""),
    ("GET", "/v1/reports/prices", READ, ""),
    ("GET", "/v1/reports/readiness", READ, ""),
    ("GET", "/v1/samples", READ, ""),
    ("POST", "/v1/samples", BILLING, r#"{"outcomes":1,"period":"2026-03"}"#),
    ("GET", "/v1/samples/{sample}", READ, ""),
    ("POST", "/v1/samples/{sample}/judgements", BILLING, r#"{"position":1,"right":true,"reason":"it was looked at"}"#),
    ("GET", "/v1/samples/{sample}/report", READ, ""),
    ("GET", "/v1/operations", READ, ""),
    ("GET", "/v1/audit/head", READ, ""),
    ("GET", "/v1/audit/verification", READ, ""),
    ("GET", "/v1/keys", ADMIN, ""),
    ("POST", "/v1/keys", ADMIN, r#"{"name":"a key","roles":["viewer"]}"#),
    ("GET", "/v1/keys/{key}", ADMIN, ""),
    ("DELETE", "/v1/keys/{key}", ADMIN, ""),
    ("POST", "/v1/keys/{key}/rotation", ADMIN, "{}"),
    ("GET", "/v1/tenant", EVERY, ""),
    ("GET", "/v1/tenants", OPERATOR, ""),
    ("POST", "/v1/tenants", OPERATOR, r#"{"name":"another"}"#),
];

/// What a customer's key may ask for besides: of each the customer's own, as `customer_keys.rs` tries.
const OWN: &[(&str, &str)] = &[
    ("GET", "/v1/tenant"),
    ("GET", "/v1/invoices"),
    ("GET", "/v1/invoices/export"),
    ("GET", "/v1/invoices/{invoice}"),
    ("GET", "/v1/invoices/{invoice}/export"),
    ("GET", "/v1/invoices/{invoice}/lines/{line}/outcomes"),
    ("GET", "/v1/invoices/{invoice}/bundle"),
    ("GET", "/v1/receipts"),
    ("GET", "/v1/receipts/{receipt}"),
    ("GET", "/v1/receipts/{receipt}/bundle"),
    ("GET", "/v1/log"),
    ("GET", "/v1/log/checkpoint"),
    ("GET", "/v1/log/tile/{*path}"),
    ("GET", "/v1/interactions"),
    ("GET", "/v1/interactions/{interaction}"),
    ("GET", "/v1/disputes"),
    ("POST", "/v1/disputes"),
    ("GET", "/v1/disputes/{dispute}"),
    ("POST", "/v1/disputes/{dispute}/appeal"),
    ("GET", "/v1/proposals"),
    ("GET", "/v1/proposals/{proposal}"),
    ("GET", "/v1/proposals/{proposal}/document"),
    ("POST", "/v1/proposals/{proposal}/rejections"),
    ("POST", "/v1/definitions/{definition}/versions/{number}/approvals"),
];

const OPEN: [(&str, &str); 2] = [("GET", "/livez"), ("GET", "/readyz")];

/// What is signed instead: no key opens it, as `webhooks.rs` tries.
const SIGNED: [(&str, &str); 1] = [("POST", DELIVERY)];

/// A request for an operation, as a caller with these headers; each parameter of the path is 1.
async fn status(service: &Service, operation: &(&str, &str, &[Role], &str), authorization: &[(&str, &str)]) -> u16 {
    let (method, path, _, body) = *operation;
    let concrete: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
    let kind = if (method, path) == ("POST", "/v1/rules") { "application/wasm" } else { "application/json" };
    let headers = [authorization, &[("content-type", kind)][..]].concat();
    service.send(method, &concrete.join("/"), &headers, body.into()).await.status
}

#[test]
fn every_operation_is_listed() {
    let document = serde_json::to_value(assay_api::openapi()).expect("JSON");
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        documented.extend(item.as_object().expect("a path").keys().map(|method| format!("{} {path}", method.to_uppercase())));
    }
    assert!(OWN.iter().all(|(method, path)| documented.contains(&format!("{method} {path}"))), "{OWN:?}");
    let listed = OPERATIONS.iter().map(|(method, path, ..)| (*method, *path)).chain(OPEN).chain(SIGNED);
    let listed: BTreeSet<String> = listed.map(|(method, path)| format!("{method} {path}")).collect();
    assert_eq!(listed, documented, "list the new operation in `OPERATIONS`, with the roles that may ask for it");
}

#[tokio::test]
async fn each_role_may_do_what_it_is_for_and_nothing_else() {
    let service = Service::start().await;
    for (role, name) in Role::ALL {
        let key = match role {
            Role::Operator => service.operator().await,
            Role::Customer => service.customer_key("acme").await,
            role => service.key(&[role]).await,
        };
        let bearer = format!("Bearer {key}");
        for operation in OPERATIONS {
            let found = status(&service, operation, &[("authorization", &bearer)]).await;
            let (method, path, allowed, _) = operation;
            assert_ne!(found, 401, "{name}: {method} {path}");
            let may = allowed.contains(&role) || (role == Role::Customer && OWN.contains(&(*method, *path)));
            assert_eq!(found != 403, may, "{name}: {method} {path} is answered with {found}");
            assert!(found < 500, "{name}: {method} {path} is answered with {found}");
        }
    }
}

#[tokio::test]
async fn roles_add_up() {
    let service = Service::start().await;
    let bearer = format!("Bearer {}", service.key(&[Role::Ingest, Role::Billing]).await);
    for operation in OPERATIONS {
        let (method, path, allowed, _) = operation;
        let may = allowed.contains(&Role::Ingest) || allowed.contains(&Role::Billing);
        assert_eq!(status(&service, operation, &[("authorization", &bearer)]).await != 403, may, "{method} {path}");
    }
}

#[tokio::test]
async fn nothing_is_done_without_a_key() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    let (last, others) = (key.chars().next_back().expect("a key"), &key[..key.len() - 1]);
    let wrong = format!("Bearer {others}{}", if last == '0' { '1' } else { '0' });
    let twice = format!("Bearer {key} {key}");
    let basic = format!("Basic {key}");
    let unknown = format!("Bearer {}", key.replace("_000000000000", "_00000000zzzz"));
    let usual = ["", "Bearer", "Bearer ", "Bearer ak_live_", "Bearer ü"];
    for authorization in usual.into_iter().chain([&key, &wrong, &twice, &basic, &unknown].map(String::as_str)) {
        let headers: Vec<_> = (!authorization.is_empty()).then_some(("authorization", authorization)).into_iter().collect();
        for operation in OPERATIONS {
            assert_eq!(status(&service, operation, &headers).await, 401, "{authorization:?}: {} {}", operation.0, operation.1);
        }
        let answer = service.send("GET", "/v1/customers", &headers, Vec::new()).await;
        answer.problem(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{authorization:?}");
    }
    for (method, path) in OPEN {
        assert_eq!(service.call(method, path, "", Value::Null).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn the_scheme_may_be_written_in_any_case() {
    let service = Service::start().await;
    let key = service.key(&[Role::Viewer]).await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let header = format!("{scheme} {key}");
        assert_eq!(service.send("GET", "/v1/customers", &[("authorization", &header)], Vec::new()).await.status, 200, "{scheme}");
    }
}

#[tokio::test]
async fn a_key_that_has_ended_opens_nothing() {
    let service = Service::start().await;
    let admin = service.key(&[Role::Admin]).await;
    let request = json!({ "name": "for an hour", "roles": ["viewer"], "expires_at": "2026-04-15T13:00:00Z" });
    let made = service.create("/v1/keys", &admin, request).await;
    let key = made["secret"].as_str().expect("its secret");
    for (time, status) in [("12:00:00Z", 200), ("12:59:59.999999Z", 200), ("13:00:00Z", 401), ("14:00:00Z", 401)] {
        service.installation.clock.set(at(&format!("2026-04-15T{time}")));
        assert_eq!(service.call("GET", "/v1/customers", key, Value::Null).await.status, status, "{time}");
        assert_eq!(service.call("GET", "/v1/customers", &admin, Value::Null).await.status, 200, "a key without an end");
    }
}

#[tokio::test]
async fn what_is_forbidden_says_what_it_needs() {
    let service = Service::start().await;
    let key = service.key(&[Role::Ingest]).await;
    for (method, path, body, needed) in [
        ("POST", "/v1/customers", json!({ "key": "acme" }), "billing"),
        ("GET", "/v1/customers", Value::Null, "viewer"),
        ("GET", "/v1/keys", Value::Null, "admin"),
        ("GET", "/v1/tenants", Value::Null, "operator"),
    ] {
        let answer = service.call(method, path, &key, body).await;
        assert!(answer.problem(403, "forbidden").contains(needed), "{method} {path}: {}", answer.text);
    }
    let operator = service.operator().await;
    service.call("GET", "/v1/customers", &operator, Value::Null).await.problem(403, "forbidden");
}

#[tokio::test]
async fn health_tells_nothing_of_a_tenant() {
    let service = Service::start().await;
    for path in ["/livez", "/readyz"] {
        let answer = service.read(path, "").await;
        assert_eq!(answer, json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }), "{path}");
    }
    let metrics = service.call("GET", "/metrics", &service.operator().await, Value::Null).await;
    assert_eq!(metrics.status, 200);
    assert!(metrics.header("content-type").starts_with("application/openmetrics-text"));
    assert!(metrics.text.contains("\nassay_epochs_total "), "the clock of the sandbox is watched: {}", metrics.text);
    assert!(metrics.text.contains("http_requests_total") && metrics.text.ends_with("# EOF\n"), "{}", metrics.text);
}
