//! Shadows: a candidate beside what judges, on what comes in, with the report that a back-test has.

use assay_app::{BacktestReport, BacktestRequest, BacktestView, FuelReport, SideReport, Window};
use assay_domain::id::BacktestId;
use assay_tests::{
    assay::{Installation, at},
    hostile::{Hostile, Verdict},
};

use super::support::{lenient, report, request, run, told};
use crate::app::{
    stage::ORDINARY,
    support::{accept, complaint, drain, dump, event, number, standard},
};

const BEGIN: &str = "2016-03-02T00:00:00Z";

/// `fixed` without a second try is in force and sold to `acme`, one ticket is resolved, and a shadow begins.
async fn shadowed(until: Option<&str>) -> (Installation, BacktestId) {
    let installation = Installation::new(BEGIN).await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[("retry", "false")], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, told("03-01 08:00 before opened acme\n03-01 09:00 before resolved -")).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    drain(&installation, caller).await;
    let window = Window { from: None, until: until.map(at) };
    let shadow = BacktestRequest { is_shadow: true, window, ..request(lenient()) };
    let started = assay.start_backtest(caller, &shadow).await.expect("a shadow");
    assert_eq!((started.kind, started.window.from, started.total), ("shadow", Some(at(BEGIN)), None));
    (installation, started.id)
}

/// Tells something, judges it, and lets the worker turn to the shadow.
async fn live(installation: &Installation, now: &str, lines: &str) {
    installation.clock.set(at(now));
    if !lines.is_empty() {
        accept(installation, &installation.caller, told(lines)).await;
    }
    drain(installation, &installation.caller).await;
    installation.assay.backtest_round(&installation.caller).await.expect("a round");
}

async fn look(installation: &Installation, id: BacktestId) -> BacktestView {
    installation.assay.backtest(&installation.caller, id).await.expect("a shadow")
}

/// Without what depends on when it was asked, and on what had been there before.
fn comparable(report: BacktestReport) -> BacktestReport {
    let without_fuel = |side: SideReport| SideReport { fuel: FuelReport::default(), ..side };
    let BacktestReport { in_force, candidate, .. } = report.clone();
    BacktestReport { interactions: 0, in_force: without_fuel(in_force), candidate: without_fuel(candidate), ..report }
}

const FIRST: &str = "
    03-02 08:00 moved  opened   acme
    03-02 10:00 moved  resolved -
    03-02 08:00 lost   opened   acme
    03-02 10:00 lost   resolved -
    03-02 08:00 earned opened   acme
    03-02 10:00 earned resolved -
";
const SECOND: &str = "
    03-02 12:00 earned reopened -
    03-02 13:00 earned resolved -
";
const THIRD: &str = "
    03-04 10:00 lost   reopened -
    03-03 08:00 same   opened   acme
    02-20 08:00 old    opened   acme
";

#[tokio::test]
async fn a_shadow_finds_what_a_back_test_over_the_same_finds() {
    let (installation, id) = shadowed(None).await;
    let caller = &installation.caller;
    live(&installation, "2016-03-02T11:00:00Z", FIRST).await;
    let early = look(&installation, id).await;
    assert_eq!((early.state, early.seen, early.is_over), ("judging", 3, false));
    assert_eq!(early.report.expect("a report so far").candidate.successes, 0);
    live(&installation, "2016-03-02T14:00:00Z", SECOND).await;
    live(&installation, "2016-03-04T11:00:00Z", THIRD).await;
    // Nothing new is told, but the candidate's own window passes.
    live(&installation, "2016-03-20T00:00:00Z", "").await;
    let shadow = look(&installation, id).await;
    assert_eq!(shadow.seen, 5, "`before` was there before");
    let found = comparable(shadow.report.expect("a report"));
    assert_eq!((found.judged, found.same, found.differences.lost, found.differences.earned, found.differences.moved), (4, 1, 1, 1, 1));
    assert_eq!(found.bills.len(), 0, "one is lost and one is earned: {:?}", found.bills);

    let window = Window { from: Some(at(BEGIN)), until: None };
    let over_the_same = run(&installation, caller, &BacktestRequest { window, ..request(lenient()) }).await;
    assert_eq!(comparable(report(&over_the_same)), found);

    let stopped = installation.assay.stop_backtest(caller, id).await.expect("stopped");
    assert_eq!((stopped.state, stopped.is_over), ("finished", true));
    assert_eq!(comparable(report(&stopped)), found);
    live(&installation, "2016-03-21T00:00:00Z", "03-20 08:00 later opened acme").await;
    assert_eq!(look(&installation, id).await.seen, 5, "what has ended looks no more");
}

#[tokio::test]
async fn a_shadow_ends_by_itself_and_leaves_out_what_opens_later() {
    let (installation, id) = shadowed(Some("2016-03-03T00:00:00Z")).await;
    live(&installation, "2016-03-02T11:00:00Z", FIRST).await;
    live(&installation, "2016-03-02T23:59:59Z", SECOND).await;
    assert_eq!(look(&installation, id).await.state, "judging");
    live(&installation, "2016-03-04T11:00:00Z", THIRD).await;
    let ended = look(&installation, id).await;
    assert_eq!((ended.state, ended.ended_at), ("finished", Some(at("2016-03-04T11:00:00Z"))));
    let found = report(&ended);
    assert_eq!((found.interactions, found.judged), (5, 3), "`same` opened too late, and `old` before it began");
    assert_eq!(installation.assay.backtests(&installation.caller, assay_app::Page::ALL).await.expect("a list").len(), 1);
}

#[tokio::test]
async fn a_shadow_waits_behind_everything_and_touches_nothing() {
    let (installation, id) = shadowed(None).await;
    let Installation { assay, caller, clock, .. } = &installation;
    clock.set(at("2016-03-02T11:00:00Z"));
    accept(&installation, caller, told(FIRST)).await;
    assay.backtest_round(caller).await.expect("a round");
    assert_eq!(look(&installation, id).await.seen, 0, "what waits to be judged comes first");
    drain(&installation, caller).await;
    let (before, evaluations) = (dump(&installation, caller).await, number(&installation, "select count(*) from evaluations").await);
    let revisions = number(&installation, "select sum(revision) from interactions").await;
    assay.backtest_round(caller).await.expect("a round");
    assert_eq!(look(&installation, id).await.seen, 3);
    assert_eq!(dump(&installation, caller).await, before);
    assert_eq!(number(&installation, "select count(*) from evaluations").await, evaluations);
    assert_eq!(number(&installation, "select sum(revision) from interactions").await, revisions);
    let pieces = number(&installation, "select count(*) from operations where action = 'backtest.judge'").await;
    assay.backtest_round(caller).await.expect("a round");
    let after = number(&installation, "select count(*) from operations where action = 'backtest.judge'").await;
    assert_eq!(after, pieces, "where nothing has changed nothing is judged");
}

#[tokio::test]
async fn faults_suspend_the_shadow_alone() {
    let installation = Installation::new(BEGIN).await;
    let Installation { assay, caller, clock, .. } = &installation;
    let rule = Hostile::unexamined().verdict(Verdict::bare(1));
    installation.define_hostile(caller, "pings", rule, ORDINARY, "2016-01-01T00:00:00Z").await;
    let pushed = assay.push_rule(caller, &Hostile::unexamined().evaluate("(unreachable)").build()).await.expect("an admitted rule");
    let changes = assay_app::Changes { rule: Some(pushed.digest.to_string()), ..Default::default() };
    let candidate = assay_app::Candidate::Changed(changes);
    let shadow = BacktestRequest { definition: "pings".into(), is_shadow: true, ..request(candidate) };
    let id = assay.start_backtest(caller, &shadow).await.expect("a shadow").id;
    clock.set(at("2016-03-03T00:00:00Z"));
    let ping = |n: u32| event(&format!("P{n}"), &format!("P{n}"), "ping", at("2016-03-02T12:00:00Z"), Some("acme"));
    accept(&installation, caller, (0..60).map(ping).collect()).await;
    drain(&installation, caller).await;
    assay.backtest_round(caller).await.expect("a round");
    assert_eq!(look(&installation, id).await.state, "judging", "60 faults are within its budget");
    accept(&installation, caller, (60..150).map(ping).collect()).await;
    assert_eq!(drain(&installation, caller).await.faults, 0, "what is in force goes on");
    assay.backtest_round(caller).await.expect("a round");
    let suspended = look(&installation, id).await;
    assert_eq!((suspended.state, suspended.seen, suspended.is_over), ("suspended", 100, true));
    assert!(report(&suspended).suspended.is_some());
    assert_eq!(number(&installation, "select count(*) from breakers").await, 0);
}

#[tokio::test]
async fn a_shadow_begins_now_or_later() {
    let (installation, _) = shadowed(None).await;
    let begin = |from: Option<&str>, until: Option<&str>| {
        let window = Window { from: from.map(at), until: until.map(at) };
        BacktestRequest { is_shadow: true, window, ..request(lenient()) }
    };
    let rows = [
        (begin(Some("2016-03-01T00:00:00Z"), None), "a shadow sees what comes in from now on"),
        (begin(None, Some(BEGIN)), "until: it is not after"),
    ];
    for (request, expected) in rows {
        let found = complaint(installation.assay.start_backtest(&installation.caller, &request).await);
        assert!(found.contains(expected), "{found}");
    }
}
