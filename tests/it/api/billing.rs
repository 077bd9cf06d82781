//! A month over HTTP, from what was told to what is asked for, down to the interactions behind a line.

use assay_domain::key::Role;
use assay_tests::assay::at;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::support::{NOW, Service, event, resolved};

/// March of `acme`, judged: three resolved tickets and an open one; and one ticket that belongs to nobody.
async fn march() -> (Service, String) {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    let mut events = [resolved("T-1", "2026-03-02"), resolved("T-2", "2026-03-03"), resolved("T-3", "2026-03-03")].concat();
    events.push(event("T-4-opened", "T-4", "ticket.opened", "2026-03-04T09:00:00Z"));
    let mut nobodys = event("N-1-opened", "N-1", "ticket.opened", "2026-03-04T09:00:00Z");
    nobodys["customer"] = Value::Null;
    events.push(nobodys);
    service.accept(&key, &events).await;
    service.sell(&key).await;
    service.judge().await;
    (service, key)
}

/// Starts the run of a month.
async fn start(service: &Service, key: &str, period: &str) -> Value {
    service.create("/v1/billing-runs", key, json!({ "period": period })).await
}

/// A document in short: number, what it corrects, total; then kind, charge, month, quantity, price and amount of each line.
async fn document(service: &Service, key: &str, number: &str) -> Vec<String> {
    let shown = service.read(&format!("/v1/invoices/{number}"), key).await;
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut found = vec![[&shown["number"], &shown["corrects"], &shown["total"]["amount"]].map(text).join(" ")];
    for line in shown["lines"].as_array().expect("lines") {
        let members = ["kind", "charge", "period", "quantity", "unit_price"].map(|name| text(&line[name])).join(" ");
        found.push(format!("{} {members} {}", line["position"], text(&line["amount"]["amount"])));
    }
    found
}

#[tokio::test]
async fn a_month_becomes_an_invoice() {
    let (service, key) = march().await;
    let answer = service.call("POST", "/v1/billing-runs", &key, json!({ "period": "2026-03" })).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let run = &answer.body;
    let place = format!("/v1/billing-runs/{}", run["id"].as_str().expect("an id"));
    assert_eq!(answer.header("location"), place);
    let expected = json!({
        "id": run["id"], "period": "2026-03", "state": "draining", "started_at": NOW,
        "progress": { "judged": 0, "customers_done": 0, "customers": 0 }, "problem": null, "report": null,
    });
    assert_eq!(*run, expected);
    service.bill("2026-03").await;
    let finished = service.read(&place, &key).await;
    assert_eq!((&finished["state"], &finished["report"]), (&json!("finished"), &Value::Null), "another carried it");
    assert_eq!(service.read("/v1/billing-runs", &key).await["data"], json!([finished]));
    assert_eq!(start(&service, &key, "2026-03").await, finished, "a month has one run");

    let list = service.read("/v1/invoices", &key).await;
    let [head] = list["data"].as_array().expect("a list").as_slice() else { panic!("{list}") };
    let expected = json!({
        "id": head["id"], "kind": "invoice", "number": "INV-000001", "state": "issued", "customer": "acme", "period": "2026-03",
        "total": { "amount": "502.97", "currency": "USD" }, "corrects": null, "issued_at": NOW,
    });
    assert_eq!(*head, expected);
    let id = head["id"].as_str().expect("an id");
    let invoice = service.read(&format!("/v1/invoices/{id}"), &key).await;
    assert_eq!(service.read("/v1/invoices/INV-000001", &key).await, invoice, "by number as by id");
    for (name, value) in head.as_object().expect("an object") {
        assert_eq!(invoice[name], *value, "{name}");
    }
    let agreements = service.read("/v1/agreements", &key).await;
    let line = &invoice["lines"][1];
    let expected = json!({
        "position": 2, "kind": "charge", "label": "Resolved tickets", "charge": "resolutions", "agreement": agreements["data"][0]["id"],
        "customer": "acme", "period": "2026-03", "original": null, "tier": 0, "unit_price": "0.99", "quantity": "3", "amount": { "amount": "2.97", "currency": "USD" },
        "disputes": [],
    });
    assert_eq!(*line, expected);
    let lines = ["INV-000001 - 502.97", "1 charge platform 2026-03 1 500 500.00", "2 charge resolutions 2026-03 3 0.99 2.97"];
    assert_eq!(document(&service, &key, "INV-000001").await, lines);
}

#[tokio::test]
async fn the_interactions_behind_a_line_are_listed() {
    let (service, key) = march().await;
    service.bill("2026-03").await;
    let outcomes = |line: &str| format!("/v1/invoices/INV-000001/lines/{line}/outcomes");
    let behind = service.read(&outcomes("2"), &key).await;
    let expected = json!({ "next_cursor": null, "data": [
        { "subject": "T-1", "quantity": "1", "dated_at": "2026-03-03T10:00:00Z" },
        { "subject": "T-2", "quantity": "1", "dated_at": "2026-03-04T10:00:00Z" },
        { "subject": "T-3", "quantity": "1", "dated_at": "2026-03-04T10:00:00Z" },
    ] });
    assert_eq!(behind, expected);
    assert_eq!(service.read(&outcomes("1"), &key).await["data"], json!([]), "a fee has nothing behind it");
    let first = service.read(&(outcomes("2") + "?limit=2"), &key).await;
    let cursor = first["next_cursor"].as_str().expect("there is more");
    let rest = service.read(&format!("{}?limit=2&cursor={cursor}", outcomes("2")), &key).await;
    let pieces = [first["data"].as_array().expect("a list").clone(), rest["data"].as_array().expect("a list").clone()];
    assert_eq!(Value::from(pieces.concat()), expected["data"]);
    assert_eq!(rest["next_cursor"], Value::Null);
    for (line, status, slug) in [("0", 422, "invalid"), ("3", 422, "invalid"), ("-1", 400, "malformed"), ("two", 400, "malformed")] {
        service.call("GET", &outcomes(line), &key, Value::Null).await.problem(status, slug);
    }
    for query in ["limit=0", "cursor=x", "cursor=-1"] {
        service.call("GET", &format!("{}?{query}", outcomes("2")), &key, Value::Null).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn the_worker_carries_a_run_and_says_what_it_did() {
    let (service, key) = march().await;
    let run = start(&service, &key, "2026-03").await;
    let place = format!("/v1/billing-runs/{}", run["id"].as_str().expect("an id"));
    let (stop, stopped) = watch::channel(false);
    let watched = async {
        let finished = loop {
            let run = service.read(&place, &key).await;
            assert_eq!(run["problem"], Value::Null);
            if !run["report"].is_null() {
                break run;
            }
            tokio::task::yield_now().await;
        };
        stop.send(true).expect("somebody works");
        finished
    };
    let ((), finished) = tokio::join!(service.assay().work(stopped), watched);
    assert_eq!(finished["state"], "finished");
    assert_eq!((&finished["progress"]["customers_done"], &finished["progress"]["customers"]), (&json!(1), &json!(1)));
    let expected = json!({
        "invoices": 1, "totals": [{ "amount": "502.97", "currency": "USD" }],
        "unassigned": { "count": 1, "first_subjects": ["N-1"] }, "without_agreement": [], "unrated": [], "faulted": 0,
    });
    assert_eq!(finished["report"], expected);
}

#[tokio::test]
async fn what_was_lost_later_is_credited() {
    let (service, key) = march().await;
    service.bill("2026-03").await;
    let before = document(&service, &key, "INV-000001").await;
    service.installation.clock.set(at("2026-05-02T00:00:00Z"));
    service.accept(&key, &[event("T-1-reopened", "T-1", "ticket.reopened", "2026-03-02T11:00:00Z")]).await;
    start(&service, &key, "2026-04").await;
    service.bill("2026-04").await;
    assert_eq!(document(&service, &key, "INV-000002").await, ["INV-000002 - 500.00", "1 charge platform 2026-04 1 500 500.00"]);
    let credit = ["CN-000001 INV-000001 -0.99", "1 correction resolutions 2026-03 -1 0.99 -0.99"];
    assert_eq!(document(&service, &key, "CN-000001").await, credit);
    let note = service.read("/v1/invoices/CN-000001", &key).await;
    assert_eq!((&note["kind"], &note["lines"][0]["original"]), (&json!("credit-note"), &json!("INV-000001")));
    let behind = service.read("/v1/invoices/CN-000001/lines/1/outcomes", &key).await;
    assert_eq!(behind["data"], json!([{ "subject": "T-1", "quantity": "-1", "dated_at": "2026-03-03T10:00:00Z" }]));
    assert_eq!(document(&service, &key, "INV-000001").await, before, "an issued invoice never changes");
}

#[tokio::test]
async fn months_are_billed_one_after_the_other_and_only_when_they_have_ended() {
    let (service, key) = march().await;
    let refused = |period: &'static str| service.call("POST", "/v1/billing-runs", &key, json!({ "period": period }));
    let early = refused("2026-04").await;
    assert!(early.problem(422, "invalid").contains("2026-05-01T00:00:00Z"), "{}", early.text);
    assert_eq!(early.field(), "period");
    for nonsense in ["2026-3", "2026-13", "March", "", "2026-03-01"] {
        let answer = refused(nonsense).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), "period", "{}", answer.text);
    }
    assert!(refused("2026-02").await.problem(409, "conflict").contains("agreement"), "nobody had one by then");
    start(&service, &key, "2026-03").await;
    service.installation.clock.set(at("2026-05-02T00:00:00Z"));
    assert!(refused("2026-04").await.problem(409, "conflict").contains("2026-03"), "the run of March is open");
    service.bill("2026-03").await;
    start(&service, &key, "2026-04").await;
    let runs = service.read("/v1/billing-runs", &key).await;
    let states: Vec<&Value> = runs["data"].as_array().expect("a list").iter().map(|run| &run["state"]).collect();
    assert_eq!(states, [&json!("finished"), &json!("draining")]);
}
