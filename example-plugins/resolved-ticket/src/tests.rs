use assay_sdk::{Actor, Decision, Duration, Timeline, Timestamp, Verdict, testing};

use super::{ResolvedTicket, Settings, Ticket, Why, resolved_ticket, sensible};

#[test]
fn fixtures() {
    testing::run_fixtures::<ResolvedTicket>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

const SETTINGS: Settings = Settings { window: Duration::hours(24), retry: true, max_reassignments: None };

/// Between the events of the short timelines: half a window.
const WAIT: Duration = Duration::hours(12);

fn hour(n: i64) -> Timestamp {
    Timestamp::from_micros(0) + Duration::hours(n)
}

fn timeline(events: &[(i64, Ticket)]) -> Timeline<Ticket> {
    Timeline::new(events.iter().map(|(at, event)| (hour(*at), Actor::Unknown, event.clone())))
}

fn incident(state: &str, reopens: i64, reassignments: i64) -> Ticket {
    Ticket::Incident { state: state.into(), reopens: Some(reopens), reassignments: Some(reassignments) }
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let check = |settings: Settings, expect: Option<&str>| {
        let refused = sensible(&settings).err();
        assert_eq!(refused.as_deref().and_then(|problem| problem.split(' ').next()), expect);
    };
    check(SETTINGS, None);
    check(Settings { window: Duration::ZERO, ..SETTINGS }, None);
    check(Settings { window: Duration::seconds(-1), ..SETTINGS }, Some("window"));
    check(Settings { max_reassignments: Some(0), ..SETTINGS }, None);
    check(Settings { max_reassignments: Some(-1), ..SETTINGS }, Some("max-reassignments"));
}

#[test]
fn without_a_window_a_resolution_counts_at_once() {
    let settings = Settings { window: Duration::ZERO, ..SETTINGS };
    let events = timeline(&[(1, Ticket::Resolved), (1, Ticket::Reopened)]);
    let expect = Verdict::success(Why::Resolved, hour(1)).evidence(&events.events[0]);
    assert_eq!(resolved_ticket(&events, &settings, hour(1)), expect);
}

#[test]
fn a_conversation_counts_its_own_reassignments_on_top_of_the_incident() {
    let settings = Settings { max_reassignments: Some(2), ..SETTINGS };
    let check = |told: i64, expect: Why| {
        let events = timeline(&[(0, incident("Active", 0, told)), (1, Ticket::Reassigned), (2, Ticket::Resolved)]);
        assert_eq!(*resolved_ticket(&events, &settings, hour(48)).reason(), expect, "{told}");
    };
    check(1, Why::Resolved);
    check(2, Why::Escalated);
}

/// Every timeline of up to four events out of these, half a window apart or at one time.
fn every_timeline() -> Vec<Timeline<Ticket>> {
    let alphabet = [
        Ticket::Opened,
        Ticket::Resolved,
        Ticket::Reopened,
        incident("Active", 0, 0),
        incident("Resolved", 1, 3),
        incident("Closed", 0, 1),
    ];
    testing::every_timeline(&alphabet, WAIT)
}

fn only(timeline: &Timeline<Ticket>, keep: impl Fn(Timestamp) -> bool) -> Timeline<Ticket> {
    let mut part = timeline.clone();
    part.events.retain(|fact| keep(fact.at));
    part
}

#[test]
fn a_decided_verdict_stays() {
    let retries = [true, false].map(|retry| Settings { retry, max_reassignments: Some(2), ..SETTINGS });
    for whole in every_timeline() {
        for settings in &retries {
            for asked in [0, 12, 24, 36, 48, 72].map(hour) {
                let known = only(&whole, |at| at <= asked);
                let verdict = resolved_ticket(&known, settings, asked);
                let later = resolved_ticket(&whole, settings, hour(96));
                match verdict.decision() {
                    Decision::Success(success) => {
                        assert_eq!(later, verdict, "later facts change a success: {whole:?}");
                        let before = resolved_ticket(&only(&known, |at| at < success.at), settings, asked);
                        assert_eq!(before, verdict, "facts at its own time change a success: {known:?}");
                        let again = resolved_ticket(&known, settings, asked + Duration::days(400));
                        assert_eq!(again, verdict, "time alone changes a success: {known:?}");
                    }
                    Decision::Failure => {
                        assert_eq!(later, verdict, "later facts change a failure: {whole:?}")
                    }
                    Decision::Pending(wake) => {
                        assert!(wake.is_none_or(|wake| wake > asked), "{known:?}")
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }
}
