//! A version that only faults is suspended: it is asked no more, everybody is told, and a person lets it try again.

use std::sync::Arc;

use assay_app::{Assay, Caller, VersionView};
use assay_domain::{event::NewEvent, time::Duration};
use assay_tests::{
    assay::{Installation, at},
    components,
    hostile::{Hostile, Verdict},
};

use super::{
    stage::ORDINARY,
    support::{accept, drain, event, number},
};

/// From when the version is in force.
const FROM: &str = "2026-01-01T00:00:00Z";
/// Faults in a row that a version is allowed.
const FAULTS: i64 = 100;
/// Evaluators share the count, so each may have begun one more.
const THREADS: i64 = 2;

async fn installed(rule: Hostile) -> Installation {
    let installation = Installation::new("2026-03-10T00:00:00Z").await;
    installation.define_hostile(&installation.caller, "pings", rule, ORDINARY, FROM).await;
    installation
}

/// One ping for each of some interactions.
fn pings(from: u32, until: u32) -> Vec<NewEvent> {
    (from..until).map(|n| ping(n, 0)).collect()
}

fn ping(n: u32, k: u32) -> NewEvent {
    let when = at("2026-03-01T00:00:00Z").plus(Duration::seconds(60 * n + k));
    event(&format!("P{n}"), &format!("p{n}-{k}"), "ping", when, Some("acme"))
}

/// Traps on interactions of one event, and fails the others.
fn half() -> Hostile {
    let traps = "(if (i32.eq (local.get $events-len) (i32.const 1)) (then (unreachable)))";
    Hostile::unexamined().verdict(Verdict::bare(1)).evaluate(traps)
}

async fn evaluated(installation: &Installation) -> i64 {
    number(installation, "select count(*) from evaluations").await
}

async fn flagged(installation: &Installation) -> i64 {
    number(installation, "select count(*) from outcomes where fault like 'guest.suspended: %'").await
}

async fn version(assay: &Assay, caller: &Caller) -> VersionView {
    assay.versions(caller).await.expect("versions").pop().expect("one")
}

#[tokio::test]
async fn a_version_that_only_faults_is_suspended() {
    let installation = installed(Hostile::unexamined().evaluate("(unreachable)")).await;
    let Installation { assay, caller, .. } = &installation;
    accept(&installation, caller, pings(0, 150)).await;
    assert_eq!(drain(&installation, caller).await.faults, 150);
    let asked = evaluated(&installation).await;
    assert!((FAULTS..FAULTS + THREADS).contains(&asked), "{asked} were asked");
    assert_eq!(flagged(&installation).await, 150 - asked, "the others say why");
    let suspended = version(assay, caller).await.suspended.expect("it is suspended");
    assert_eq!((i64::from(suspended.faults), suspended.since), (FAULTS, at("2026-03-10T00:00:00Z")));
    assert!(suspended.fault.starts_with("guest.trap-unreachable: "), "{}", suspended.fault);
    assert_eq!(number(&installation, "select count(*) from operations where action = 'version.suspend'").await, 1);
    assert_eq!(assay.overview(caller, None, 7).await.expect("an overview").suspended.len(), 1);

    accept(&installation, caller, vec![ping(0, 1), ping(200, 0)]).await;
    drain(&installation, caller).await;
    assert_eq!(evaluated(&installation).await, asked, "nothing is asked any more");
    assert_eq!(drain(&installation, caller).await.judged, 0, "and nothing is tried again by itself");
    let other = installation.tenant("other").await;
    installation.define_hostile(&other, "pings", Hostile::unexamined(), ORDINARY, FROM).await;
    accept(&installation, &other, pings(0, 3)).await;
    assert_eq!(drain(&installation, &other).await.faults, 0, "another tenant is judged as ever");
}

#[tokio::test]
async fn a_retry_by_hand_lets_it_try_again_with_a_new_budget() {
    let installation = installed(half()).await;
    let Installation { assay, caller, .. } = &installation;
    accept(&installation, caller, pings(0, 120)).await;
    drain(&installation, caller).await;
    assert!(version(assay, caller).await.suspended.is_some());
    // With a second event each, the rule answers; but nobody asks it.
    accept(&installation, caller, (0..120).map(|n| ping(n, 1)).collect()).await;
    drain(&installation, caller).await;
    assert_eq!(flagged(&installation).await, 120);
    let retried = assay.retry_faulted(caller, None).await.expect("retried");
    assert_eq!((retried.interactions, retried.resumed), (120, vec!["pings@1".to_owned()]));
    assert_eq!(version(assay, caller).await.suspended, None);
    assert_eq!(drain(&installation, caller).await.faults, 0);
    assert_eq!(number(&installation, "select count(*) from outcomes where state = 'failed' and fault is null").await, 120);
    let resumed = "select before, after from operations where action = 'version.resume'";
    let rows = installation.raw().await.rows(resumed).await;
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert!(row[0].contains("\"suspended_at\":\"2026-03-10T00:00:00Z\"") && row[1].contains("\"suspended_at\":null"), "{row:?}");

    accept(&installation, caller, pings(200, 200 + 99)).await;
    drain(&installation, caller).await;
    assert_eq!(version(assay, caller).await.suspended, None, "99 faults are within the new budget");
    accept(&installation, caller, pings(300, 301)).await;
    drain(&installation, caller).await;
    assert!(version(assay, caller).await.suspended.is_some(), "the count goes on from pass to pass");
    let retried = assay.retry_faulted(caller, Some("P300")).await.expect("retried");
    assert_eq!((retried.interactions, retried.resumed.len()), (1, 1), "one is enough to let it try");
}

#[tokio::test]
async fn an_answer_now_and_then_keeps_it_going() {
    let installation = installed(half()).await;
    let Installation { assay, caller, .. } = &installation;
    for round in 0..3 {
        let from = 1_000 * round;
        accept(&installation, caller, pings(from, from + 90)).await;
        drain(&installation, caller).await;
        accept(&installation, caller, vec![ping(from, 1)]).await;
        drain(&installation, caller).await;
    }
    assert_eq!(version(assay, caller).await.suspended, None, "270 faults, but never 100 in a row");
    assert_eq!(evaluated(&installation).await, 273);
}

/// The count goes on in the next process, as it does when every command is one.
#[tokio::test]
async fn faults_are_counted_across_processes() {
    let installation = installed(Hostile::unexamined().evaluate("(unreachable)")).await;
    let Installation { assay, caller, .. } = &installation;
    accept(&installation, caller, pings(0, 60)).await;
    drain(&installation, caller).await;
    accept(&installation, caller, pings(60, 100)).await;
    let store = installation.open().await;
    let second = Assay::new(store, components::engine().clone(), installation.world(), 1).expect("a service");
    second.drain(caller, |_| {}).await.expect("judged");
    second.close().await;
    assert!(version(assay, caller).await.suspended.is_some());
}

/// A version that comes later is judged for itself.
#[tokio::test]
async fn a_new_version_is_asked() {
    let installation = installed(Hostile::unexamined().evaluate("(unreachable)")).await;
    let caller = &installation.caller;
    accept(&installation, caller, pings(0, 110)).await;
    drain(&installation, caller).await;
    let mended = Hostile::unexamined().verdict(Verdict::bare(1));
    installation.define_hostile(caller, "pings", mended, ORDINARY, "2026-03-10T00:00:00Z").await;
    installation.clock.set(at("2026-03-11T00:00:00Z"));
    accept(&installation, caller, vec![event("new", "new", "ping", at("2026-03-10T12:00:00Z"), Some("acme"))]).await;
    assert_eq!(drain(&installation, caller).await.faults, 0);
    assert_eq!(number(&installation, "select count(*) from outcomes where state = 'failed'").await, 1);
}

/// What one process finds, another one knows: both the suspension and its end.
#[tokio::test]
async fn every_process_knows() {
    let installation = installed(Hostile::unexamined().evaluate("(unreachable)")).await;
    let Installation { caller, .. } = &installation;
    let store = installation.open().await;
    let second = Arc::new(Assay::new(store, components::engine().clone(), installation.world(), 1).expect("a service"));
    accept(&installation, caller, pings(0, 1)).await;
    second.drain(caller, |_| {}).await.expect("judged");
    accept(&installation, caller, pings(1, 110)).await;
    drain(&installation, caller).await;
    let asked = evaluated(&installation).await;
    accept(&installation, caller, pings(200, 210)).await;
    second.drain(caller, |_| {}).await.expect("judged");
    assert_eq!(evaluated(&installation).await, asked, "the other process asks no more");
    assert_eq!(second.retry_faulted(caller, None).await.expect("retried").resumed, ["pings@1"]);
    drain(&installation, caller).await;
    assert!(evaluated(&installation).await > asked, "the first process tries again");
    second.close().await;
}
