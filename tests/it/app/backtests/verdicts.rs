//! Differences between verdicts, by hand; labels; and that nothing is touched.

use assay_app::{BacktestRequest, Candidate, Changes, DifferenceCounts, LabelReport, Page, Window};
use assay_domain::time::{Duration, Limit};
use assay_tests::assay::{Installation, at};

use super::support::{changed, desk, lenient, report, request, run, told};
use crate::app::support::{accept, complaint, drain, dump, number};

/// `kind subject: before -> after`, of every difference.
async fn differences(installation: &Installation, request: &BacktestRequest) -> Vec<String> {
    let Installation { assay, caller, .. } = installation;
    let view = run(installation, caller, request).await;
    let all = assay.backtest_differences(caller, view.id, Page::ALL).await.expect("differences");
    let at = |at: Option<assay_domain::time::Timestamp>| at.map(|at| format!(" {}", &at.to_string()[5..16])).unwrap_or_default();
    let line = |found: &assay_app::VerdictDifference| {
        let (before, after) = (at(found.in_force_at), at(found.candidate_at));
        format!("{} {}: {}{before} -> {}{after}", found.kind.name(), found.subject, found.in_force, found.candidate)
    };
    all.iter().map(line).collect()
}

#[tokio::test]
async fn every_difference_is_of_one_kind() {
    let installation = desk().await;
    let caller = &installation.caller;
    let expected = [
        "moved moved: final resolved 03-03T10:00 -> final resolved 03-05T10:00",
        "lost lost: final resolved 03-03T10:00 -> open unresolved",
        "earned earned: failed reopened -> final resolved 03-06T10:00",
        "changed changed: failed reopened -> open unresolved",
        "lost awaiting: final resolved 04-01T10:00 -> open awaiting-window",
    ];
    let mut found = differences(&installation, &request(lenient())).await;
    found.sort();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);

    let view = run(&installation, caller, &request(lenient())).await;
    let report = report(&view);
    assert_eq!((view.state, view.seen, view.total, view.passed), ("finished", 6, Some(6), None));
    assert_eq!((report.interactions, report.judged, report.same), (6, 6, 1));
    assert_eq!(report.differences, DifferenceCounts { earned: 1, lost: 2, moved: 1, changed: 1 });
    assert_eq!((report.in_force.successes, report.candidate.successes), (3, 2));
    assert_eq!((report.in_force.quantity.to_string(), report.candidate.quantity.to_string()), ("3".to_owned(), "2".to_owned()));
    let mut flows: Vec<String> = report.flows.iter().map(|flow| format!("{} -> {}: {}", flow.from, flow.to, flow.count)).collect();
    flows.sort();
    let expected = [
        "failed reopened -> final resolved: 1",
        "failed reopened -> open unresolved: 1",
        "final resolved -> final resolved: 1",
        "final resolved -> open awaiting-window: 1",
        "final resolved -> open unresolved: 1",
        "open unresolved -> open unresolved: 1",
    ];
    assert_eq!(flows, expected);
    assert_eq!(report.examples.len(), 5);
    for fuel in [report.in_force.fuel, report.candidate.fuel] {
        assert_eq!(fuel.judgements, 6);
        assert!(0 < fuel.p50 && fuel.p50 <= fuel.p99 && fuel.p99 <= fuel.max && fuel.max < fuel.total, "{fuel:?}");
    }
    assert_eq!((report.bills.len(), report.unrated.len(), report.labels, report.suspended), (0, 0, None, None), "nobody has an agreement");
}

#[tokio::test]
async fn the_version_in_force_differs_from_itself_in_nothing() {
    let installation = desk().await;
    let view = run(&installation, &installation.caller, &request(changed(&[]))).await;
    assert_eq!(view.version, Some(1), "it has the content of a version that is written down");
    let report = report(&view);
    assert_eq!((report.judged, report.same, report.examples.len(), report.unbilled), (6, 6, 0, 0));
    assert_eq!(report.in_force, report.candidate);
}

#[tokio::test]
async fn nothing_that_stands_is_touched() {
    let installation = desk().await;
    let caller = &installation.caller;
    let tables = ["outcomes", "usage", "metered", "evaluations", "breakers", "transfers", "invoices", "versions"];
    let count = async || {
        let mut counts = Vec::new();
        for table in tables {
            counts.push(number(&installation, &format!("select count(*) from {table}")).await);
        }
        counts.push(number(&installation, "select sum(revision) from interactions").await);
        counts
    };
    let (before, dumped) = (count().await, dump(&installation, caller).await);
    run(&installation, caller, &request(lenient())).await;
    assert_eq!((count().await, dump(&installation, caller).await), (before, dumped));
    assert_eq!(drain(&installation, caller).await.judged, 0, "nothing is left to judge");
}

#[tokio::test]
async fn a_window_leaves_out_what_opened_outside() {
    let installation = desk().await;
    let rows = [
        ("from", Window { from: Some(at("2016-03-31T08:00:00Z")), until: None }, 1),
        ("after", Window { from: Some(at("2016-03-31T08:00:00.000001Z")), until: None }, 0),
        ("until", Window { from: None, until: Some(at("2016-03-31T08:00:00Z")) }, 5),
        ("both", Window { from: Some(at("2016-03-02T08:00:00Z")), until: Some(at("2016-03-02T08:00:01Z")) }, 5),
    ];
    for (name, window, judged) in rows {
        let view = run(&installation, &installation.caller, &BacktestRequest { window, ..request(lenient()) }).await;
        assert_eq!((report(&view).interactions, report(&view).judged), (6, judged), "{name}");
    }
}

#[tokio::test]
async fn timing_and_rule_may_change_too() {
    let installation = desk().await;
    let days = |days: u16| Some(Limit::Limited(Duration::days(days)));
    let short = Candidate::Changed(Changes { deadline: days(1), ..Changes::default() });
    let found = differences(&installation, &request(short)).await;
    assert!(found.contains(&"changed same: open unresolved -> failed deadline".to_owned()), "{found:?}");
    let same_rule = Candidate::Changed(Changes { rule: Some("resolved-ticket".into()), ..Changes::default() });
    assert_eq!(differences(&installation, &request(same_rule)).await, [""; 0], "the parameters are those of the version in force");
}

/// A customer's own version stays its own, and what opened before any version was in force is judged by none.
#[tokio::test]
async fn the_candidate_takes_the_place_of_the_version_in_force_alone() {
    let installation = desk().await;
    let Installation { assay, caller, .. } = &installation;
    let card = crate::app::support::standard();
    assay.create_rate_card(caller, &card).await.expect("a card");
    let own = assay_app::AgreementRequest {
        customer: "acme".into(),
        definitions: vec![("fixed".into(), Some(1))],
        parties: Default::default(),
        rate_card: card.name,
        overrides: Default::default(),
        from: at("2016-03-01T00:00:00Z"),
        until: None,
    };
    assay.create_agreements(caller, &[own]).await.expect("an agreement");
    accept(&installation, caller, told("12-31 08:00 early opened acme").into_iter().map(a_year_before).collect()).await;
    drain(&installation, caller).await;
    let found = report(&run(&installation, caller, &request(lenient())).await);
    assert_eq!((found.interactions, found.judged), (7, 1), "that of globex");
}

fn a_year_before(event: assay_domain::event::NewEvent) -> assay_domain::event::NewEvent {
    assay_domain::event::NewEvent { occurred_at: event.occurred_at.plus(Duration::days(366).negated()), ..event }
}

#[tokio::test]
async fn both_versions_are_compared_with_labels() {
    let installation = desk().await;
    let labels = [("moved", true), ("lost", false), ("earned", true), ("same", false), ("nobody-knows", true)];
    let labels = labels.map(|(subject, is_success)| (subject.to_owned(), is_success)).to_vec();
    let view = run(&installation, &installation.caller, &BacktestRequest { labels, ..request(lenient()) }).await;
    let LabelReport { given, matched, in_force, candidate } = report(&view).labels.expect("scores");
    assert_eq!((given, matched), (5, 4));
    let counts = |score: assay_app::Score| {
        let counts = score.counts;
        let parts = [score.precision, score.recall].map(|part| part.map(|part| part.to_string()).unwrap_or_default());
        ([counts.true_positives, counts.false_positives, counts.true_negatives, counts.false_negatives], parts)
    };
    assert_eq!(counts(in_force), ([1, 1, 1, 1], ["50%".to_owned(), "50%".to_owned()]));
    assert_eq!(counts(candidate), ([2, 0, 2, 0], ["100%".to_owned(), "100%".to_owned()]));
}

#[test]
fn labels_are_read_from_csv() {
    let read = |text: &str| assay_app::read_labels(text.as_bytes()).map_err(|violation| violation.problem);
    let expected = vec![("a".to_owned(), true), ("b, c".to_owned(), false)];
    for text in [
        "subject,label\na,success\n\"b, c\",failure\n",
        "label,subject,note\nYES,a,x\nno,\"b, c\",y\n",
        "\u{feff}subject,label\r\na,1\r\n\"b, c\",0\r\n",
    ] {
        assert_eq!(read(text), Ok(expected.clone()), "{text}");
    }
    for (text, problem) in [
        ("subject,verdict\na,success\n", "there is no column \"label\""),
        ("subject,label\na,success\nb,perhaps\n", "line 3 says \"perhaps\""),
        ("", "there is no column \"subject\""),
    ] {
        assert_eq!(read(text), Err(problem.to_owned()), "{text}");
    }
    assert!(read("subject,label\na\n").is_err(), "a line that is too short");
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused() {
    let installation = desk().await;
    let Installation { assay, caller, .. } = &installation;
    let twice = vec![("moved".to_owned(), true), ("moved".to_owned(), false)];
    let backwards = Window { from: Some(at("2016-03-02T00:00:00Z")), until: Some(at("2016-03-02T00:00:00Z")) };
    let precise = assay_app::Thresholds { min_precision: Some("95%".parse().expect("a part")), ..Default::default() };
    let elsewhere = |definition: &str| BacktestRequest { definition: definition.into(), ..request(lenient()) };
    let rows = [
        (elsewhere("nothing"), "there is no definition \"nothing\""),
        (request(Candidate::Version(7)), "there is no version \"fixed@7\""),
        (request(changed(&[("window", "soon")])), "parameters.window"),
        (request(changed(&[("window", "-PT1H")])), "the rule refuses them"),
        (request(changed(&[("colour", "red")])), "no such parameter"),
        (BacktestRequest { labels: twice, ..request(lenient()) }, "\"moved\" is a success and is none"),
        (BacktestRequest { window: backwards, ..request(lenient()) }, "until: it is not after"),
        (BacktestRequest { thresholds: precise, ..request(lenient()) }, "min-precision: it needs labels"),
    ];
    for (request, expected) in rows {
        let found = complaint(assay.start_backtest(caller, &request).await);
        assert!(found.contains(expected), "{found} does not say {expected}");
    }
    let other = installation.tenant("other").await;
    installation.define(&other, "elsewhere", &[], crate::app::stage::ORDINARY, "2016-01-01T00:00:00Z").await;
    let view = run(&installation, caller, &request(lenient())).await;
    assert!(complaint(assay.backtest(&other, view.id).await).contains("there is no back-test"));
    assert!(assay.backtests(&other, Page::ALL).await.expect("a list").is_empty(), "another tenant's are not seen");
    assert_eq!(assay.backtests(caller, Page::ALL).await.expect("a list").len(), 1);
}
