//! Disputes over HTTP: opened, decided, appealed, shown wherever the outcome is, and what later versions must get right after them.

use assay_domain::key::Role;
use assay_tests::assay::at;
use serde_json::{Value, json};

use super::support::{Answer, NOW, Service, event, resolved};

/// March of `acme`, billed: two resolved tickets, the second of which was reopened after two days.
async fn march() -> (Service, String) {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    let mut events = [resolved("T-1", "2026-03-02"), resolved("T-2", "2026-03-03")].concat();
    events.push(event("T-2-reopened", "T-2", "ticket.reopened", "2026-03-05T10:00:00Z"));
    service.accept(&key, &events).await;
    service.sell(&key).await;
    service.judge().await;
    service.bill("2026-03").await;
    (service, key)
}

fn claim(subject: &str) -> Value {
    json!({ "interaction": subject, "definition": "tickets", "category": "not-delivered", "claim": "it was never solved" })
}

/// The path of a new dispute.
async fn open(service: &Service, key: &str, subject: &str) -> String {
    let opened = service.create("/v1/disputes", key, claim(subject)).await;
    format!("/v1/disputes/{}", opened["id"].as_str().expect("an id"))
}

async fn post(service: &Service, path: &str, key: &str, body: Value) -> Answer {
    service.call("POST", path, key, body).await
}

async fn decide(service: &Service, key: &str, place: &str, ruling: &str) -> Value {
    service.create(&format!("{place}/decision"), key, json!({ "ruling": ruling, "reason": "the log says so" })).await
}

/// The terms of the only agreement.
async fn terms(service: &Service, key: &str) -> String {
    let agreements = service.read("/v1/agreements", key).await;
    format!("/v1/agreements/{}/dispute-terms", agreements["data"][0]["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn a_dispute_is_opened_decided_appealed_and_shown_with_every_step() {
    let (service, key) = march().await;
    let answer = post(&service, "/v1/disputes", &key, claim("T-1")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let opened = &answer.body;
    let finding = json!({ "finding": "reproduces", "in_words": "executed again, the judgement comes out as it was recorded", "detail": null, "found_at": NOW });
    let step = json!({ "state": "open", "ruling": null, "share": null, "effect": "stands", "due_at": "2026-04-29T12:00:00Z", "by_default": false,
                       "reason": "opened", "actor": opened["actor"], "at": NOW, "finding": finding });
    let expected = json!({
        "id": "dsp_0000000000001", "interaction": opened["interaction"], "subject": "T-1", "definition": "tickets", "version": 1,
        "evaluation": opened["evaluation"], "reason": "resolved", "customer": "acme", "category": "not-delivered",
        "claim": "it was never solved", "events": [], "quantity": "1", "dated_at": "2026-03-03T10:00:00Z", "agreement": opened["agreement"],
        "period": "2026-03", "invoice": "INV-000001", "amount": { "amount": "0.99", "currency": "USD" }, "actor": opened["actor"],
        "opened_at": NOW, "state": "open", "ruling": null, "share": null, "due_at": "2026-04-29T12:00:00Z", "effect": "stands",
        "steps": [step], "fixture": null,
    });
    assert_eq!(*opened, expected);
    let place = "/v1/disputes/dsp_0000000000001";
    assert_eq!(service.read(place, &key).await, expected);

    let split = json!({ "ruling": "split", "share": "0.5", "reason": "half of it" });
    let decided = service.create(&format!("{place}/decision"), &key, split).await;
    let members = ["state", "ruling", "share", "effect", "due_at"].map(|name| decided[name].as_str());
    assert_eq!(members, [Some("decided"), Some("split"), Some("0.5"), Some("split"), Some("2026-04-29T12:00:00Z")]);
    assert_eq!((&decided["steps"][1]["reason"], &decided["steps"][1]["finding"]), (&json!("half of it"), &Value::Null));
    service.installation.clock.set(at("2026-04-20T12:00:00Z"));
    let appealed = service.create(&format!("{place}/appeal"), &key, json!({ "reason": "all of it" })).await;
    assert_eq!((&appealed["state"], &appealed["due_at"]), (&json!("appealed"), &json!("2026-05-04T12:00:00Z")));
    assert_eq!(appealed["steps"][2]["finding"]["finding"], "reproduces");
    let over = decide(&service, &key, place, "uphold").await;
    assert_eq!((&over["state"], &over["effect"], &over["due_at"]), (&json!("final"), &json!("reversed"), &Value::Null));
    assert_eq!(over["steps"].as_array().map(Vec::len), Some(4));
    assert_eq!(service.read(place, &key).await, over);
    let again = post(&service, &format!("{place}/appeal"), &key, json!({ "reason": "once more" })).await;
    assert!(again.problem(409, "conflict").contains("the decision is final: uphold"), "{}", again.text);
}

#[tokio::test]
async fn an_invoice_and_an_interaction_show_what_is_disputed_of_them() {
    let (service, key) = march().await;
    let place = open(&service, &key, "T-1").await;
    let id = place.rsplit('/').next().expect("an id");
    let invoice = service.read("/v1/invoices/INV-000001", &key).await;
    assert_eq!(invoice["disputed"], json!({ "amount": "0.99", "currency": "USD" }));
    assert_eq!((&invoice["lines"][0]["disputes"], &invoice["lines"][1]["disputes"]), (&json!([]), &json!([{ "id": id, "state": "open" }])));
    let outcome = service.read("/v1/interactions/T-1", &key).await["outcomes"][0].clone();
    assert_eq!(outcome["dispute"], json!({ "id": id, "state": "open", "effect": "stands" }));
    assert_eq!(service.read("/v1/interactions/T-2", &key).await["outcomes"][0]["dispute"], Value::Null);
    let report = service.read("/v1/reports/conservation", &key).await;
    assert_eq!((&report["money"][0]["disputed"], &report["holds"]), (&json!("0.99"), &json!(true)), "{report}");

    decide(&service, &key, &place, "uphold").await;
    assert_eq!(service.read("/v1/invoices/INV-000001", &key).await["disputed"], json!({ "amount": "0.00", "currency": "USD" }));
    service.installation.clock.set(at("2026-05-02T00:00:00Z"));
    service.bill("2026-04").await;
    let note = service.read("/v1/invoices/CN-000001", &key).await;
    assert_eq!((&note["corrects"], &note["total"]["amount"]), (&json!("INV-000001"), &json!("-0.99")));
    assert_eq!(note["lines"][0]["disputes"], json!([{ "id": id, "state": "decided" }]));
}

#[tokio::test]
async fn disputes_are_listed_by_what_they_are_about() {
    let (service, key) = march().await;
    let (first, second) = (open(&service, &key, "T-1").await, open(&service, &key, "T-2").await);
    decide(&service, &key, &first, "reject").await;
    let ids = [first, second].map(|place| json!(place.rsplit('/').next().expect("an id")));
    let rows = [
        ("", vec![&ids[0], &ids[1]]),
        ("?customer=acme", vec![&ids[0], &ids[1]]),
        ("?definition=tickets&open=true", vec![&ids[1]]),
        ("?interaction=T-1", vec![&ids[0]]),
        ("?interaction=T-1&open=true", vec![]),
        ("?limit=1", vec![&ids[0]]),
    ];
    for (query, expect) in rows {
        let listed = service.read(&format!("/v1/disputes{query}"), &key).await;
        let found: Vec<&Value> = listed["data"].as_array().expect("a list").iter().map(|row| &row["id"]).collect();
        assert_eq!(found, expect, "{query}");
        assert!(listed["data"].as_array().expect("a list").iter().all(|row| row.get("steps").is_none()), "{query}: lists go without steps");
    }
    for query in ["customer=nobody", "definition=none", "interaction=T-9"] {
        service.call("GET", &format!("/v1/disputes?{query}"), &key, Value::Null).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_repeated_request_is_carried_out_once() {
    let (service, key) = march().await;
    let once = async |path: &str, name: &str, body: Value| {
        let headers = [("idempotency-key", name)];
        service.call_with("POST", path, &key, &headers, body).await
    };
    let (first, again) = (once("/v1/disputes", "k-1", claim("T-1")).await, once("/v1/disputes", "k-1", claim("T-1")).await);
    assert_eq!((first.status, again.status, &first.body), (201, 201, &again.body));
    once("/v1/disputes", "k-1", claim("T-2")).await.problem(422, "idempotency-key-reused");
    let place = format!("/v1/disputes/{}", first.body["id"].as_str().expect("an id"));
    let ruling = json!({ "ruling": "uphold", "reason": "so it is" });
    for _ in 0..2 {
        let decided = once(&format!("{place}/decision"), "k-2", ruling.clone()).await;
        assert_eq!((decided.status, decided.body["steps"].as_array().map(Vec::len)), (200, Some(2)), "{}", decided.text);
    }
    for _ in 0..2 {
        let appealed = once(&format!("{place}/appeal"), "k-3", json!({ "reason": "it is not" })).await;
        assert_eq!((appealed.status, appealed.body["steps"].as_array().map(Vec::len)), (200, Some(3)), "{}", appealed.text);
    }
    // The time of the appeal is over: the answer comes too late, and its key stays free for another request.
    service.installation.clock.set(at("2026-05-01T00:00:00Z"));
    let late = once(&format!("{place}/decision"), "k-4", json!({ "ruling": "reject", "reason": "no" })).await;
    assert!(late.problem(409, "conflict").contains("the default ruling is given"), "{}", late.text);
    let shown = service.read(&place, &key).await;
    assert_eq!((&shown["state"], &shown["ruling"], &shown["steps"][3]["by_default"]), (&json!("final"), &json!("uphold"), &json!(true)));
    assert_eq!(once("/v1/disputes", "k-4", claim("T-2")).await.status, 201);
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused() {
    let (service, key) = march().await;
    let with = |member: &str, value: Value| {
        let mut body = claim("T-1");
        body[member] = value;
        body
    };
    let rows = [
        (with("category", json!("unfair")), 422, "invalid", "category"),
        (with("claim", json!("")), 422, "invalid", "claim"),
        (with("events", json!(["evt_0000000000009"])), 422, "invalid", "events"),
        (with("events", json!("all")), 422, "invalid", "events"),
        (with("interaction", json!("T-9")), 404, "not-found", ""),
        (with("definition", json!("none")), 404, "not-found", ""),
        (with("customer", json!("globex")), 404, "not-found", ""),
    ];
    for (body, status, slug, field) in rows {
        let answer = post(&service, "/v1/disputes", &key, body.clone()).await;
        answer.problem(status, slug);
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    let unknown = post(&service, "/v1/disputes", &key, with("amount", json!("1"))).await;
    assert_eq!(unknown.status, 422, "{}", unknown.text);

    let place = open(&service, &key, "T-1").await;
    let decision = |ruling: &str, share: Value, reason: &str| json!({ "ruling": ruling, "share": share, "reason": reason });
    let rows = [
        (decision("maybe", Value::Null, "why"), "ruling"),
        (decision("split", Value::Null, "why"), "ruling"),
        (decision("uphold", json!("0.5"), "why"), "ruling"),
        (decision("split", json!("1"), "why"), "share"),
        (decision("split", json!("0"), "why"), "share"),
        (decision("uphold", Value::Null, ""), "reason"),
    ];
    for (body, field) in rows {
        let answer = post(&service, &format!("{place}/decision"), &key, body.clone()).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    post(&service, &format!("{place}/appeal"), &key, json!({ "reason": "early" })).await.problem(409, "conflict");
    service.call("GET", &format!("{place}/fixture"), &key, Value::Null).await.problem(404, "not-found");
    assert_eq!(service.read(&place, &key).await["state"], "open", "nothing of that has come about");
    for path in ["/v1/disputes/x", "/v1/disputes/dsp_0000000000009", "/v1/agreements/x/dispute-terms"] {
        service.call("GET", path, &key, Value::Null).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn the_terms_of_an_agreement_are_settled_whole() {
    let (service, key) = march().await;
    let place = terms(&service, &key).await;
    let usual = service.read(&place, &key).await;
    let members = ["open_within", "answer_within", "appeal_within", "default_ruling"].map(|name| usual[name].as_str());
    assert_eq!((members, &usual["settled"]), ([Some("P60D"), Some("P14D"), Some("P14D"), Some("uphold")], &json!(false)));
    let put = async |body: Value| service.call("PUT", &place, &key, body).await;
    let settled = put(json!({ "answer_within": "PT36H", "default_ruling": "reject" })).await.body;
    let members = ["open_within", "answer_within", "appeal_within", "default_ruling"].map(|name| settled[name].as_str());
    assert_eq!((members, &settled["settled"]), ([Some("P60D"), Some("P1DT12H"), Some("P14D"), Some("reject")], &json!(true)));
    assert_eq!(service.read(&place, &key).await, settled);
    assert_eq!(service.create("/v1/disputes", &key, claim("T-1")).await["due_at"], "2026-04-17T00:00:00Z");
    assert_eq!(put(json!({ "appeal_within": "P7D" })).await.body["answer_within"], "P14D", "what is absent is as usual again");
    for (body, field) in [
        (json!({ "default_ruling": "split" }), "default_ruling"),
        (json!({ "answer_within": "PT0S" }), "answer_within"),
        (json!({ "open_within": "-P1D" }), "open_within"),
        (json!({ "appeal_within": "soon" }), "appeal_within"),
    ] {
        let answer = put(body.clone()).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_saved_dispute_holds_up_the_versions_that_get_it_wrong() {
    let (service, key) = march().await;
    let settled = service.call("PUT", &terms(&service, &key).await, &key, json!({ "appeal_within": "PT0S" })).await;
    assert_eq!(settled.status, 200, "{}", settled.text);
    let place = open(&service, &key, "T-2").await;
    decide(&service, &key, &place, "uphold").await;
    let early = post(&service, &format!("{place}/fixture"), &key, json!({})).await;
    assert!(early.problem(409, "conflict").contains("may be appealed until"), "{}", early.text);
    service.installation.clock.set(at("2026-04-15T12:00:01Z"));
    let saved = post(&service, &format!("{place}/fixture"), &key, json!({ "reason": "reopened" })).await;
    assert_eq!(saved.status, 201, "{}", saved.text);
    let members = ["decision", "reason", "quantity"].map(|name| saved.body[name].clone());
    assert_eq!(members, [json!("failure"), json!("reopened"), Value::Null]);
    assert_eq!(service.read(&place, &key).await["fixture"], saved.body);
    let fixture = service.read(&format!("{place}/fixture"), &key).await;
    let kinds: Vec<&str> = fixture["event"].as_array().expect("events").iter().filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(kinds, ["ticket.opened", "ticket.resolved", "ticket.reopened"]);
    assert_eq!(fixture["ask"], json!([{ "as-of": NOW, "decision": "failure", "reason": "reopened" }]));
    assert_eq!((&fixture["event"][0]["source"], &fixture["parameters"]["window"]), (&json!("helpdesk"), &json!("P1D")));

    let id = place.rsplit('/').next().expect("an id");
    let version = async |parameters: Value| {
        let body = json!({ "rule": "resolved-ticket", "parameters": parameters });
        service.create("/v1/definitions/tickets/versions", &key, body).await
    };
    version(json!({ "retry": "false" })).await;
    version(json!({ "window": "72h", "retry": "false" })).await;
    let tried =
        async |number: u32| service.create(&format!("/v1/definitions/tickets/versions/{number}/fixture-trials"), &key, Value::Null).await;
    let wrong = "it decides success and not failure, because of \"resolved\" and not \"reopened\"";
    let row = |result: &str, found: &str| json!({ "dispute": id, "decision": "failure", "result": result, "found": found });
    assert_eq!(tried(2).await, json!({ "passed": false, "trials": [row("failed", wrong)] }));
    assert_eq!(tried(3).await, json!({ "passed": true, "trials": [row("passed", "failure")] }));
    let from = json!({ "from": "2026-05-01T00:00:00Z" });
    for (path, number, status) in [("activation", 2, 409), ("proposals", 2, 409), ("proposals", 3, 201), ("activation", 3, 200)] {
        let answer = post(&service, &format!("/v1/definitions/tickets/versions/{number}/{path}"), &key, from.clone()).await;
        assert_eq!(answer.status, status, "{path} of {number}: {}", answer.text);
        let is_named = answer.text.contains(id) && answer.text.contains("it decides success and not failure");
        assert_eq!(is_named, status == 409, "{path} of {number}: {}", answer.text);
    }
}

#[tokio::test]
async fn how_much_is_disputed_is_reported() {
    let (service, key) = march().await;
    let place = open(&service, &key, "T-1").await;
    open(&service, &key, "T-2").await;
    decide(&service, &key, &place, "uphold").await;
    let report = service.read("/v1/reports/disputes", &key).await;
    let rows = report["rows"].as_array().expect("rows");
    let heads: Vec<[&Value; 3]> = rows.iter().map(|row| ["by", "definition", "name"].map(|name| &row[name])).collect();
    let (none, tickets) = (&Value::Null, &json!("tickets"));
    let (all, definition, reason, customer, category) =
        (json!("all"), json!("definition"), json!("reason"), json!("customer"), json!("category"));
    let (resolved, acme, claimed) = (json!("resolved"), json!("acme"), json!("not-delivered"));
    let expected = [
        [&all, none, none],
        [&definition, tickets, none],
        [&reason, tickets, &resolved],
        [&customer, none, &acme],
        [&category, none, &claimed],
    ];
    assert_eq!(heads, expected);
    for row in rows {
        let counts =
            ["outcomes", "disputes", "open", "upheld", "rejected", "split", "by_default", "appealed"].map(|name| row[name].as_u64());
        assert_eq!(counts, [2, 2, 1, 1, 0, 0, 0, 0].map(Some), "{row}");
        assert_eq!(row["rate"], "1.000000");
        let usd = |amount: &str| json!([{ "amount": amount, "currency": "USD" }]);
        assert_eq!((&row["disputed"], &row["taken_back"]), (&usd("1.98"), &usd("0.99")), "{row}");
    }
}
