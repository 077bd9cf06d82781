//! Candidates, and what is told to judge them by.

use assay_app::{BacktestReport, BacktestRequest, BacktestView, Caller, Candidate, Changes, Thresholds, Window};
use assay_domain::event::NewEvent;
use assay_tests::assay::{Installation, at};

use crate::app::{
    stage::ORDINARY,
    support::{accept, drain, event},
};

/// A candidate for `fixed`.
pub fn request(candidate: Candidate) -> BacktestRequest {
    BacktestRequest {
        definition: "fixed".into(),
        candidate,
        window: Window::default(),
        labels: Vec::new(),
        thresholds: Thresholds::default(),
        is_shadow: false,
    }
}

/// The version in force with other parameters.
pub fn changed(parameters: &[(&str, &str)]) -> Candidate {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Candidate::Changed(Changes { parameters, ..Changes::default() })
}

/// Three days in the place of one, and a reopened ticket may count after all.
pub fn lenient() -> Candidate {
    changed(&[("window", "72h"), ("retry", "true")])
}

/// Starts a back-test and carries it to its end.
pub async fn run(installation: &Installation, caller: &Caller, request: &BacktestRequest) -> BacktestView {
    let started = installation.assay.start_backtest(caller, request).await.expect("a back-test");
    assert_eq!((started.state, started.seen, &started.report), ("judging", 0, &None));
    installation.assay.carry_backtest(caller, started.id, |_, _| {}).await.expect("carried")
}

/// What one that has ended has found.
pub fn report(view: &BacktestView) -> BacktestReport {
    assert!(view.is_over, "{view:?}");
    view.report.clone().expect("a report")
}

/// Events of 2016, a line each: `03-02 08:00 T1 opened acme`; `-` names no customer.
pub fn told(lines: &str) -> Vec<NewEvent> {
    let lines = lines.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).filter(|words| !words.is_empty());
    let event = |words: Vec<&str>| {
        let [day, time, subject, kind, customer] = words.as_slice() else { panic!("{words:?} tells no event") };
        let customer = Some(*customer).filter(|customer| *customer != "-");
        let id = format!("{subject}-{kind}-{day}-{time}");
        event(subject, &id, &format!("ticket.{kind}"), at(&format!("2016-{day}T{time}:00Z")), customer)
    };
    lines.map(event).collect()
}

/// One ticket for each way in which [`lenient`] differs from the version in force, and one that it leaves as it is.
pub const TICKETS: &str = "
    03-02 08:00 moved    opened   acme
    03-02 10:00 moved    resolved -
    03-02 08:00 lost     opened   acme
    03-02 10:00 lost     resolved -
    03-04 10:00 lost     reopened -
    03-02 08:00 earned   opened   acme
    03-02 10:00 earned   resolved -
    03-02 12:00 earned   reopened -
    03-03 10:00 earned   resolved -
    03-02 08:00 same     opened   acme
    03-02 08:00 changed  opened   acme
    03-02 10:00 changed  resolved -
    03-02 12:00 changed  reopened -
    03-31 08:00 awaiting opened   globex
    03-31 10:00 awaiting resolved -
";

/// `fixed` without a second try is in force, and [`TICKETS`] are judged.
pub async fn desk() -> Installation {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let caller = &installation.caller;
    installation.define(caller, "fixed", &[("retry", "false")], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, told(TICKETS)).await;
    drain(&installation, caller).await;
    installation
}
