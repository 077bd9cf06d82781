//! A candidate that faults: counted, told, and suspended by itself.

use assay_app::{BacktestRequest, Candidate, Changes, Thresholds};
use assay_domain::{event::NewEvent, time::Duration};
use assay_tests::{
    assay::{Installation, at},
    hostile::{Hostile, Verdict},
};

use super::support::{report, request, run};
use crate::app::{
    stage::ORDINARY,
    support::{accept, drain, event, number},
};

/// Interactions of one event and of two, by turns.
fn pings(interactions: u32) -> Vec<NewEvent> {
    let from = at("2016-03-02T00:00:00Z");
    let ping = |n: u32, k: u32| {
        let (subject, when) = (format!("P{n:03}"), from.plus(Duration::seconds(60 * n + k)));
        event(&subject, &format!("{subject}-{k}"), "ping", when, Some("acme"))
    };
    (0..interactions).flat_map(|n| (0..=n % 2).map(move |k| (n, k))).map(|(n, k)| ping(n, k)).collect()
}

/// Fails everything, and is in force.
async fn failing(interactions: u32) -> Installation {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let caller = &installation.caller;
    let rule = Hostile::unexamined().verdict(Verdict::bare(1));
    installation.define_hostile(caller, "pings", rule, ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, pings(interactions)).await;
    drain(&installation, caller).await;
    installation
}

/// Another rule in the place of the one in force, which must not fault anew.
async fn replaced(installation: &Installation, rule: Hostile) -> BacktestRequest {
    let pushed = installation.assay.push_rule(&installation.caller, &rule.build()).await.expect("an admitted rule");
    let changes = Changes { rule: Some(pushed.digest.to_string()), ..Changes::default() };
    let thresholds = Thresholds { no_new_faults: true, ..Thresholds::default() };
    BacktestRequest { definition: "pings".into(), thresholds, ..request(Candidate::Changed(changes)) }
}

#[tokio::test]
async fn faults_of_the_candidate_are_counted_and_are_its_own() {
    let installation = failing(12).await;
    let traps = "(if (i32.and (local.get $events-len) (i32.const 1)) (then (unreachable)))";
    let rule = Hostile::unexamined().verdict(Verdict::bare(1)).evaluate(traps);
    let view = run(&installation, &installation.caller, &replaced(&installation, rule).await).await;
    let report = report(&view);
    let [fault] = report.new_faults.as_slice() else { panic!("{report:?}") };
    assert_eq!((fault.code.as_str(), fault.count, fault.example.as_str()), ("guest.trap-unreachable", 6, "P000"));
    assert_eq!((report.in_force.faults.len(), report.candidate.faults["guest.trap-unreachable"]), (0, 6));
    assert_eq!((report.judged, report.same, report.differences.changed), (12, 6, 6));
    assert_eq!((report.in_force.fuel.judgements, report.candidate.fuel.judgements), (12, 6), "what a fault has used is not known");
    let reason = "6 interactions fault with guest.trap-unreachable that do not under the version in force, the first of them P000";
    assert_eq!((view.passed, report.reasons()), (Some(false), vec![reason.to_owned()]));
    let to: Vec<String> = report.flows.iter().map(|flow| flow.to.to_string()).collect();
    assert!(to.contains(&"faulted guest.trap-unreachable".to_owned()), "{to:?}");
    assert_eq!(number(&installation, "select count(*) from breakers").await, 0, "no version that judges has faulted");
}

#[tokio::test]
async fn a_candidate_that_only_faults_is_suspended_at_the_same_place_every_time() {
    let installation = failing(300).await;
    let request = replaced(&installation, Hostile::unexamined().evaluate("(unreachable)")).await;
    for _ in 0..2 {
        let view = run(&installation, &installation.caller, &request).await;
        assert_eq!((view.state, view.seen, view.passed), ("suspended", 100, Some(false)));
        let report = report(&view);
        assert_eq!((report.interactions, report.candidate.faults["guest.trap-unreachable"]), (100, 100));
        let why = report.suspended.clone().expect("why");
        assert!(why.contains("after 100 faults in a row") && report.reasons().contains(&why), "{why}");
    }
    let suspended = installation.assay.versions(&installation.caller).await.expect("versions");
    assert!(suspended.iter().all(|version| version.suspended.is_none()), "the version in force is not");
}

#[tokio::test]
async fn an_answer_now_and_then_keeps_the_candidate_going() {
    let installation = failing(300).await;
    let traps = "(if (i32.eq (local.get $events-len) (i32.const 1)) (then (unreachable)))";
    let rule = Hostile::unexamined().verdict(Verdict::bare(1)).evaluate(traps);
    let view = run(&installation, &installation.caller, &replaced(&installation, rule).await).await;
    assert_eq!((view.state, view.seen, report(&view).new_faults[0].count), ("finished", 300, 150));
}
