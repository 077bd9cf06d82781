//! A POST that creates is carried out once, however often it arrives under its idempotency key.

use assay_domain::key::Role;
use serde_json::{Value, json};

use super::support::{Answer, Service, event};

/// A POST under an idempotency key.
async fn post(service: &Service, path: &str, key: &str, once: &str, body: Value) -> Answer {
    service.call_with("POST", path, key, &[("idempotency-key", once)], body).await
}

/// How many entries the audit log has of an action.
async fn logged(service: &Service, key: &str, action: &str) -> usize {
    let log = service.read("/v1/operations?limit=500", key).await;
    log["data"].as_array().expect("a list").iter().filter(|entry| entry["action"] == action).count()
}

#[tokio::test]
async fn the_same_request_is_carried_out_once_and_answered_alike() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    let body = json!({ "key": "acme" });
    let first = post(&service, "/v1/customers", &key, "k-1", body.clone()).await;
    let again = post(&service, "/v1/customers", &key, "k-1", body.clone()).await;
    assert_eq!((first.status, again.status, &first.body), (201, 201, &again.body));
    assert_eq!(logged(&service, &key, "customer.confirm").await, 1);
    post(&service, "/v1/customers", &key, "k-2", body).await;
    assert_eq!(logged(&service, &key, "customer.confirm").await, 2, "another key is another request");
}

#[tokio::test]
async fn a_key_stands_for_one_request() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    let body = json!({ "key": "acme" });
    assert_eq!(post(&service, "/v1/customers", &key, "k", body.clone()).await.status, 201);
    let other = post(&service, "/v1/customers", &key, "k", json!({ "key": "globex" })).await;
    assert!(other.problem(422, "idempotency-key-reused").contains("\"k\""), "{}", other.text);
    let elsewhere = post(&service, "/v1/keys", &key, "k", json!({ "name": "a key", "roles": ["viewer"] })).await;
    elsewhere.problem(422, "idempotency-key-reused");
    let customers = service.read("/v1/customers", &key).await;
    assert_eq!(customers["data"].as_array().map(Vec::len), Some(1), "{customers}");
    let anew = post(&service, "/v1/customers", &key, "k", body).await;
    assert_eq!(anew.status, 201, "the first request may still be repeated");
}

#[tokio::test]
async fn tenants_and_sides_have_keys_of_their_own() {
    let service = Service::start().await;
    let keys = [service.key(&[Role::Admin]).await, service.test_key(&[Role::Admin]).await, service.other_tenant_key(&[Role::Admin]).await];
    for (key, customer) in keys.iter().zip(["a", "b", "c"]) {
        assert_eq!(post(&service, "/v1/customers", key, "k", json!({ "key": customer })).await.status, 201);
    }
}

#[tokio::test]
async fn a_request_that_failed_leaves_its_key_free() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.accept(&key, &[event("a", "T-1", "ticket.opened", "2026-03-01T10:00:00Z")]).await;
    let assign = || post(&service, "/v1/interactions/T-1/assignments", &key, "k", json!({ "customer": "globex", "reason": "they asked" }));
    assign().await.problem(404, "not-found");
    service.create("/v1/customers", &key, json!({ "key": "globex" })).await;
    assert_eq!(assign().await.status, 201);
}

#[tokio::test]
async fn a_repetition_that_comes_late_undoes_nothing() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.accept(&key, &[event("a", "T-1", "ticket.opened", "2026-03-01T10:00:00Z")]).await;
    service.create("/v1/customers", &key, json!({ "key": "globex" })).await;
    let assign = |once: &'static str, customer: &'static str| {
        let body = json!({ "customer": customer, "reason": "they asked" });
        post(&service, "/v1/interactions/T-1/assignments", &key, once, body)
    };
    let first = assign("k-1", "globex").await;
    assert_eq!((first.status, assign("k-2", "acme").await.status), (201, 201));
    let late = assign("k-1", "globex").await;
    assert_eq!((late.status, late.body), (201, first.body));
    assert_eq!(service.read("/v1/interactions/T-1", &key).await["customer"], "acme");
    assert_eq!(logged(&service, &key, "interaction.assign").await, 2);
}

#[tokio::test]
async fn a_billing_run_is_one_request_too() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.sell(&key).await;
    let first = post(&service, "/v1/billing-runs", &key, "k", json!({ "period": "2026-03" })).await;
    let again = post(&service, "/v1/billing-runs", &key, "k", json!({ "period": "2026-03" })).await;
    assert_eq!((first.status, again.status, &first.body["id"]), (202, 202, &again.body["id"]));
    let other = post(&service, "/v1/billing-runs", &key, "k", json!({ "period": "2026-02" })).await;
    other.problem(422, "idempotency-key-reused");
}

#[tokio::test]
async fn the_same_request_twice_at_the_same_time_is_carried_out_once() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    for n in 0..5 {
        let once = format!("k-{n}");
        let create = || post(&service, "/v1/customers", &key, &once, json!({ "key": format!("c{n}") }));
        let (one, other) = tokio::join!(create(), create());
        assert_eq!((one.status, other.status, one.body), (201, 201, other.body));
        assert_eq!(logged(&service, &key, "customer.confirm").await, n + 1);
    }
}

#[tokio::test]
async fn events_have_an_identity_of_their_own_and_need_no_key() {
    let service = Service::start().await;
    let key = service.key(&[Role::Ingest]).await;
    for id in ["a", "b"] {
        let body = event(id, "T-1", "ticket.opened", "2026-03-01T10:00:00Z");
        assert_eq!(post(&service, "/v1/events", &key, "k", body).await.status, 201);
    }
}

#[tokio::test]
async fn a_key_is_printable_text() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    let long = "x".repeat(257);
    for once in ["", "a\tb", "ü", long.as_str()] {
        let answer = post(&service, "/v1/customers", &key, once, json!({ "key": "acme" })).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), "Idempotency-Key", "{once:?}: {}", answer.text);
    }
    assert_eq!(post(&service, "/v1/customers", &key, &"x".repeat(256), json!({ "key": "acme" })).await.status, 201);
}
