//! The audit log: whatever changes something leaves an entry that says who, what, and what it was before.

use assay_domain::key::Role;
use serde_json::{Value, json};

use super::support::{NOW, Service, event};
use crate::app::support::alter;

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
                           "before": null, "after": { "key": "globex", "standing": "confirmed" }, "at": NOW });
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
async fn the_log_is_verified_alone_and_against_a_head_that_was_kept() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    let head = service.read("/v1/audit/head", &key).await;
    let kept = head["head"].as_str().expect("a head").to_owned();
    assert_eq!((kept.len(), &head["operations"]), (66, &json!(2)), "a tenant and a key: {head}");
    service.create("/v1/customers", &key, json!({ "key": "globex" })).await;
    let whole = service.read("/v1/audit/verification", &key).await;
    let now = service.read("/v1/audit/head", &key).await["head"].clone();
    let expected = json!({ "holds": true, "operations": 3, "head": now, "waiting": 0, "kept": null, "violation": null });
    assert_eq!(whole, expected);
    let with_kept = format!("/v1/audit/verification?head={kept}");
    let since = service.read(&with_kept, &key).await;
    assert_eq!((&since["holds"], &since["kept"], &since["head"]), (&json!(true), &json!(kept), &now));

    let wrong = "update operations set subject = 'x' where action = 'key.create'";
    alter(&service.installation, wrong).await;
    let found = service.read(&with_kept, &key).await;
    let id = entries(&service, &key, "key.create").await[0]["id"].clone();
    let violation = &found["violation"];
    let named = ["position", "operation", "wrong", "moved_to"].map(|member| violation[member].clone());
    assert_eq!((&found["holds"], &found["operations"], named), (&json!(false), &json!(1), [json!(2), id, json!("altered"), Value::Null]));
    assert!(violation["detail"].as_str().is_some_and(|detail| detail.contains("something in it was changed")), "{violation}");
    for query in ["head=12", "head=x:y", "head="] {
        let answer = service.call("GET", &format!("/v1/audit/verification?{query}"), &key, Value::Null).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), "head", "{query}");
    }
    service.call("GET", "/v1/audit/verification?kept=1", &key, Value::Null).await.problem(400, "malformed");
}

#[tokio::test]
async fn each_side_of_each_tenant_has_a_chain_of_its_own() {
    let service = Service::start().await;
    let key = service.key(&[Role::Viewer]).await;
    let own = service.read("/v1/audit/head", &key).await;
    for other in [service.test_key(&[Role::Viewer]).await, service.other_tenant_key(&[Role::Viewer]).await] {
        let theirs = service.read("/v1/audit/head", &other).await;
        assert_ne!(theirs["head"], own["head"]);
        let compared = service.read(&format!("/v1/audit/verification?head={}", own["head"].as_str().expect("a head")), &other).await;
        assert_eq!(compared["holds"], false, "{compared}");
        assert_eq!(service.read("/v1/audit/verification", &other).await["holds"], true);
    }
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
