//! Thresholds: which are kept, what is said of those that are not, and what that means for a version.

use assay_app::{BacktestGate, BacktestRequest, Candidate, Proportion, Thresholds, VersionRequest};
use assay_domain::id::VersionId;
use assay_tests::assay::Installation;

use super::support::{changed, desk, lenient, report, request, run};
use crate::app::{
    stage::ORDINARY,
    support::{drain, standard},
};

/// [`desk`] with the card `standard` for everybody.
async fn sold() -> Installation {
    let installation = desk().await;
    let caller = &installation.caller;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    drain(&installation, caller).await;
    installation
}

fn thresholds(set: impl Fn(&mut Thresholds)) -> Thresholds {
    let mut thresholds = Thresholds::default();
    set(&mut thresholds);
    thresholds
}

#[tokio::test]
async fn each_threshold_is_checked_and_says_why_it_is_not_kept() {
    let installation = sold().await;
    let labels = vec![("moved".to_owned(), true), ("lost".to_owned(), true), ("same".to_owned(), true)];
    let part = |text: &str| Some(text.parse::<Proportion>().expect("a part"));
    let rows = [
        ("a large change", thresholds(|t| t.max_bill_change = part("5%")), None),
        (
            "a small one",
            thresholds(|t| t.max_bill_change = part("0.01%")),
            Some("the bill of globex for 2016-04 moves by 0.1976%, from 500.99 to 500.00 USD, which is more than 0.01%"),
        ),
        ("no faults", thresholds(|t| t.no_new_faults = true), None),
        ("precise", thresholds(|t| t.min_precision = part("50%")), None),
        (
            "not precise",
            thresholds(|t| t.min_precision = part("100.0001%")),
            Some("the precision is 100%, as 1 of 1 successes are labelled as such; it must be 100.0001% at least"),
        ),
        ("found", thresholds(|t| t.min_recall = part("33.3333%")), None),
        (
            "not found",
            thresholds(|t| t.min_recall = part("50%")),
            Some("the recall is 33.3333%, as 1 of 3 labelled successes are one; it must be 50% at least"),
        ),
    ];
    for (name, thresholds, expected) in rows {
        let request = BacktestRequest { labels: labels.clone(), thresholds, ..request(lenient()) };
        let view = run(&installation, &installation.caller, &request).await;
        let reasons = report(&view).reasons();
        assert_eq!(view.passed, Some(expected.is_none()), "{name}: {reasons:?}");
        assert_eq!(reasons.is_empty(), expected.is_none(), "{name}: {reasons:?}");
        assert!(expected.is_none_or(|expected| reasons.iter().any(|reason| reason == expected)), "{name}: {reasons:?}");
    }
}

/// The next version of `fixed`, as a draft.
async fn draft(installation: &Installation, parameters: &[(&str, &str)]) -> VersionId {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let (definition, rule) = ("fixed".to_owned(), "resolved-ticket".to_owned());
    let request = VersionRequest { definition, rule, parameters, timing: ORDINARY, active_from: None };
    installation.assay.create_version(&installation.caller, &request).await.expect("a draft").id
}

#[tokio::test]
async fn a_version_passes_by_its_latest_back_test_with_thresholds() {
    let installation = sold().await;
    let Installation { assay, caller, .. } = &installation;
    let version = draft(&installation, &[("window", "72h")]).await;
    let other = draft(&installation, &[("window", "48h")]).await;
    let gate = async |version: VersionId| assay.backtest_gate(caller, version).await.expect("a gate");
    let with = |candidate: Candidate, max: Option<&str>| {
        let max_bill_change = max.map(|max| max.parse().expect("a part"));
        BacktestRequest { thresholds: Thresholds { max_bill_change, ..Thresholds::default() }, ..request(candidate) }
    };
    assert_eq!(gate(version).await, BacktestGate::Missing);
    run(&installation, caller, &with(Candidate::Version(2), None)).await;
    assert_eq!(gate(version).await, BacktestGate::Missing, "nothing was asked of it");
    let started = assay.start_backtest(caller, &with(Candidate::Version(2), Some("50%"))).await.expect("a back-test");
    assert_eq!((started.version, gate(version).await), (Some(2), BacktestGate::Missing), "it goes on");
    let kept = assay.carry_backtest(caller, started.id, |_, _| {}).await.expect("carried");
    assert_eq!(gate(version).await, BacktestGate::Passed(kept.id));
    run(&installation, caller, &with(Candidate::Version(2), None)).await;
    assert_eq!(gate(version).await, BacktestGate::Passed(kept.id), "what asks nothing decides nothing");
    assert_eq!(gate(other).await, BacktestGate::Missing, "another content");

    // What is not written down has the content of a version all the same.
    let same = changed(&[("window", "72h"), ("retry", "true")]);
    let failed = run(&installation, caller, &with(same, Some("0.01%"))).await;
    assert_eq!(failed.version, Some(2));
    let BacktestGate::Failed { backtest, reasons } = gate(version).await else { panic!("it fails") };
    assert_eq!((backtest, reasons.is_empty()), (failed.id, false));
    let elsewhere = installation.tenant("other").await;
    let unknown = assay.backtest_gate(&elsewhere, version).await.expect_err("not theirs").to_string();
    assert!(unknown.contains("there is no version"), "{unknown}");
}
