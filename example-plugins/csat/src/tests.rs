use assay_sdk::{Actor, Decision, Duration, Timeline, Timestamp, Verdict, testing};

use super::{Csat, Settings, Ticket, Why, csat, sensible};

#[test]
fn fixtures() {
    testing::run_fixtures::<Csat>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

fn settings(respond_within: Duration, silence: &str, which: &str) -> Settings {
    Settings { minimum: 4, respond_within, silence: silence.into(), which: which.into() }
}

/// Between the events of the short timelines: half a window.
const WAIT: Duration = Duration::hours(12);

fn hour(n: i64) -> Timestamp {
    Timestamp::from_micros(0) + Duration::hours(n)
}

fn timeline(events: &[(i64, Ticket)]) -> Timeline<Ticket> {
    Timeline::new(events.iter().map(|(at, event)| (hour(*at), Actor::Unknown, event.clone())))
}

fn judge(timeline: &Timeline<Ticket>, settings: &Settings, as_of: Timestamp) -> Verdict<Why> {
    csat(timeline, settings, as_of).unwrap()
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let check = |respond_within: Duration, silence: &str, which: &str, expect: Option<&str>| {
        let refused = sensible(&settings(respond_within, silence, which)).err();
        assert_eq!(refused.as_deref().and_then(|problem| problem.split(' ').next()), expect);
    };
    let week = Duration::days(7);
    for silence in ["fails", "succeeds", "not-eligible"] {
        for which in ["last", "first"] {
            check(week, silence, which, None);
        }
    }
    check(Duration::ZERO, "fails", "last", None);
    check(Duration::seconds(-1), "fails", "last", Some("respond-within"));
    for unknown in ["", "Fails", "fails ", "ignored"] {
        check(week, unknown, "last", Some("silence"));
    }
    for unknown in ["", "Last", "best"] {
        check(week, "fails", unknown, Some("which"));
    }
}

#[test]
fn the_first_score_decides_at_the_later_of_score_and_resolution() {
    let settings = settings(Duration::hours(24), "fails", "first");
    let check = |scored: i64, resolved: i64, expect: i64| {
        let mut events = [(scored, Ticket::Scored { score: 5 }), (resolved, Ticket::Resolved)];
        events.sort_by_key(|(at, _)| *at);
        let verdict = judge(&timeline(&events), &settings, hour(100));
        assert!(matches!(verdict.decision(), Decision::Success(success) if success.at == hour(expect)), "{verdict:?}");
    };
    check(1, 3, 3);
    check(3, 3, 3);
    check(5, 3, 5);
}

#[test]
fn without_a_response_time_only_a_score_before_the_resolution_counts() {
    let settings = settings(Duration::ZERO, "succeeds", "last");
    let (resolved, scored) = ((1, Ticket::Resolved), (1, Ticket::Scored { score: 1 }));
    let before = timeline(&[scored.clone(), resolved.clone()]);
    assert_eq!(judge(&before, &settings, hour(1)), Verdict::failure(Why::Dissatisfied).evidence(&before.events[0]));
    let after = timeline(&[resolved, scored]);
    assert_eq!(judge(&after, &settings, hour(1)), Verdict::success(Why::Silent, hour(1)).evidence(&after.events[0]));
}

/// Every timeline of up to four events out of these, half a response time apart or at one time.
fn every_timeline() -> Vec<Timeline<Ticket>> {
    let alphabet = [Ticket::Resolved, Ticket::Scored { score: 5 }, Ticket::Scored { score: 1 }];
    testing::every_timeline(&alphabet, WAIT)
}

fn every_settings(respond_within: Duration) -> Vec<Settings> {
    let silences = ["fails", "succeeds", "not-eligible"];
    silences.iter().flat_map(|silence| ["last", "first"].map(|which| settings(respond_within, silence, which))).collect()
}

#[test]
fn a_decided_verdict_stays() {
    let all = [every_settings(Duration::hours(24)), every_settings(Duration::ZERO)].concat();
    for whole in every_timeline() {
        for (known, asked) in testing::beginnings(&whole, WAIT) {
            for settings in &all {
                let verdict = judge(&known, settings, asked);
                let again = |at: Timestamp| judge(&known, settings, at);
                match verdict.decision() {
                    Decision::Pending(None) => assert_eq!(again(asked + Duration::days(400)), verdict, "time alone decides: {known:?}"),
                    Decision::Pending(Some(wake)) => {
                        assert!(*wake > asked, "{known:?}");
                        assert_eq!(again(*wake - Duration::from_micros(1)), verdict, "it decides before it wakes: {known:?}");
                    }
                    decided => {
                        assert_eq!(again(asked + Duration::days(400)), verdict, "time alone changes a decision: {known:?}");
                        assert_eq!(judge(&whole, settings, hour(96)), verdict, "later facts change a decision: {whole:?}");
                        if let Decision::Success(success) = decided {
                            assert!(known.opened_at <= success.at && success.at <= asked, "{known:?}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn what_does_not_matter_changes_nothing() {
    let within = Duration::hours(24);
    for whole in every_timeline() {
        let resolved = whole.events.iter().find(|fact| fact.event == Ticket::Resolved).cloned();
        let mut bare = whole.clone();
        bare.events.retain(|fact| match (&resolved, &fact.event) {
            (None, _) => true,
            (Some(first), Ticket::Resolved) => fact == first,
            (Some(first), Ticket::Scored { .. }) => fact.at < first.at + within,
        });
        for settings in every_settings(within) {
            for asked in [48, 60, 72, 96].map(hour) {
                assert_eq!(judge(&bare, &settings, asked), judge(&whole, &settings, asked), "{whole:?}");
            }
        }
    }
}
