//! Timers fire once, late rather than never, and all of them.

use assay_app::Assay;
use assay_tests::{
    assay::{Installation, at},
    components,
};

use super::{
    stage::ORDINARY,
    support::{accept, drain, number, tickets},
};

/// More than are judged at once.
const MANY: u32 = 2_500;

async fn waiting(installation: &Installation) -> i64 {
    installation.assay.waiting(&installation.caller).await.expect("a number")
}

#[tokio::test]
async fn one_pass_judges_everything_that_is_new_or_due() {
    let installation = Installation::new("2016-03-04T00:00:00Z").await;
    let Installation { assay, caller, clock, .. } = &installation;
    installation.define(caller, "fixed", &[("window", "30d")], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", MANY, MANY)).await;
    let first = drain(&installation, caller).await;
    assert_eq!((first.judged, first.evaluated, waiting(&installation).await), (u64::from(MANY), u64::from(MANY), 0));

    clock.set(at("2016-04-10T00:00:00Z"));
    assert_eq!(waiting(&installation).await, i64::from(MANY));
    let second = drain(&installation, caller).await;
    assert_eq!((second.judged, second.evaluated, waiting(&installation).await), (u64::from(MANY), u64::from(MANY), 0));
    let report = assay.outcome_report(caller).await.expect("a report");
    let rows: Vec<_> = report.rows.iter().map(|row| (row.state.map(|state| state.to_string()), row.count)).collect();
    assert_eq!(rows, [(Some("final".to_owned()), i64::from(MANY))]);
    let third = drain(&installation, caller).await;
    assert_eq!(third.judged, 0, "a timer fires once");
}

#[tokio::test]
async fn progress_counts_up_to_what_was_judged() {
    let installation = Installation::new("2016-03-04T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", MANY, 0)).await;
    let mut steps = Vec::new();
    let drained = assay.drain(caller, |done| steps.push(done)).await.expect("judged");
    assert!(steps.len() > 1 && steps.is_sorted(), "{steps:?}");
    assert_eq!(steps.last(), Some(&drained.judged));
}

#[tokio::test]
async fn a_timer_outlives_the_process_that_set_it() {
    let installation = Installation::new("2016-03-02T12:00:00Z").await;
    let Installation { caller, clock, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", 10, 10)).await;
    drain(&installation, caller).await;
    clock.set(at("2016-06-01T00:00:00Z"));
    let store = installation.open().await;
    let other = Assay::new(store, components::engine().clone(), installation.world(), 1).expect("a service");
    assert_eq!(other.drain(caller, |_| {}).await.expect("judged").judged, 10);
    assert_eq!(drain(&installation, caller).await.judged, 0, "it fired there");
    assert_eq!(number(&installation, "select sum(quantity) from usage where meter = 'outcome'").await, 10_000_000);
}
