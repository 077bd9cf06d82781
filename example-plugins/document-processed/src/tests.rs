use assay_sdk::{Actor, Decimal, Decision, Duration, Timeline, Timestamp, Verdict, testing};

use super::{Document, DocumentProcessed, Settings, Why, document_processed, sensible};

#[test]
fn fixtures() {
    testing::run_fixtures::<DocumentProcessed>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

fn settings(minimum_quality: &str, window: Duration) -> Settings {
    Settings { minimum_quality: decimal(minimum_quality), window }
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn processed(quality: &str) -> Document {
    Document::Processed { quality: decimal(quality) }
}

/// Between the events of the short timelines: half a window.
const WAIT: Duration = Duration::hours(12);

fn hour(n: i64) -> Timestamp {
    Timestamp::from_micros(0) + Duration::hours(n)
}

fn timeline(events: &[(i64, Document)]) -> Timeline<Document> {
    Timeline::new(events.iter().map(|(at, event)| (hour(*at), Actor::Unknown, event.clone())))
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let check = |minimum_quality: &str, window: Duration, expect: Option<&str>| {
        let refused = sensible(&settings(minimum_quality, window)).err();
        assert_eq!(refused.as_deref().and_then(|problem| problem.split(' ').next()), expect);
    };
    for minimum_quality in ["0", "0.9", "0.999999999999", "1"] {
        check(minimum_quality, Duration::hours(72), None);
    }
    for minimum_quality in ["-0.1", "1.000000000001", "90"] {
        check(minimum_quality, Duration::hours(72), Some("minimum-quality"));
    }
    check("0.9", Duration::ZERO, None);
    check("0.9", Duration::seconds(-1), Some("window"));
}

#[test]
fn a_quality_is_compared_exactly() {
    let settings = settings("0.9", Duration::ZERO);
    let check = |quality: &str, expect: Why| {
        let events = timeline(&[(1, processed(quality))]);
        assert_eq!(*document_processed(&events, &settings, hour(1)).reason(), expect, "{quality}");
    };
    check("0", Why::BelowQuality);
    check("0.899999999999", Why::BelowQuality);
    check("0.9", Why::Processed);
    check("0.900", Why::Processed);
    check("0.900000000001", Why::Processed);
    check("1", Why::Processed);
    check("1.000000000001", Why::OutOfRange);
    check("95", Why::OutOfRange);
    check("-0.000000000001", Why::OutOfRange);
}

#[test]
fn without_a_window_a_result_counts_at_once() {
    let settings = settings("0.9", Duration::ZERO);
    let events = timeline(&[(1, processed("0.95")), (1, Document::Retracted), (1, processed("95"))]);
    let expect = Verdict::success(Why::Processed, hour(1)).evidence(&events.events[0]);
    assert_eq!(document_processed(&events, &settings, hour(1)), expect);
}

/// Every timeline of up to four events out of these, half a window apart or at one time.
fn every_timeline() -> Vec<Timeline<Document>> {
    let alphabet = [processed("0.95"), processed("0.5"), processed("95"), Document::Failed, Document::Retracted];
    testing::every_timeline(&alphabet, WAIT)
}

#[test]
fn a_decided_verdict_stays() {
    let all = [Duration::hours(24), Duration::ZERO].map(|window| settings("0.9", window));
    for whole in every_timeline() {
        for (known, asked) in testing::beginnings(&whole, WAIT) {
            for settings in &all {
                let verdict = document_processed(&known, settings, asked);
                let again = |at: Timestamp| document_processed(&known, settings, at);
                match verdict.decision() {
                    Decision::Pending(None) => assert_eq!(again(asked + Duration::days(400)), verdict, "time alone decides: {known:?}"),
                    Decision::Pending(Some(wake)) => {
                        assert!(*wake > asked, "{known:?}");
                        assert_eq!(again(*wake - Duration::from_micros(1)), verdict, "it decides before it wakes: {known:?}");
                    }
                    Decision::Success(_) | Decision::Indeterminate => {
                        assert_eq!(again(asked + Duration::days(400)), verdict, "time alone changes a decision: {known:?}");
                        assert_eq!(document_processed(&whole, settings, hour(96)), verdict, "later facts change a decision: {whole:?}");
                        if let Decision::Success(success) = verdict.decision() {
                            assert!(known.opened_at <= success.at && success.at <= asked, "{known:?}");
                        }
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }
}

/// A further result that is good enough, while one that is good enough stands.
#[test]
fn what_does_not_matter_changes_nothing() {
    let settings = settings("0.9", Duration::hours(24));
    for whole in every_timeline() {
        let mut bare = whole.clone();
        let mut stands = false;
        bare.events.retain(|fact| {
            let good = fact.event == processed("0.95");
            let repeats = good && stands;
            stands = good;
            !repeats
        });
        for asked in [48, 60, 72, 96].map(hour) {
            assert_eq!(document_processed(&bare, &settings, asked), document_processed(&whole, &settings, asked), "{whole:?}");
        }
    }
}
