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

#[tokio::test]
async fn every_event_and_every_cent_is_accounted_for() {
    let (service, key) = desk().await;
    let report = service.read("/v1/reports/conservation", &key).await;
    assert_eq!((&report["events"], &report["conflicts"], &report["holds"]), (&json!(8), &json!(1), &json!(true)), "{report}");
    let classes = report["classes"].as_array().expect("classes").iter().filter(|class| class["events"] != 0);
    let expected =
        [json!({ "class": "billable", "events": 6 }), json!({ "class": "open", "events": 1 }), json!({ "class": "failed", "events": 1 })];
    assert_eq!(classes.cloned().collect::<Vec<_>>(), expected);
    let money = &report["money"][0];
    let amounts = ["currency", "posted", "cost", "due", "receivable", "unbilled"].map(|name| money[name].as_str().expect("text"));
    assert_eq!(amounts, ["USD", "0.00", "0.00", "0.00", "0.00", "1002.97"], "a fee for March, one for April so far, and three tickets");
    service.bill("2026-03").await;
    let billed = service.read("/v1/reports/conservation", &key).await;
    assert_eq!((&billed["classes"][7], &billed["money"][0]["posted"]), (&json!({ "class": "billed", "events": 6 }), &json!("502.97")));
    assert_eq!(billed["holds"], true, "{billed}");
}

#[tokio::test]
async fn conservation_may_be_asked_for_at_a_time() {
    let (service, key) = desk().await;
    let earlier = service.read("/v1/reports/conservation?as_of=2026-04-01T00:00:00Z", &key).await;
    assert_eq!((&earlier["as_of"], &earlier["events"], &earlier["holds"]), (&json!("2026-04-01T00:00:00Z"), &json!(0), &json!(true)));
    for query in ["as_of=2027-01-01T00:00:00Z", "as_of=yesterday"] {
        let answer = service.call("GET", &format!("/v1/reports/conservation?{query}"), &key, Value::Null).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), "as_of", "{query}");
    }
    let answer = service.call("GET", "/v1/reports/conservation?at=2026-04-01", &key, Value::Null).await;
    assert!((400..500).contains(&answer.status), "{}", answer.text);
}
