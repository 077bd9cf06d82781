//! Reports: how everything stands, and how the work goes day by day.

use assay_domain::key::Role;
use serde_json::{Value, json};

use super::support::{Service, event, resolved};

/// Three resolved tickets, one that failed, one that is open, and one event kept aside.
async fn desk() -> (Service, String) {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.sell(&key).await;
    let mut events = [resolved("T-1", "2026-03-02"), resolved("T-2", "2026-03-02"), resolved("T-3", "2026-03-04")].concat();
    events.push(event("T-4-opened", "T-4", "ticket.opened", "2026-01-04T09:00:00Z"));
    events.push(event("T-5-opened", "T-5", "ticket.opened", "2026-04-10T23:59:59Z"));
    service.accept(&key, &events).await;
    service.judge().await;
    service.lines(&key, &[], event("T-5-opened", "T-5", "ticket.closed", "2026-04-10T23:59:59Z").to_string()).await;
    (service, key)
}

#[tokio::test]
async fn outcomes_are_counted_by_definition_state_and_reason() {
    let (service, key) = desk().await;
    let mut report = service.read("/v1/reports/outcomes", &key).await;
    let rows = report["rows"].as_array_mut().expect("rows");
    rows.sort_by_key(|row| row["state"].to_string());
    let expected = json!([
        { "definition": "tickets", "state": "failed", "reason": "deadline", "faulted": false, "count": 1, "quantity": "0" },
        { "definition": "tickets", "state": "final", "reason": "resolved", "faulted": false, "count": 3, "quantity": "3" },
        { "definition": "tickets", "state": "open", "reason": "unresolved", "faulted": false, "count": 1, "quantity": "0" },
    ]);
    assert_eq!(Value::from(rows.clone()), expected);
    let counts = ["events", "conflicts", "interactions", "unassigned", "waiting"].map(|name| report[name].as_i64().expect("a count"));
    assert_eq!(counts, [8, 1, 5, 0, 0]);
}

#[tokio::test]
async fn nothing_is_a_report_too() {
    let service = Service::start().await;
    let key = service.key(&[Role::Viewer]).await;
    let report = service.read("/v1/reports/outcomes", &key).await;
    assert_eq!(report, json!({ "events": 0, "conflicts": 0, "interactions": 0, "unassigned": 0, "waiting": 0, "rows": [] }));
    let overview = service.read("/v1/reports/overview", &key).await;
    assert_eq!((overview["days"].as_array().map(Vec::len), &overview["success_rate"]), (Some(60), &Value::Null));
    assert_eq!(overview["days"][59]["day"], "2026-04-15", "today, while nothing was opened");
}

#[tokio::test]
async fn the_overview_ends_on_the_latest_day_of_work() {
    let (service, key) = desk().await;
    let overview = service.read("/v1/reports/overview?days=40", &key).await;
    let days = overview["days"].as_array().expect("days");
    assert_eq!((days.len(), &days[0]["day"], &days[39]["day"]), (40, &json!("2026-03-02"), &json!("2026-04-10")));
    assert_eq!(days[0], json!({ "day": "2026-03-02", "succeeded": 2, "failed": 0, "open": 0 }));
    assert_eq!(days[1], json!({ "day": "2026-03-03", "succeeded": 0, "failed": 0, "open": 0 }));
    assert_eq!(days[2]["succeeded"], 1);
    assert_eq!(days[39]["open"], 1);
    let sums = ["succeeded", "failed", "open", "quarantined"].map(|name| overview[name].as_i64().expect("a count"));
    assert_eq!(sums, [3, 1, 1, 0], "of all time, the ticket of January included");
    assert_eq!(overview["success_rate"], "0.750");
}

#[tokio::test]
async fn the_overview_may_be_of_one_definition() {
    let (service, key) = desk().await;
    let whole = service.read("/v1/reports/overview?days=1", &key).await;
    assert_eq!(service.read("/v1/reports/overview?days=1&definition=tickets", &key).await, whole);
    for query in ["definition=none", "days=0", "days=367", "days=65536", "days=ten", "day=1"] {
        let answer = service.call("GET", &format!("/v1/reports/overview?{query}"), &key, Value::Null).await;
        assert!((400..500).contains(&answer.status), "{query}: {}", answer.text);
    }
    service.read("/v1/reports/overview?days=366", &key).await;
}
