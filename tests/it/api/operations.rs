//! The audit log: whatever changes something leaves an entry that says who, what, and what it was before.

use assay_domain::key::Role;
use serde_json::{Value, json};

use super::support::{NOW, Service, event};

/// The entries of an action, newest first.
async fn entries(service: &Service, key: &str, action: &str) -> Vec<Value> {
    let log = service.read("/v1/operations?limit=500", key).await;
    log["data"].as_array().expect("a list").iter().filter(|entry| entry["action"] == action).cloned().collect()
}

#[tokio::test]
async fn an_entry_says_who_did_what_and_when() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    let me = service.read("/v1/tenant", &key).await["key"].clone();
    let customer = service.create("/v1/customers", &key, json!({ "key": "globex" })).await;
    let found = entries(&service, &key, "customer.confirm").await;
    let [entry] = found.as_slice() else { panic!("{found:?}") };
    assert!(entry["id"].as_str().is_some_and(|id| id.starts_with("opr_")), "{entry}");
    let expected = json!({ "id": entry["id"], "actor": me, "action": "customer.confirm", "subject": customer["id"],
                           "before": null, "after": { "key": "globex" }, "at": NOW });
    assert_eq!(*entry, expected);
}

#[tokio::test]
async fn an_entry_says_what_was_there_before() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.accept(&key, &[event("a", "T-1", "ticket.opened", "2026-03-01T10:00:00Z")]).await;
    service.judge().await;
    let acme = service.read("/v1/customers/acme", &key).await;
    let globex = service.create("/v1/customers", &key, json!({ "key": "globex" })).await;
    let body = json!({ "customer": "globex", "reason": "they asked" });
    let assignment = service.create("/v1/interactions/T-1/assignments", &key, body).await;
    let found = entries(&service, &key, "interaction.assign").await;
    let [entry] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(entry["subject"], assignment["interaction"]);
    assert_eq!(
        (&entry["before"], &entry["after"]),
        (&json!({ "customer": acme["id"] }), &json!({ "customer": globex["id"], "reason": "they asked" }))
    );
}

#[tokio::test]
async fn whatever_changes_something_is_logged_and_whatever_reads_is_not() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.accept(&key, &[event("a", "T-1", "ticket.opened", "2026-03-01T10:00:00Z")]).await;
    service.judge().await;
    service.sell(&key).await;
    service.create("/v1/billing-runs", &key, json!({ "period": "2026-03" })).await;
    let log = service.read("/v1/operations?limit=500", &key).await;
    let actions: Vec<&str> = log["data"].as_array().expect("a list").iter().filter_map(|entry| entry["action"].as_str()).collect();
    let expected = [
        "run.start",
        "agreement.create",
        "customer.confirm",
        "rate-card.create",
        "version.create",
        "rule.push",
        "outcomes.settle",
        "events.ingest",
        "key.create",
        "tenant.create",
    ];
    assert_eq!(actions, expected, "newest first");
    for path in ["/v1/customers", "/v1/interactions", "/v1/invoices", "/v1/reports/overview", "/v1/customers/nobody"] {
        service.call("GET", path, &key, Value::Null).await;
    }
    assert_eq!(service.read("/v1/operations?limit=500", &key).await, log);
}

#[tokio::test]
async fn nothing_secret_is_in_the_log() {
    let service = Service::start().await;
    let admin = service.key(&[Role::Admin]).await;
    let made = service.create("/v1/keys", &admin, json!({ "name": "a key", "roles": ["viewer"] })).await;
    let log = service.call("GET", "/v1/operations?limit=500", &admin, Value::Null).await;
    for secret in [admin.as_str(), made["secret"].as_str().expect("its secret")] {
        let hidden = secret.rsplit('_').next().expect("its last part");
        assert!(!log.text.contains(hidden), "{}", log.text);
    }
}

#[tokio::test]
async fn each_side_of_each_tenant_sees_its_own() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.create("/v1/customers", &key, json!({ "key": "globex" })).await;
    for other in [service.test_key(&[Role::Viewer]).await, service.other_tenant_key(&[Role::Viewer]).await] {
        assert!(entries(&service, &other, "customer.confirm").await.is_empty());
    }
    let ingest = service.key(&[Role::Ingest]).await;
    service.call("GET", "/v1/operations", &ingest, Value::Null).await.problem(403, "forbidden");
}
