//! Superseding: a wrong event stays recorded and leaves its timeline, and another stands in its place.

use assay_app::{ReplayReport, ReplayRequest, Selection, SupersededView};
use assay_domain::event::NewEvent;
use assay_tests::assay::{Installation, at};
use serde_json::json;

use super::{
    stage::ORDINARY,
    support::{accept, alter, bill, card, complaint, drain, dump, event, ingest, number, standard, tickets},
};

const JUDGED_AT: &str = "2016-03-20T00:00:00Z";

/// What happened to T1 on the first of March.
fn told(id: &str, kind: &str, time: &str) -> NewEvent {
    event("T1", id, kind, at(&format!("2016-03-01T{time}:00Z")), Some("acme"))
}

/// A ticket that was resolved, and reopened two hours later.
fn ticket() -> Vec<NewEvent> {
    vec![
        told("opened", "ticket.opened", "08:00"),
        told("resolved", "ticket.resolved", "10:00"),
        told("reopened", "ticket.reopened", "12:00"),
    ]
}

/// What no rule reads, told for the time of the reopening.
fn note(id: &str) -> NewEvent {
    told(id, "note.added", "12:00")
}

/// The ticket, judged.
async fn judged() -> Installation {
    let installation = Installation::new(JUDGED_AT).await;
    installation.define(&installation.caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, &installation.caller, ticket()).await;
    drain(&installation, &installation.caller).await;
    installation
}

/// Where the ticket stands.
async fn state(installation: &Installation) -> String {
    let view = installation.assay.interaction(&installation.caller, "T1").await.expect("an interaction");
    view.outcomes[0].outcome.state.expect("a verdict").to_string()
}

/// Puts an event in the place of another of the first tenant, and judges.
async fn correct(installation: &Installation, wrong: &str, replacement: NewEvent) {
    let Installation { assay, caller, .. } = installation;
    assay.supersede(caller, wrong, replacement, "told wrong").await.expect("superseded");
    assert_eq!(drain(installation, caller).await.evaluated, 1, "{wrong}");
}

#[tokio::test]
async fn a_superseded_event_stays_recorded_and_leaves_the_timeline() {
    let installation = judged().await;
    let Installation { assay, caller, .. } = &installation;
    assert_eq!(state(&installation).await, "open");
    let view = assay.supersede(caller, "test reopened", note("note"), "the wrong ticket").await.expect("superseded");
    assert_eq!((view.subject.as_str(), view.actor.as_str(), view.reason.as_str()), ("T1", "test", "the wrong ticket"));
    assert_eq!(drain(&installation, caller).await.evaluated, 1);
    assert_eq!(state(&installation).await, "final");

    let shown = assay.interaction(caller, "T1").await.expect("an interaction");
    let events: Vec<_> = shown.events.iter().map(|event| (event.source_id.as_str(), event.superseded.is_some())).collect();
    assert_eq!(events, [("opened", false), ("resolved", false), ("note", false), ("reopened", true)]);
    assert_eq!((shown.events[3].id, shown.events[2].id), (view.event, view.successor));
    let (actor, reason) = ("test".into(), "the wrong ticket".into());
    let expected = SupersededView { successor: view.successor, actor, reason, at: at(JUDGED_AT) };
    assert_eq!(shown.events[3].superseded, Some(expected));
    assert_eq!(number(&installation, "select count(*) from operations where action = 'event.supersede'").await, 1);
}

#[tokio::test]
async fn a_superseded_event_that_is_told_again_is_a_duplicate() {
    let installation = judged().await;
    correct(&installation, "test reopened", note("note")).await;
    let caller = &installation.caller;
    assert_eq!(ingest(&installation, caller, ticket()).await, ["duplicate", "duplicate", "duplicate"]);
    let other = NewEvent { kind: "ticket.closed".into(), ..ticket().remove(2) };
    assert_eq!(ingest(&installation, caller, vec![note("note"), other]).await, ["duplicate", "conflict"]);
    assert_eq!(drain(&installation, caller).await.judged, 0);
    assert_eq!(state(&installation).await, "final");
}

#[tokio::test]
async fn the_same_again_answers_the_same_and_anything_else_is_refused() {
    let installation = judged().await;
    let Installation { assay, caller, .. } = &installation;
    let first = assay.supersede(caller, "test reopened", note("note"), "the wrong ticket").await.expect("superseded");
    drain(&installation, caller).await;
    let counts = "select (select count(*) from operations) + 1000 * (select count(*) from conflicts)";
    let (before, counted) = (dump(&installation, caller).await, number(&installation, counts).await);
    let again = assay.supersede(caller, &first.event.to_string(), note("note"), "asked twice").await.expect("the same");
    assert_eq!(again, first);

    let successor = format!("supersede {}, which stands in its place", first.successor);
    let closed = || NewEvent { kind: "ticket.closed".into(), ..note("note") };
    let elsewhere = NewEvent { subject: "T2".into(), ..note("new") };
    let ahead = NewEvent { occurred_at: at("2016-03-20T00:05:01Z"), ..note("new") };
    let long = "x".repeat(257);
    let rows = [
        ("a second successor", "test reopened", note("new"), "why", successor.as_str()),
        ("the successor with other content", "test reopened", closed(), "why", "was superseded before"),
        ("an identity with other content", "test resolved", closed(), "why", "is recorded already"),
        ("an event that is recorded", "test resolved", ticket().remove(0), "why", "is recorded already"),
        ("itself", "test resolved", ticket().remove(1), "why", "is recorded already"),
        ("the successor of another", "test resolved", note("note"), "why", "is recorded already"),
        ("another subject", "test resolved", elsewhere, "why", "send an event of the same subject"),
        ("nothing", "test nothing", note("new"), "why", "there is no event \"test nothing\""),
        ("an id of nothing", "evt_0000000000zzz", note("new"), "why", "there is no event \"evt_0000000000zzz\""),
        ("no reason", "test resolved", note("new"), "", "reason: it is empty"),
        ("a long reason", "test resolved", note("new"), long.as_str(), "reason: 257 bytes"),
        ("the future", "test resolved", ahead, "why", "time: "),
    ];
    for (name, wrong, replacement, reason, expect) in rows {
        let refused = complaint(assay.supersede(caller, wrong, replacement, reason).await);
        assert!(refused.contains(expect), "{name}: {refused}");
        assert_eq!(dump(&installation, caller).await, before, "{name}");
        assert_eq!(number(&installation, counts).await, counted, "{name}");
    }
}

#[tokio::test]
async fn of_a_chain_the_last_stands() {
    let installation = judged().await;
    let Installation { assay, caller, .. } = &installation;
    for (wrong, replacement, expect) in [
        ("test reopened", note("first"), "final"),
        ("test first", told("second", "ticket.reopened", "12:00"), "open"),
        ("test second", note("third"), "final"),
    ] {
        correct(&installation, wrong, replacement).await;
        assert_eq!(state(&installation).await, expect, "{wrong}");
    }
    let shown = assay.interaction(caller, "T1").await.expect("an interaction");
    let third = shown.events.iter().find(|event| event.source_id == "third").expect("the last").id;
    let refused = complaint(assay.supersede(caller, "test reopened", note("fourth"), "why").await);
    assert!(refused.contains(&format!("supersede {third}, which stands in its place")), "{refused}");
}

#[tokio::test]
async fn what_a_name_means_is_never_guessed() {
    let installation = judged().await;
    let Installation { assay, caller, .. } = &installation;
    let named = |source: &str, id: &str| NewEvent { source: source.into(), ..note(id) };
    accept(&installation, caller, vec![named("a", "b c"), named("a b", "c")]).await;
    let refused = complaint(assay.supersede(caller, "a b c", note("new"), "why").await);
    assert_eq!(refused, "\"a b c\" may be several events; name the one that is meant by its id");
    let shown = assay.interaction(caller, "T1").await.expect("an interaction");
    let meant = shown.events.iter().find(|event| event.source == "a b").expect("it is there").id;
    assert_eq!(assay.supersede(caller, &meant.to_string(), note("new"), "why").await.expect("superseded").event, meant);
    let other = installation.tenant("other").await;
    for name in [meant.to_string(), "test opened".to_owned()] {
        let refused = complaint(assay.supersede(&other, &name, note("new"), "why").await);
        assert!(refused.contains("there is no event"), "another tenant's: {refused}");
    }
}

#[tokio::test]
async fn a_successor_that_lies_ahead_is_withheld_and_the_wrong_event_is_gone_all_the_same() {
    let installation = judged().await;
    let ahead = NewEvent { occurred_at: at("2016-03-20T00:04:00Z"), ..told("later", "ticket.reopened", "12:00") };
    correct(&installation, "test reopened", ahead).await;
    assert_eq!(state(&installation).await, "final");
    installation.clock.set(at("2016-03-20T00:05:00Z"));
    assert_eq!(drain(&installation, &installation.caller).await.judged, 1, "it has come due");
}

/// What the evidence is called.
async fn evidence(installation: &Installation) -> Vec<String> {
    let view = installation.assay.interaction(&installation.caller, "T1").await.expect("an interaction");
    view.events.into_iter().filter(|event| !event.evidence_for.is_empty()).map(|event| event.source_id).collect()
}

#[tokio::test]
async fn the_evidence_is_what_stands_even_where_the_rule_reads_both_alike() {
    let installation = judged().await;
    correct(&installation, "test reopened", note("note")).await;
    assert_eq!(evidence(&installation).await, ["resolved"]);
    let alike = NewEvent { data: r#"{"agent":"ada"}"#.into(), ..told("resolved-by-ada", "ticket.resolved", "10:00") };
    correct(&installation, "test resolved", alike).await;
    assert_eq!(evidence(&installation).await, ["resolved-by-ada"]);
}

async fn replay(installation: &Installation) -> ReplayReport {
    let request = ReplayRequest { which: Selection::All, definition: None, laws: true };
    installation.assay.replay(&installation.caller, &request, |_, _| {}).await.expect("a report")
}

#[tokio::test]
async fn what_was_judged_before_and_after_is_replayed_without_a_difference() {
    let installation = judged().await;
    correct(&installation, "test reopened", note("note")).await;
    correct(&installation, "test note", told("reopened-too", "ticket.reopened", "12:00")).await;
    correct(&installation, "test resolved", told("resolved-too", "ticket.resolved", "10:00")).await;
    correct(&installation, "test opened", told("opened-before", "ticket.opened", "06:00")).await;
    let report = replay(&installation).await;
    assert_eq!((report.executed, report.difference_count), (5, 0), "{:?}", report.differences);

    alter(&installation, "delete from supersessions").await;
    let report = replay(&installation).await;
    assert_eq!((report.executed, report.difference_count), (5, 4), "all but the first rest on what was superseded");
}

#[tokio::test]
async fn a_billed_outcome_that_rested_on_it_is_credited() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, clock, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", 2, 2)).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    bill(&installation, caller, "2016-03").await;
    let note = event("acme-0", "acme-0-note", "note.added", at("2016-03-02T01:00:00Z"), None);
    assay.supersede(caller, "test acme-0-resolved", note, "the agent closed the wrong ticket").await.expect("superseded");
    clock.set(at("2016-05-02T00:00:00Z"));
    bill(&installation, caller, "2016-04").await;
    assert_eq!(number(&installation, "select sum(total) from invoices where kind = 'credit-note'").await, -99);
}

#[tokio::test]
async fn an_event_that_counts_by_itself_is_counted_once() {
    let meter = json!({ "events": "call" });
    let calls = card("calls", json!([{ "code": "calls", "label": "Calls", "model": "unit", "meter": meter, "price": "1" }]));
    let installation = Installation::new(JUDGED_AT).await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    assay.create_customer(caller, "acme").await.expect("a customer");
    installation.agree(caller, "fixed", &calls, "2016-03-01T00:00:00Z", None).await;
    accept(&installation, caller, vec![told("c1", "call", "08:00"), told("c2", "call", "09:00")]).await;
    drain(&installation, caller).await;
    assay.supersede(caller, "test c1", told("c1-again", "call", "07:00"), "the wrong time").await.expect("superseded");
    drain(&installation, caller).await;
    assert_eq!(number(&installation, "select 10 * count(*) + sum(sign) from metered").await, 42, "two came, one left, one came");
}
