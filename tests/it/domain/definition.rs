//! Definition versions: what they fix, what hashes them, and when they come into force.

use assay_domain::{
    canon::Digest,
    definition::{ActivationContext, ActivationError, RetirementError, Timing, VersionContent, VersionState},
    manifest::{EventType, Field},
    time::{Duration, Limit},
    value::{Value, ValueKind},
};

use super::rules::moment;

fn field(name: &str, path: &str, kind: ValueKind, required: bool) -> Field {
    Field { name: name.into(), path: path.into(), kind, required }
}

fn content() -> VersionContent {
    let fields =
        vec![field("state", "/incident_state", ValueKind::Text, true), field("reopens", "/reopen_count", ValueKind::Integer, false)];
    VersionContent {
        component: Digest::from_bytes(std::array::from_fn(|at| at as u8)),
        contract: "assay:rule@0.1.0".into(),
        parameters: vec![Value::Duration(Duration::hours(24)), Value::Boolean(true), Value::Missing],
        reads: vec![
            EventType { kind: "incident.updated".into(), fields },
            EventType { kind: "ticket.resolved".into(), fields: Vec::new() },
        ],
        timing: Timing::default(),
    }
}

/// The digests were computed by a second implementation, in another language.
#[test]
fn the_encoding_never_changes() {
    assert_eq!(content().hash().to_string(), "f7595d554607339d74404f2a4590348c885a08452ecd5cecbeceab039eb9c260");
    let timing = Timing { deadline: Limit::Unlimited, settles_after: Duration::hours(1), reversible_for: Limit::Unlimited };
    let unlimited = VersionContent { timing, ..content() };
    assert_eq!(unlimited.hash().to_string(), "9d95bb5d5080a7128487e0ffa4482270f27c279bc28e3fc93b6949abdfdf833e");
}

#[test]
fn all_of_a_version_is_hashed() {
    fn differs(change: impl FnOnce(&mut VersionContent)) {
        let mut changed = content();
        change(&mut changed);
        assert_ne!(changed.hash(), content().hash(), "{changed:?}");
    }
    let day = Limit::Limited(Duration::days(1));
    differs(|content| content.component = Digest::of(b"another"));
    differs(|content| content.contract = "assay:rule@0.2.0".into());
    differs(|content| content.parameters[0] = Value::Duration(Duration::hours(25)));
    differs(|content| content.parameters.swap(0, 1));
    differs(|content| content.parameters.push(Value::Missing));
    differs(|content| content.reads[0].kind = "incident.changed".into());
    differs(|content| content.reads.swap(0, 1));
    differs(|content| content.reads.truncate(1));
    differs(|content| content.reads[0].fields[0].name = "other".into());
    differs(|content| content.reads[0].fields[0].path = "/other".into());
    differs(|content| content.reads[0].fields[0].kind = ValueKind::Boolean);
    differs(|content| content.reads[0].fields[0].required = false);
    differs(|content| content.reads[0].fields.swap(0, 1));
    differs(|content| content.reads[0].fields.truncate(1));
    differs(|content| content.timing.deadline = day);
    differs(|content| content.timing.deadline = Limit::Unlimited);
    differs(|content| content.timing.settles_after = Duration::days(1));
    differs(|content| content.timing.reversible_for = day);
    differs(|content| content.timing.reversible_for = Limit::Unlimited);
}

#[test]
fn a_timing_has_its_defaults_and_no_negative_length() {
    let timing = Timing::default();
    let days = |n| Limit::Limited(Duration::days(n));
    assert_eq!((timing.deadline, timing.settles_after, timing.reversible_for), (days(90), Duration::ZERO, days(30)));
    fn check(change: impl FnOnce(&mut Timing), expect: Option<&str>) {
        let mut timing = Timing::default();
        change(&mut timing);
        assert_eq!(timing.check().err().map(|violation| violation.field).as_deref(), expect, "{timing:?}");
    }
    let instant = Duration::from_micros(-1).unwrap();
    check(|_| (), None);
    check(|timing| timing.deadline = Limit::Limited(Duration::ZERO), None);
    check(|timing| timing.reversible_for = Limit::Limited(Duration::ZERO), None);
    check(|timing| (timing.deadline, timing.reversible_for) = (Limit::Unlimited, Limit::Unlimited), None);
    check(|timing| timing.deadline = Limit::Limited(instant), Some("deadline"));
    check(|timing| timing.settles_after = instant, Some("settles-after"));
    check(|timing| timing.reversible_for = Limit::Limited(instant), Some("reversible-for"));
}

/// Asks on day 10 for a version in force from a day on: another was active before? something invoiced?
fn activate(state: VersionState, from: &str, has_earlier: bool, has_invoices: bool) -> Result<VersionState, ActivationError> {
    state.activate(moment(from), ActivationContext { has_earlier, has_invoices, now: moment("10") })
}

#[test]
fn a_version_comes_into_force_now_or_later() {
    for (has_earlier, has_invoices) in [(false, false), (false, true), (true, false), (true, true)] {
        for from in ["10", "10+", "11", "1000"] {
            let active = VersionState::Active { from: moment(from) };
            assert_eq!(activate(VersionState::Draft, from, has_earlier, has_invoices), Ok(active));
        }
    }
}

#[test]
fn only_a_first_version_may_be_dated_back_and_only_before_the_first_invoice() {
    for from in ["10-", "9", "-40000"] {
        let from_day = moment(from);
        let retroactive = Err(ActivationError::Retroactive { from: from_day, now: moment("10") });
        let check = |has_earlier, has_invoices, expect: Result<VersionState, ActivationError>| {
            assert_eq!(activate(VersionState::Draft, from, has_earlier, has_invoices), expect, "from {from}");
        };
        check(false, false, Ok(VersionState::Active { from: from_day }));
        check(false, true, Err(ActivationError::Invoiced(from_day)));
        check(true, false, retroactive.clone());
        check(true, true, retroactive);
    }
}

#[test]
fn an_active_version_stays_as_it_is() {
    for from in ["9", "10", "20", "30"] {
        let active = VersionState::Active { from: moment("20") };
        assert_eq!(activate(active, from, false, false), Err(ActivationError::AlreadyActive(moment("20"))));
    }
}

#[test]
fn a_version_is_retired_now_or_later_and_once() {
    let (now, draft, active) = (moment("10"), VersionState::Draft, VersionState::Active { from: moment("5") });
    for (state, active_from) in [(draft, None), (active, Some(moment("5")))] {
        for from in ["10", "11", "1000"] {
            let retired = VersionState::Retired { active_from, from: moment(from) };
            assert_eq!(state.retire(moment(from), now), Ok(retired));
            assert_eq!(retired.retire(moment("2000"), now), Err(RetirementError::AlreadyRetired(moment(from))));
            assert_eq!((retired.active_from(), retired.retired_from()), (active_from, Some(moment(from))));
        }
        assert_eq!(state.retire(moment("10-"), now), Err(RetirementError::Retroactive(moment("10-"))));
    }
}

#[test]
fn a_retired_version_comes_into_force_for_nobody() {
    let retired = VersionState::Retired { active_from: None, from: moment("20") };
    assert_eq!(activate(retired, "10", false, false), Err(ActivationError::Retired(moment("20"))));
    assert_eq!(retired.check_offered(), Err(ActivationError::Retired(moment("20"))));
    assert_eq!((VersionState::Draft.check_offered(), VersionState::Active { from: moment("5") }.check_offered()), (Ok(()), Ok(())));
}
