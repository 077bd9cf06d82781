//! The fixtures of a rule, run in the sandbox.

use std::fs;

use assay_cli::fixtures::{self, FixtureReport};
use assay_domain::time::Duration;
use assay_tests::{
    components::{EXAMPLES, MARKET, SISTERS, engine, example, resolved_ticket_rule, root},
    hostile::{Hostile, Verdict},
};
use tempfile::TempDir;

const FIXTURE: &str = r#"
title = "resolved once"

[[event]]
type = "incident.updated"
time = "2016-03-01T10:00:00Z"
data = { incident_state = "Resolved", reopen_count = "0", reassignment_count = "0" }

[[ask]]
as-of = "2016-03-01T10:00:00Z"
decision = "pending"
reason = "awaiting-window"
wake = "2016-03-02T10:00:00Z"
evidence = ["e1"]

[[ask]]
as-of = "2016-03-02T10:00:00Z"
decision = "success"
reason = "resolved"
at = "2016-03-02T10:00:00Z"
quantity = 1
"#;

fn run(fixture: &str) -> FixtureReport {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("case.toml"), fixture).unwrap();
    fixtures::run(resolved_ticket_rule(), folder.path()).unwrap()
}

/// The files that the native tests of the rules read too.
#[test]
fn the_sandbox_answers_as_the_native_rules_do() {
    for name in EXAMPLES.into_iter().chain(MARKET) {
        let rule = engine().admit(example(name)).expect("the example rule is admitted");
        let report = fixtures::run(&rule, &root().join("example-plugins").join(name).join("fixtures")).unwrap();
        let failed: Vec<_> = report.asks.iter().filter(|ask| !ask.differences.is_empty()).collect();
        assert!(failed.is_empty(), "{name}: {failed:#?}");
        assert_eq!(report.failed(), 0);
        assert!(report.asks.len() >= if MARKET.contains(&name) { 25 } else { 30 }, "{name}: only {} questions", report.asks.len());
        assert!(report.asks.iter().any(|ask| ask.fuel > 0));
    }
}

/// A rule that nobody lists is a rule that nobody tests.
#[test]
fn every_example_rule_is_listed() {
    let folders = fs::read_dir(root().join("example-plugins")).unwrap();
    let mut found: Vec<String> = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let mut listed: Vec<String> = EXAMPLES.into_iter().chain(MARKET).chain(SISTERS).map(str::to_owned).collect();
    found.sort();
    listed.sort();
    assert_eq!(found, listed);
}

#[test]
fn a_wrong_expectation_is_reported_with_its_field() {
    assert_eq!(run(FIXTURE).failed(), 0);
    let rows = [
        ("decision = \"pending\"", "decision = \"success\"", 0, "decision: expected success, found pending"),
        ("awaiting-window", "unresolved", 0, "reason: expected unresolved, found awaiting-window"),
        ("wake = \"2016-03-02", "wake = \"2016-03-03", 0, "wake: expected 2016-03-03T10:00:00Z, found 2016-03-02T10:00:00Z"),
        ("evidence = [\"e1\"]", "evidence = []", 0, "evidence: expected none, found e1"),
        ("at = \"2016-03-02", "at = \"2016-03-01", 1, "at: expected 2016-03-01T10:00:00Z, found 2016-03-02T10:00:00Z"),
        ("quantity = 1", "quantity = \"2\"", 1, "quantity: expected 2, found 1"),
        ("quantity = 1", "class = \"gold\"", 1, "class: expected gold, found nothing"),
    ];
    for (from, to, ask, says) in rows {
        assert!(FIXTURE.contains(from), "{from}");
        let report = run(&FIXTURE.replace(from, to));
        assert_eq!(report.failed(), 1, "{says}");
        let differences: Vec<String> = report.asks[ask].differences.iter().map(ToString::to_string).collect();
        assert_eq!(differences, [says]);
        assert_eq!(report.asks[ask].file, "case.toml");
        assert!(report.asks[ask].title.starts_with("resolved once, as of 2016-03-0"), "{}", report.asks[ask].title);
    }
}

#[test]
fn what_is_no_fixture_is_named() {
    let folder = TempDir::new().unwrap();
    let error = |folder: &TempDir| format!("{:#}", fixtures::run(resolved_ticket_rule(), folder.path()).expect_err("no fixtures"));
    assert!(error(&folder).contains("there is no fixture"));
    fs::write(folder.path().join("broken.toml"), FIXTURE.replace("[[ask]]", "[[question]]")).unwrap();
    assert!(error(&folder).contains("broken.toml is not a fixture"));
}

/// A verdict that only time overturns is no decision.
#[test]
fn a_decision_that_does_not_stay_is_reported() {
    let mut rule = Hostile::unexamined();
    let failure = rule.place(&Verdict::bare(1).answer());
    // Failed for a day, and pending from then on.
    let day = Duration::days(1).micros();
    let text = format!(
        "(if (i64.lt_s (i64.sub (local.get $as-of) (local.get $opened-at)) (i64.const {day})) (then (return (i32.const {failure}))))"
    );
    let rule = engine().admit(&rule.evaluate(text).build()).expect("a rule that is let in");
    let folder = TempDir::new().unwrap();
    let ask = |as_of: &str, decision: &str| format!("[[ask]]\nas-of = \"{as_of}\"\ndecision = \"{decision}\"\nreason = \"because\"\n");
    let asks = [ask("2016-03-01T11:00:00Z", "failure"), ask("2016-03-03T00:00:00Z", "pending")].concat();
    let event = "[[event]]\ntype = \"ping\"\ntime = \"2016-03-01T10:00:00Z\"\n";
    fs::write(folder.path().join("case.toml"), format!("parameters = {{ n = 1 }}\n{event}{asks}")).unwrap();
    let report = fixtures::run(&rule, folder.path()).unwrap();
    let differences = |ask: usize| report.asks[ask].differences.iter().map(ToString::to_string).collect::<Vec<_>>();
    let says = "later: expected the same when the same events are asked about again at 2016-03-02T11:00:00Z, found pending: because";
    assert_eq!((differences(0), differences(1)), (vec![says.to_owned()], Vec::new()));
}
