//! A back-test sees what was recorded when it started, and comes to the same however often it is interrupted, by whom, and what happens
//! meanwhile.

use assay_app::{AgreementRequest, Assay, BacktestRequest, BacktestView, Candidate, Changes};
use assay_domain::{
    event::NewEvent,
    time::{Duration, Timestamp},
};
use assay_tests::{
    assay::{Installation, at},
    components,
};
use tokio::sync::oneshot;

use super::support::{changed, report, request, run};
use crate::app::{
    stage::ORDINARY,
    support::{accept, drain, event, number, standard, tickets},
};

/// More than are kept together, which are 4,096.
const INTERACTIONS: u32 = 5_000;
const KEPT: u64 = 4_096;

async fn large() -> Installation {
    let installation = Installation::new("2016-03-20T00:00:00Z").await;
    let caller = &installation.caller;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", INTERACTIONS, INTERACTIONS / 2)).await;
    drain(&installation, caller).await;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    drain(&installation, caller).await;
    installation
}

/// Half of them have not lasted long enough.
fn patient() -> BacktestRequest {
    request(changed(&[("window", "P30D")]))
}

async fn start(installation: &Installation) -> BacktestView {
    installation.assay.start_backtest(&installation.caller, &patient()).await.expect("a back-test")
}

/// Everything that could change what a back-test sees, and must not.
async fn interfere(installation: &Installation) {
    let Installation { assay, caller, .. } = installation;
    installation.clock.set(at("2016-03-20T00:00:01Z"));
    let reopened = |n: u32| event(&format!("acme-{n}"), &format!("late-{n}"), "ticket.reopened", opened(n).plus(Duration::hours(2)), None);
    let mut late: Vec<NewEvent> = (0..100).map(reopened).collect();
    late.push(event("new", "new", "ticket.opened", at("2016-03-02T00:00:00Z"), Some("globex")));
    accept(installation, caller, late).await;
    assay.assign_interaction(caller, "acme-200", "globex", "they asked").await.expect("assigned");
    let agreement = AgreementRequest {
        customer: "globex".into(),
        definitions: vec![("fixed".into(), None)],
        parties: Default::default(),
        rate_card: "standard".into(),
        overrides: Default::default(),
        from: at("2016-03-01T00:00:00Z"),
        until: None,
    };
    assay.create_agreements(caller, &[agreement]).await.expect("an agreement");
    installation.define(caller, "fixed", &[("window", "48h")], ORDINARY, "2016-03-20T00:00:01Z").await;
}

fn opened(n: u32) -> Timestamp {
    at("2016-03-02T00:00:00Z").plus(Duration::seconds(60 * n))
}

#[tokio::test]
async fn what_is_interrupted_comes_to_the_same() {
    let installation = large().await;
    let Installation { assay, caller, clock, .. } = &installation;
    let [whole, stopped, killed] = [start(&installation).await, start(&installation).await, start(&installation).await];
    let whole = report(&assay.carry_backtest(caller, whole.id, |_, _| {}).await.expect("carried"));
    assert_eq!((whole.interactions, whole.judged, whole.differences.lost), (5_000, 5_000, 2_500));
    assert_eq!(whole.bills.len(), 1);
    interfere(&installation).await;

    // While something waits to be judged, the worker takes one piece at a time.
    assay.backtest_round(caller).await.expect("a round");
    let half = assay.backtest(caller, stopped.id).await.expect("a back-test");
    assert_eq!((half.state, half.seen, half.total, half.report), ("judging", KEPT, Some(5_000), None));

    // Whoever is killed in the midst of a piece has not kept it.
    let (tell, told) = oneshot::channel();
    let mut tell = Some(tell);
    let store = installation.open().await;
    let second = Assay::new(store, components::engine().clone(), installation.world(), 2).expect("a service");
    tokio::select! {
        _ = second.carry_backtest(caller, killed.id, |_, _| tell.take().into_iter().for_each(|tell| tell.send(()).expect("it is heard"))) => {}
        _ = told => {}
    }
    second.close().await;
    let left = assay.backtest(caller, killed.id).await.expect("a back-test");
    assert!(left.seen == KEPT || left.seen == 5_000, "{left:?}");

    drain(&installation, caller).await;
    // What another process had in hand is free after its time.
    clock.set(at("2016-03-20T00:05:00Z"));
    for id in [stopped.id, killed.id] {
        let mut steps = Vec::new();
        let view = assay.carry_backtest(caller, id, |seen, total| steps.push((seen, total))).await.expect("carried");
        assert_eq!(report(&view), whole);
        assert_eq!(view.as_of, at("2016-03-20T00:00:00Z"));
        assert!(steps.iter().all(|(seen, total)| *seen > KEPT && *total == 5_000), "nothing is judged twice: {steps:?}");
    }
    let again = report(&run(&installation, caller, &patient()).await);
    assert_ne!(again, whole, "what came meanwhile is seen by the next");
    assert_eq!(number(&installation, "select count(*) from operations where action = 'backtest.finish'").await, 4);
}

#[tokio::test]
async fn what_is_read_into_memory_comes_to_the_same_and_writes_nothing() {
    let installation = large().await;
    let Installation { assay, caller, .. } = &installation;
    let request = BacktestRequest { labels: vec![("acme-1".into(), true)], ..patient() };
    let history = assay.recall_history(caller, &request).await.expect("a history");
    let found = assay.judge_history(caller, history, |_| {}).await.expect("a report");
    assert_eq!(number(&installation, "select count(*) from backtests").await, 0);
    assert_eq!(found, report(&run(&installation, caller, &request).await));
}

#[tokio::test]
async fn what_was_stopped_goes_on_no_more() {
    let installation = large().await;
    let Installation { assay, caller, .. } = &installation;
    let started = start(&installation).await;
    let stopped = assay.stop_backtest(caller, started.id).await.expect("stopped");
    assert_eq!((stopped.state, stopped.is_over, stopped.report), ("stopped", true, None));
    let log = assay.operations(caller, None, 1).await.expect("the log");
    let told = [&log[0].before, &log[0].after].map(|json| json.clone().unwrap_or_default());
    assert_eq!((log[0].action.as_str(), told), ("backtest.stop", [r#"{"state":"judging"}"#, r#"{"state":"stopped"}"#].map(str::to_owned)));
    assay.backtest_round(caller).await.expect("a round");
    let after = assay.carry_backtest(caller, started.id, |_, _| {}).await.expect("nothing to carry");
    assert_eq!((after.state, after.seen), ("stopped", 0));
    let again = assay.stop_backtest(caller, started.id).await.expect_err("it has ended").to_string();
    assert!(again.contains("has ended"), "{again}");
}

#[tokio::test]
async fn a_request_under_a_key_starts_one() {
    let installation = Installation::new("2016-03-20T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    let once = assay_app::Once { key: "k".into(), request: assay_domain::canon::Digest::of(b"a request") };
    let caller = assay_app::Caller { once: Some(once), ..caller.clone() };
    let nothing = request(Candidate::Changed(Changes::default()));
    let first = assay.start_backtest(&caller, &nothing).await.expect("a back-test");
    let again = assay.start_backtest(&caller, &nothing).await.expect("the same");
    assert_eq!(first.id, again.id);
    assert_eq!(number(&installation, "select count(*) from backtests").await, 1);
}
