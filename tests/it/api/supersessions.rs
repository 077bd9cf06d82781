//! Wrong events and those that stand in their place.

use assay_domain::key::Role;
use serde_json::{Value, json};

use super::support::{Answer, Service, event, resolved};

/// A ticket of `acme` that was resolved and reopened two hours later, judged; the admin's key, and the path of the reopening.
async fn reopened() -> (Service, String, String) {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.sell(&key).await;
    let mut events = resolved("T-1", "2026-03-02").to_vec();
    events.push(event("T-1-reopened", "T-1", "ticket.reopened", "2026-03-02T12:00:00Z"));
    service.accept(&key, &events).await;
    service.judge().await;
    let shown = service.read("/v1/interactions/T-1", &key).await;
    let path = format!("/v1/events/{}/supersede", shown["timeline"][2]["id"].as_str().expect("an id"));
    (service, key, path)
}

/// A note about the ticket, and why it stands in the place of what was told.
fn note(id: &str) -> Value {
    json!({ "event": event(id, "T-1", "note.added", "2026-03-02T12:00:00Z"), "reason": "the wrong ticket" })
}

/// The same with a member of the event set.
fn with(id: &str, name: &str, value: Value) -> Value {
    let mut body = note(id);
    body["event"][name] = value;
    body
}

#[tokio::test]
async fn a_superseded_event_is_shown_with_its_successor_and_counts_no_more() {
    let (service, _, path) = reopened().await;
    let key = service.key(&[Role::Billing]).await;
    let made = service.call("POST", &path, &key, note("note")).await;
    assert_eq!(made.status, 201, "{}", made.text);
    service.judge().await;
    let shown = service.read("/v1/interactions/T-1", &key).await;
    let timeline = shown["timeline"].as_array().expect("a timeline");
    let ids: Vec<&Value> = timeline.iter().map(|event| &event["source_id"]).collect();
    assert_eq!(json!(ids), json!(["T-1-opened", "T-1-resolved", "T-1-reopened", "note"]));
    let (wrong, successor) = (&timeline[2], &timeline[3]);
    let (actor, at) = (&made.body["actor"], "2026-04-15T12:00:00Z");
    let superseded = json!({ "successor": successor["id"], "actor": actor, "reason": "the wrong ticket", "at": at });
    assert_eq!(wrong["superseded"], superseded);
    assert!(timeline.iter().filter(|event| *event != wrong).all(|event| event["superseded"].is_null()), "{shown}");
    assert!(actor.as_str().is_some_and(|actor| actor.starts_with("key_")), "{actor}");
    assert_eq!(shown["outcomes"][0]["state"], "final");
    let expected = json!({ "event": wrong["id"], "successor": successor["id"], "subject": "T-1", "actor": actor,
                           "reason": "the wrong ticket", "recorded_at": at });
    assert_eq!(made.body, expected);
    let again = service.call("POST", &path, &key, note("note")).await;
    assert_eq!((again.status, again.body), (201, made.body));
}

#[tokio::test]
async fn an_event_is_named_by_its_source_and_id_too_and_its_successor_is_an_event_like_any_other() {
    let (service, key, _) = reopened().await;
    let exact = r#"{"event":{"id":"note","source":"helpdesk","type":"note.added","subject":"T-1","time":"2026-03-02T12:00:00Z","customer":"acme",
                    "data":{"amount":1.10}},"reason":"the wrong ticket"}"#;
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let made = service.send("POST", "/v1/events/helpdesk%20T-1-reopened/supersede", &headers, exact.into()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let mut told = event("note", "T-1", "note.added", "2026-03-02T12:00:00Z");
    told["data"] = json!({ "amount": 1.1 });
    assert_eq!(service.call("POST", "/v1/events", &key, told).await.body["disposition"], "duplicate");
}

#[tokio::test]
async fn under_an_idempotency_key_it_is_done_once() {
    let (service, key, path) = reopened().await;
    let once = async |body: Value| service.call_with("POST", &path, &key, &[("idempotency-key", "k")], body).await;
    let first = once(note("note")).await;
    assert_eq!((first.status, once(note("note")).await.body), (201, first.body));
    once(note("other")).await.problem(422, "idempotency-key-reused");
    let log = service.read("/v1/operations?limit=500", &key).await;
    let entries: Vec<&Value> =
        log["data"].as_array().expect("a list").iter().filter(|entry| entry["action"] == "event.supersede").collect();
    assert_eq!(entries.len(), 1, "{log}");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_named() {
    let (service, key, path) = reopened().await;
    service.create(&path, &key, note("note")).await;
    for (name, body, field) in [
        ("no reason", json!({ "event": note("new")["event"], "reason": "" }), "reason"),
        ("no time", with("new", "time", Value::Null), "time"),
        ("a misspelt attribute", with("new", "tim", json!("2026-03-02T12:00:00Z")), "tim"),
        ("data that is no object", with("new", "data", json!([1])), "data"),
        ("of the other side", with("new", "mode", json!("test")), "mode"),
        ("of another subject", with("new", "subject", json!("T-2")), "subject"),
    ] {
        let answer = service.call("POST", &path, &key, body).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{name}: {}", answer.text);
    }
    let refused = async |path: &str, body: Value| -> Answer { service.call("POST", path, &key, body).await };
    let twice = refused(&path, note("new")).await;
    assert!(twice.problem(409, "conflict").contains("which stands in its place"), "{}", twice.text);
    let taken = refused("/v1/events/helpdesk%20T-1-resolved/supersede", note("note")).await;
    assert!(taken.problem(409, "conflict").contains("recorded already"), "{}", taken.text);
    refused("/v1/events/helpdesk%20nothing/supersede", note("new")).await.problem(404, "not-found");
    let conflicts = service.read("/v1/event-conflicts", &key).await;
    assert_eq!(conflicts["data"], json!([]), "what was refused is kept nowhere");
}
