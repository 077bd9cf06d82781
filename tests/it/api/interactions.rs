//! Interactions: found by their names, listed by how they stand, explained down to the evidence.

use assay_domain::key::Role;
use serde_json::{Value, json};

use super::support::{Service, event, resolved};

/// Tickets of `acme` (two resolved, one open, one failed), of `globex` (one resolved) and of nobody, judged.
async fn desk() -> (Service, String) {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.sell(&key).await;
    let mut events = [resolved("T-1", "2026-03-02"), resolved("T-2", "2026-03-03")].concat();
    events.push(event("T-3-opened", "T-3", "ticket.opened", "2026-03-04T09:00:00Z"));
    events.push(event("T-4-opened", "T-4", "ticket.opened", "2026-01-04T09:00:00Z"));
    let whose = |event: &mut Value, customer: Value| event["customer"] = customer;
    for (subject, customer) in [("G-1", json!("globex")), ("N-1", Value::Null)] {
        let mut told = resolved(subject, "2026-03-05");
        told.iter_mut().for_each(|event| whose(event, customer.clone()));
        events.extend(told);
    }
    service.accept(&key, &events).await;
    service.judge().await;
    (service, key)
}

/// The subjects that a query lists.
async fn listed(service: &Service, key: &str, query: &str) -> String {
    let list = service.read(&format!("/v1/interactions?{query}"), key).await;
    let subjects: Vec<&str> = list["data"].as_array().expect("a list").iter().filter_map(|row| row["subject"].as_str()).collect();
    subjects.join(" ")
}

#[tokio::test]
async fn a_verdict_is_shown_with_its_evidence_and_its_reason() {
    let (service, key) = desk().await;
    let shown = service.read("/v1/interactions/T-1", &key).await;
    assert_eq!((&shown["subject"], &shown["customer"], &shown["assigned"]), (&json!("T-1"), &json!("acme"), &json!(false)));
    assert_eq!(shown["opened_at"], "2026-03-02T09:00:00Z");
    let timeline = shown["timeline"].as_array().expect("a timeline");
    let [opening, resolution] = timeline.as_slice() else { panic!("{shown}") };
    let told = |event: &Value| ["source", "source_id", "type", "time", "sequence", "actor", "evidence_for"].map(|name| event[name].clone());
    let expected = [
        json!("helpdesk"),
        json!("T-1-resolved"),
        json!("ticket.resolved"),
        json!("2026-03-02T10:00:00Z"),
        json!(0),
        json!("unknown"),
        json!(["tickets"]),
    ];
    assert_eq!(told(resolution), expected);
    assert_eq!((&opening["type"], &opening["evidence_for"]), (&json!("ticket.opened"), &json!([])));

    let [outcome] = shown["outcomes"].as_array().expect("outcomes").as_slice() else { panic!("{shown}") };
    let expected = json!({
        "definition": "tickets", "version": 1, "title": "Ticket stays resolved", "unit": "resolution",
        "state": "final", "reason": "resolved", "reason_in_words": "It was resolved and stayed so for the whole window.",
        "note": null, "evidence": [resolution["id"]], "quantity": "1", "class": null,
        "succeeded_at": "2026-03-03T10:00:00Z", "billed_at": "2026-03-03T10:00:00Z", "due_at": null,
        "late_events": 0, "fault": null, "evaluation": outcome["evaluation"], "input_root": outcome["input_root"],
        "dispute": null,
    });
    assert_eq!(*outcome, expected);
    assert!(outcome["evaluation"].as_str().is_some_and(|id| id.starts_with("evl_")), "{outcome}");
    assert_eq!(outcome["input_root"].as_str().map(str::len), Some(64), "{outcome}");

    let id = shown["id"].as_str().expect("an id");
    assert_eq!(service.read(&format!("/v1/interactions/{id}"), &key).await, shown, "by id as by subject");
}

#[tokio::test]
async fn what_rules_read_is_shown() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.sell(&key).await;
    let mut incident = event("a", "INC-1", "incident.updated", "2026-03-02T10:00:00Z");
    incident["data"] = json!({ "incident_state": "Resolved", "reopen_count": 0, "colour": "red" });
    incident["actor"] = json!("ai");
    service.accept(&key, &[incident]).await;
    service.judge().await;
    let shown = service.read("/v1/interactions/INC-1", &key).await;
    let read: Vec<&str> = shown["timeline"][0]["read"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(read.contains(&"state=Resolved") && !read.iter().any(|read| read.contains("red")), "{read:?}");
    assert_eq!(shown["timeline"][0]["actor"], "ai");
}

#[tokio::test]
async fn what_was_not_judged_yet_has_a_timeline_and_no_outcomes() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.accept(&key, &resolved("T-1", "2026-03-02")).await;
    let shown = service.read("/v1/interactions/T-1", &key).await;
    assert_eq!((shown["timeline"].as_array().map(Vec::len), &shown["outcomes"]), (Some(2), &json!([])));
    let list = service.read("/v1/interactions", &key).await;
    let expected = json!([{ "id": shown["id"], "subject": "T-1", "customer": null, "opened_at": null, "outcomes": [] }]);
    assert_eq!(list["data"], expected);
}

#[tokio::test]
async fn a_subject_may_hold_anything_printable() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    let subjects = [
        ("T/1", "T%2F1"),
        ("a b", "a%20b"),
        ("50%", "50%25"),
        ("%2F", "%252F"),
        ("ü🦀", "%C3%BC%F0%9F%A6%80"),
        ("q?a=b#c", "q%3Fa=b%23c"),
        ("a+b", "a+b"),
        ("itn_of nobody", "itn_of%20nobody"),
        ("<b>\"'", "%3Cb%3E%22'"),
    ];
    for (n, (subject, _)) in subjects.iter().enumerate() {
        service.accept(&key, &[event(&format!("e{n}"), subject, "ticket.opened", "2026-03-02T10:00:00Z")]).await;
    }
    // An id comes first: nobody hides an interaction behind a subject that looks like its id.
    service.accept(&key, &[event("shadow", "itn_0000000000001", "ticket.opened", "2026-03-02T10:00:00Z")]).await;
    assert_eq!(service.read("/v1/interactions/itn_0000000000001", &key).await["subject"], "T/1");
    for (subject, path) in subjects {
        assert_eq!(service.read(&format!("/v1/interactions/{path}"), &key).await["subject"], subject);
        let body = json!({ "customer": "acme", "reason": "they asked" });
        service.create(&format!("/v1/interactions/{path}/assignments"), &key, body).await;
    }
}

#[tokio::test]
async fn interactions_are_listed_by_how_they_stand() {
    let (service, key) = desk().await;
    for (query, expected) in [
        ("", "T-1 T-2 T-3 T-4 G-1 N-1"),
        ("customer=acme", "T-1 T-2 T-3 T-4"),
        ("customer=globex", "G-1"),
        ("unassigned=true", "N-1"),
        ("unassigned=false&faulted=false", "T-1 T-2 T-3 T-4 G-1 N-1"),
        ("definition=tickets&state=open", "T-3"),
        ("state=final", "T-1 T-2 G-1 N-1"),
        ("state=failed", "T-4"),
        ("state=provisional", ""),
        ("reason=resolved&customer=acme", "T-1 T-2"),
        ("reason=deadline", "T-4"),
        ("reason=no-such-reason", ""),
        ("state=final&reason=unresolved", ""),
        ("faulted=true", ""),
    ] {
        let mut found: Vec<String> = listed(&service, &key, query).await.split_whitespace().map(str::to_owned).collect();
        let mut expected: Vec<&str> = expected.split_whitespace().collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{query}");
    }
}

#[tokio::test]
async fn a_filtered_list_is_read_by_cursor_too() {
    let (service, key) = desk().await;
    let first = service.read("/v1/interactions?state=final&limit=3", &key).await;
    let cursor = first["next_cursor"].as_str().expect("there is more");
    let rest = service.read(&format!("/v1/interactions?state=final&limit=3&cursor={cursor}"), &key).await;
    assert_eq!((first["data"].as_array().map(Vec::len), rest["data"].as_array().map(Vec::len)), (Some(3), Some(1)));
    assert_eq!(rest["next_cursor"], Value::Null);
    let row = &first["data"][0];
    assert_eq!(row["outcomes"], json!([{ "definition": "tickets", "state": "final", "reason": "resolved", "fault": null }]));
}

#[tokio::test]
async fn an_assignment_wins_over_what_events_name() {
    let (service, key) = desk().await;
    let body = json!({ "customer": "globex", "reason": "they asked" });
    let assigned = service.call("POST", "/v1/interactions/T-1/assignments", &key, body).await;
    let id = service.read("/v1/interactions/T-1", &key).await["id"].clone();
    let expected = json!({ "interaction": id, "customer": "globex", "reason": "they asked" });
    assert_eq!((assigned.status, assigned.body), (201, expected));
    service.judge().await;
    let shown = service.read("/v1/interactions/T-1", &key).await;
    assert_eq!((&shown["customer"], &shown["assigned"]), (&json!("globex"), &json!(true)));
    assert_eq!(listed(&service, &key, "customer=acme&state=final").await, "T-2");
    let nobodys = json!({ "customer": "acme", "reason": "found out whose it is" });
    service.create("/v1/interactions/N-1/assignments", &key, nobodys).await;
    service.judge().await;
    assert_eq!(listed(&service, &key, "unassigned=true").await, "");
}

#[tokio::test]
async fn an_assignment_needs_a_customer_and_a_reason() {
    let (service, key) = desk().await;
    let path = "/v1/interactions/T-1/assignments";
    for (body, status, slug) in [
        (json!({ "customer": "nobody", "reason": "they asked" }), 404, "not-found"),
        (json!({ "customer": "acme", "reason": "" }), 422, "invalid"),
        (json!({ "customer": "acme" }), 422, "invalid"),
        (json!({ "customer": "acme", "reason": "x", "until": "2026-05-01" }), 422, "invalid"),
    ] {
        service.call("POST", path, &key, body).await.problem(status, slug);
    }
    assert_eq!(service.read("/v1/interactions/T-1", &key).await["assigned"], false);
}
