//! Customers whose bill goes to another.

use assay_domain::key::Role;
use serde_json::json;

use super::support::{Service, resolved};

/// `acme` and `globex`, who agreed to the same from March on and had a ticket resolved each, judged.
async fn two_customers() -> (Service, String) {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.sell(&key).await;
    service.create("/v1/customers", &key, json!({ "key": "globex" })).await;
    let agreement = json!({ "customer": "globex", "definitions": [{ "definition": "tickets" }], "rate_card": "standard", "from": "2026-03-01T00:00:00Z" });
    service.create("/v1/agreements", &key, agreement).await;
    let mut theirs = resolved("G-1", "2026-03-03");
    theirs.iter_mut().for_each(|event| event["customer"] = json!("globex"));
    service.accept(&key, &[resolved("T-1", "2026-03-02"), theirs].concat()).await;
    service.judge().await;
    (service, key)
}

#[tokio::test]
async fn a_merged_customer_names_its_payer_who_gets_the_invoice() {
    let (service, key) = two_customers().await;
    let billing = service.key(&[Role::Billing]).await;
    let made = service.create("/v1/customers/globex/merge", &billing, json!({ "into": "acme", "reason": "acme bought it" })).await;
    let expected = json!({ "customer": "globex", "into": "acme", "payer": "acme", "actor": made["actor"], "reason": "acme bought it",
                           "recorded_at": "2026-04-15T12:00:00Z" });
    assert_eq!(made, expected);
    assert_eq!(service.read("/v1/customers/globex", &key).await["payer"], "acme");
    let customers = service.read("/v1/customers", &key).await;
    let payers: Vec<_> = customers["data"].as_array().expect("a list").iter().map(|row| [&row["key"], &row["payer"]]).collect();
    assert_eq!(json!(payers), json!([["acme", null], ["globex", "acme"]]));
    service.bill("2026-03").await;
    let invoices = service.read("/v1/invoices", &key).await;
    let rows = invoices["data"].as_array().expect("a list");
    let heads: Vec<_> = rows.iter().map(|row| [&row["customer"], &row["total"]["amount"]]).collect();
    assert_eq!(json!(heads), json!([["acme", "1001.98"]]), "{invoices}");
    assert_eq!(service.read("/v1/interactions/G-1", &key).await["customer"], "globex");
}

#[tokio::test]
async fn what_is_wrong_with_a_merge_is_named() {
    let (service, key) = two_customers().await;
    let merge = async |customer: &str, into: &str, reason: &str| {
        let path = format!("/v1/customers/{customer}/merge");
        service.call("POST", &path, &key, json!({ "into": into, "reason": reason })).await
    };
    for (customer, into, reason, field) in [("globex", "acme", "", "reason"), ("globex", "globex", "why", "into")] {
        let answer = merge(customer, into, reason).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{}", answer.text);
    }
    for (customer, into) in [("nobody", "acme"), ("globex", "nobody")] {
        merge(customer, into, "why").await.problem(404, "not-found");
    }
    assert_eq!(merge("globex", "acme", "why").await.status, 201);
    for (customer, into, told) in [("globex", "acme", "was merged before"), ("acme", "globex", "goes to \"acme\" already")] {
        let answer = merge(customer, into, "why").await;
        assert!(answer.problem(409, "conflict").contains(told), "{}", answer.text);
    }
}

#[tokio::test]
async fn under_an_idempotency_key_a_merge_is_done_once() {
    let (service, key) = two_customers().await;
    let body = json!({ "into": "acme", "reason": "why" });
    let once = [("idempotency-key", "k")];
    let first = service.call_with("POST", "/v1/customers/globex/merge", &key, &once, body.clone()).await;
    let again = service.call_with("POST", "/v1/customers/globex/merge", &key, &once, body).await;
    assert_eq!((first.status, again.status, first.body), (201, 201, again.body));
}
