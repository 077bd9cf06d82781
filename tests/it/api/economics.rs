//! What outcomes cost and bring, over HTTP.

use assay_domain::key::Role;
use serde_json::{Value, json};

use super::support::{Service, resolved};

#[tokio::test]
async fn costs_belong_to_their_interactions_and_prices_are_simulated() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.sell(&key).await;
    let mut events = [resolved("T-1", "2026-03-02"), resolved("T-2", "2026-03-02")].concat();
    for ticket in ["T-1", "T-2"] {
        events.push(json!({ "source": "meter", "id": ticket, "type": "cost.incurred", "subject": ticket, "time": "2026-03-02T09:00:00Z",
                            "data": { "amount": "0.0123", "currency": "USD", "model": "small-1" } }));
    }
    service.accept(&key, &events).await;
    service.judge().await;
    let report = service.read("/v1/reports/economics?from=2026-03&through=2026-03", &key).await;
    let row = &report["rows"][0];
    assert_eq!((&row["month"], &row["attempts"], &row["successes"]), (&json!("2026-03"), &json!(2), &json!(2)));
    assert_eq!((&row["cost"]["amount"], &row["cost_per_success"]["amount"]), (&json!("0.0246"), &json!("0.0123")));
    assert_eq!((&row["success_rate"], &report["models"][0]["model"]), (&json!("1.0000"), &json!("small-1")));
    let answers = service.read("/v1/reports/readiness?from=2026-03&through=2026-03", &key).await;
    assert_eq!(answers["answers"].as_array().map(Vec::len), Some(4));
    let cards = service.read("/v1/rate-cards", &key).await;
    let name = cards["data"][0]["card"]["name"].as_str().or(cards["data"][0]["name"].as_str()).expect("a name");
    let prices = service.read(&format!("/v1/reports/prices?from=2026-03&through=2026-03&cards={name}"), &key).await;
    assert_eq!((&prices["cards"][0]["card"], &prices["cards"][0]["cost"]["amount"]), (&json!(name), &json!("0.0246")));
}

#[tokio::test]
async fn what_is_no_month_is_named() {
    let service = Service::start().await;
    let key = service.key(&[Role::Viewer]).await;
    for (path, field) in [("economics?from=March", "from"), ("readiness?through=2026", "through"), ("prices?from=2026-13", "from")] {
        let answer = service.call("GET", &format!("/v1/reports/{path}"), &key, Value::Null).await;
        assert_eq!((answer.status, answer.field()), (422, field), "{}", answer.text);
    }
}
