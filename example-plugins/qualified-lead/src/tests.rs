use assay_sdk::{Actor, Decision, Duration, Timeline, Timestamp, Verdict, testing};

use super::{Lead, QualifiedLead, Settings, Why, qualified_lead, sensible};

#[test]
fn fixtures() {
    testing::run_fixtures::<QualifiedLead>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

fn settings(required: &str, meeting: &str, cancel_window: Duration) -> Settings {
    Settings { required: required.into(), meeting: meeting.into(), cancel_window }
}

/// Between the events of the short timelines: half a window.
const WAIT: Duration = Duration::hours(12);

fn hour(n: i64) -> Timestamp {
    Timestamp::from_micros(0) + Duration::hours(n)
}

fn timeline(events: &[(i64, Lead)]) -> Timeline<Lead> {
    Timeline::new(events.iter().map(|(at, event)| (hour(*at), Actor::Unknown, event.clone())))
}

fn learned(name: &str, value: &str) -> Lead {
    Lead::Learned { name: name.into(), value: Some(value.into()) }
}

fn judge(timeline: &Timeline<Lead>, settings: &Settings, as_of: Timestamp) -> Verdict<Why> {
    qualified_lead(timeline, settings, as_of).unwrap()
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let day = Duration::days(1);
    let check = |settings: Settings, expect: Option<&str>| {
        let refused = sensible(&settings).err();
        assert_eq!(refused.as_deref().and_then(|problem| problem.split(' ').next()), expect, "{settings:?}");
    };
    for required in ["email", "email,company", " email , company name ", "Email,email"] {
        check(settings(required, "ignored", day), None);
        check(settings(required, "required", Duration::ZERO), None);
    }
    for required in ["", " ", ",", "email,", ",email", "email,,company", "email, email", "a,b,a"] {
        check(settings(required, "ignored", day), Some("required"));
    }
    let names = |n: usize| (0..n).map(|place| place.to_string()).collect::<Vec<_>>().join(",");
    check(settings(&names(64), "ignored", day), None);
    check(settings(&names(65), "ignored", day), Some("required"));
    for unknown in ["", "Required", "optional"] {
        check(settings("email", unknown, day), Some("meeting"));
    }
    check(settings("email", "required", Duration::seconds(-1)), Some("cancel-window"));
}

#[test]
fn a_value_that_is_missing_or_blank_tells_nothing() {
    let settings = settings("email", "ignored", Duration::ZERO);
    let check = |value: Option<&str>, expect: Why| {
        let events = timeline(&[(1, Lead::Learned { name: "email".into(), value: value.map(Into::into) })]);
        assert_eq!(*judge(&events, &settings, hour(1)).reason(), expect, "{value:?}");
    };
    check(None, Why::FactsMissing);
    check(Some(""), Why::FactsMissing);
    check(Some(" \t"), Why::FactsMissing);
    check(Some("0"), Why::Qualified);
    check(Some("ada@example.com"), Why::Qualified);
}

#[test]
fn the_window_starts_at_the_last_event_that_is_needed() {
    let settings = settings("email", "required", Duration::hours(24));
    let check = |learned_at: i64, booked_at: i64, expect: i64| {
        let mut events = [(learned_at, learned("email", "ada@example.com")), (booked_at, Lead::Booked)];
        events.sort_by_key(|(at, _)| *at);
        let events = timeline(&events);
        let success = Verdict::success(Why::Booked, hour(expect)).class("booked").evidence_from(&events.events);
        assert_eq!(judge(&events, &settings, hour(200)), success);
    };
    check(1, 3, 27);
    check(3, 3, 27);
    check(100, 3, 124);
}

/// Every timeline of up to four events out of these, half a window apart or at one time.
fn every_timeline() -> Vec<Timeline<Lead>> {
    let alphabet = [learned("email", "ada@example.com"), learned("company", "Acme"), Lead::Disqualified, Lead::Booked, Lead::Cancelled];
    testing::every_timeline(&alphabet, WAIT)
}

#[test]
fn a_decided_verdict_stays() {
    let all = [
        settings("email,company", "ignored", Duration::hours(24)),
        settings("email", "required", Duration::hours(24)),
        settings("email", "required", Duration::ZERO),
    ];
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
                    Decision::Success(_) | Decision::Failure => {
                        assert_eq!(again(asked + Duration::days(400)), verdict, "time alone changes a decision: {known:?}");
                        assert_eq!(judge(&whole, settings, hour(96)), verdict, "later facts change a decision: {whole:?}");
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

#[test]
fn what_does_not_matter_changes_nothing() {
    let told = |event: &Lead, required: &str| matches!(event, Lead::Learned { name, .. } if name == required);
    let check = |settings: Settings, matters: &dyn Fn(&Lead) -> bool| {
        for whole in every_timeline() {
            let mut bare = whole.clone();
            bare.events.retain(|fact| matters(&fact.event));
            for asked in [48, 60, 72, 96].map(hour) {
                assert_eq!(judge(&bare, &settings, asked), judge(&whole, &settings, asked), "{whole:?}");
            }
        }
    };
    let day = Duration::hours(24);
    check(settings("email", "required", day), &|event: &Lead| !told(event, "company"));
    check(settings("email", "ignored", day), &|event: &Lead| told(event, "email") || *event == Lead::Disqualified);
}
