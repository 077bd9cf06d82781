//! Recording: every event of a batch gets a disposition of its own, whatever its neighbours are.

use assay_domain::{event::Actor, event::NewEvent, time::Duration};
use assay_tests::assay::{Installation, at};

use super::support::{accept, drain, event, ingest, number};

const NOW: &str = "2016-03-01T12:00:00Z";

/// One opening with some data.
fn told(id: &str, data: &str) -> NewEvent {
    NewEvent { data: data.into(), ..event("T1", id, "ticket.opened", at("2016-03-01T08:00:00Z"), Some("acme")) }
}

#[tokio::test]
async fn a_batch_says_of_each_event_what_became_of_it() {
    let installation = Installation::new(NOW).await;
    let caller = &installation.caller;
    let batch = || {
        let nameless = NewEvent { subject: String::new(), ..told("b", "{}") };
        vec![told("a", "{}"), told("a", "{}"), told("a", r#"{"x":1}"#), nameless, told("c", "{}"), told("a", r#"{"x":1}"#)]
    };
    let first = ingest(&installation, caller, batch()).await;
    assert_eq!(first, ["accepted", "duplicate", "conflict", "rejected subject", "accepted", "conflict"]);
    let again = ingest(&installation, caller, batch()).await;
    assert_eq!(again, ["duplicate", "duplicate", "conflict", "rejected subject", "duplicate", "conflict"]);
    let report = installation.assay.outcome_report(caller).await.expect("a report");
    assert_eq!((report.events, report.conflicts, report.interactions), (2, 1, 1));
}

#[tokio::test]
async fn an_empty_batch_is_none() {
    let installation = Installation::new(NOW).await;
    assert!(ingest(&installation, &installation.caller, Vec::new()).await.is_empty());
}

#[tokio::test]
async fn a_bad_event_rejects_no_neighbour() {
    let installation = Installation::new(NOW).await;
    let line = |n: usize| match n % 3 {
        1 => NewEvent { subject: String::new(), ..told(&format!("e{n}"), "{}") },
        _ => told(&format!("e{n}"), "{}"),
    };
    let found = ingest(&installation, &installation.caller, (0..300).map(line).collect()).await;
    for (n, disposition) in found.iter().enumerate() {
        assert_eq!(disposition, if n % 3 == 1 { "rejected subject" } else { "accepted" }, "event {n}");
    }
    assert_eq!(number(&installation, "select count(*) from events").await, 200);
    assert_eq!(number(&installation, "select count(*) from payloads").await, 200);
}

#[tokio::test]
async fn a_rejected_event_may_come_again_mended() {
    let installation = Installation::new(NOW).await;
    let broken = vec![told("a", "{"), told("a", "{}"), told("a", "{}")];
    assert_eq!(ingest(&installation, &installation.caller, broken).await, ["rejected data", "accepted", "duplicate"]);
}

#[tokio::test]
async fn identity_is_source_and_id_and_everything_else_is_content() {
    type Change = fn(&mut NewEvent);
    let changes: [(&str, Change, &str); 10] = [
        ("nothing", |_| {}, "duplicate"),
        ("type", |event| event.kind = "ticket.closed".into(), "conflict"),
        ("subject", |event| event.subject = "T2".into(), "conflict"),
        ("time", |event| event.occurred_at = event.occurred_at.plus(Duration::seconds(1)), "conflict"),
        ("sequence", |event| event.sequence = 1, "conflict"),
        ("customer", |event| event.customer = Some("globex".into()), "conflict"),
        ("no customer", |event| event.customer = None, "conflict"),
        ("actor", |event| event.actor = Actor::Ai, "conflict"),
        ("id", |event| event.id = "b".into(), "accepted"),
        ("source", |event| event.source = "other".into(), "accepted"),
    ];
    let installation = Installation::new(NOW).await;
    accept(&installation, &installation.caller, vec![told("a", "{}")]).await;
    for (what, change, expected) in changes {
        let mut event = told("a", "{}");
        change(&mut event);
        assert_eq!(ingest(&installation, &installation.caller, vec![event]).await, [expected], "{what}");
    }
}

#[tokio::test]
async fn data_is_compared_by_what_it_says() {
    let pairs = [
        (r#"{"a":1,"b":[true,{"c":null}]}"#, "{ \"b\" : [ true, { \"c\" : null } ],\n\t\"a\" : 1 }", "duplicate"),
        (r#"{"a":1}"#, r#"{"a":1.0}"#, "duplicate"),
        (r#"{"a":100}"#, r#"{"a":1e2}"#, "duplicate"),
        (r#"{"a":0.5}"#, r#"{"a":5.0E-1}"#, "duplicate"),
        (r#"{"a":"A/é"}"#, r#"{"\u0061":"\u0041\/\u00e9"}"#, "duplicate"),
        (r#"{"a":1}"#, r#"{"a":"1"}"#, "conflict"),
        (r#"{"a":1}"#, r#"{"a":1,"b":null}"#, "conflict"),
        (r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#, "conflict"),
        (r#"{"a":true}"#, r#"{"a":"true"}"#, "conflict"),
        (r#"{"a":"x"}"#, r#"{"a":"x "}"#, "conflict"),
    ];
    let installation = Installation::new(NOW).await;
    for (n, (first, second, expected)) in pairs.into_iter().enumerate() {
        let id = format!("e{n}");
        let batch = vec![told(&id, first), told(&id, second)];
        assert_eq!(ingest(&installation, &installation.caller, batch).await, ["accepted", expected], "{first} {second}");
        let later = vec![told(&id, second), told(&id, first)];
        assert_eq!(ingest(&installation, &installation.caller, later).await, [expected, "duplicate"], "{first} {second}");
    }
}

#[tokio::test]
async fn a_conflict_is_kept_once_however_often_it_comes() {
    let installation = Installation::new(NOW).await;
    accept(&installation, &installation.caller, vec![told("a", "{}")]).await;
    let count = "select count(*) from conflicts";
    for _ in 0..3 {
        let twice = vec![told("a", r#"{"x":1}"#), told("a", r#"{"x":1}"#)];
        assert_eq!(ingest(&installation, &installation.caller, twice).await, ["conflict", "conflict"]);
        assert_eq!(number(&installation, count).await, 1);
    }
    assert_eq!(ingest(&installation, &installation.caller, vec![told("a", r#"{"x":2}"#)]).await, ["conflict"]);
    assert_eq!(number(&installation, count).await, 2);
}

#[tokio::test]
async fn conflicts_and_duplicates_change_nothing_that_is_judged() {
    let installation = Installation::new(NOW).await;
    let caller = &installation.caller;
    accept(&installation, caller, vec![told("a", "{}")]).await;
    assert_eq!(drain(&installation, caller).await.judged, 1);
    let other = NewEvent { customer: Some("globex".into()), subject: "T2".into(), ..told("a", "{}") };
    assert_eq!(ingest(&installation, caller, vec![told("a", "{}"), other]).await, ["duplicate", "conflict"]);
    assert_eq!(drain(&installation, caller).await.judged, 0);
    let customers: Vec<String> = installation.assay.customers(caller).await.expect("customers").into_iter().map(|c| c.key).collect();
    assert_eq!(customers, ["acme"]);
    assert_eq!(number(&installation, "select count(*) from interactions").await, 1);
}
