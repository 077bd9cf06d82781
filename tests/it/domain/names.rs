//! Whatever has a stable text: it is read as it is written, and nothing else is.

use std::{
    fmt::{Debug, Display},
    str::FromStr,
};

use assay_domain::{
    canon::Digest,
    event::Actor,
    fault::{Fault, FaultCode},
    id::{
        AgreementId, CustomerId, DefinitionId, EvaluationId, EventId, InteractionId, InvoiceId, OperationId, RateCardId, RuleId, RunId,
        TenantId, VersionId,
    },
    outcome::{Meter, OutcomeState},
    value::ValueKind,
    violation::Violation,
};
use proptest::prelude::*;

fn check<T: Display + FromStr + PartialEq + Debug>(value: T, text: &str) {
    assert_eq!(value.to_string(), text);
    assert_eq!(text.parse::<T>().ok(), Some(value));
}

#[test]
fn ids_say_what_they_are_of() {
    check(TenantId(0), "ten_0000000000000");
    check(CustomerId(1), "cus_0000000000001");
    check(EventId(31), "evt_000000000000z");
    check(InteractionId(32), "itn_0000000000010");
    check(RuleId(1023), "rul_00000000000zz");
    check(DefinitionId(1024), "def_0000000000100");
    check(VersionId(1 << 53), "ver_0080000000000");
    check(AgreementId(i64::MAX), "agr_7zzzzzzzzzzzz");
    check(RateCardId(18), "rcd_000000000000j");
    check(EvaluationId(20), "evl_000000000000m");
    check(RunId(22), "run_000000000000p");
    check(InvoiceId(27), "inv_000000000000v");
    check(OperationId(10), "opr_000000000000a");
}

#[test]
fn an_id_of_another_kind_or_spelling_is_refused() {
    let refused = [
        "",
        "evt",
        "evt_",
        "0000000000001",
        "_0000000000001",
        "cus_0000000000001",
        "EVT_0000000000001",
        "evt0000000000001",
        "evt-0000000000001",
        "evt_000000000001",
        "evt_00000000000001",
        "evt_000000000000Z",
        "evt_000000000000i",
        "evt_000000000000l",
        "evt_000000000000o",
        "evt_000000000000u",
        "evt_00000000000é",
        "evt_8000000000000",
        "evt_zzzzzzzzzzzzz",
        "evt_-000000000001",
        " evt_0000000000001",
    ];
    for text in refused {
        assert!(text.parse::<EventId>().is_err(), "{text:?} is no event's id");
    }
    assert_eq!(serde_json::to_string(&EventId(1)).unwrap(), r#""evt_0000000000001""#);
    assert_eq!(serde_json::from_str::<EventId>(r#""evt_0000000000001""#).unwrap(), EventId(1));
    assert!(serde_json::from_str::<EventId>(r#""cus_0000000000001""#).is_err());
}

#[test]
fn a_digest_is_64_hexadecimal_digits() {
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    check(Digest::of(b"abc"), abc);
    assert_eq!(Digest::from_bytes(*Digest::of(b"abc").as_bytes()), Digest::of(b"abc"));
    let spelt = |start: &str| format!("{start}{}", &abc[start.len()..]);
    for text in [String::new(), abc[1..].to_owned(), format!("{abc}0"), spelt("g"), spelt("é"), spelt(" "), spelt("0x")] {
        assert!(text.parse::<Digest>().is_err(), "{text:?} is no digest");
    }
}

#[test]
fn a_digest_has_no_signs() {
    let zeros = "0".repeat(62);
    assert!(format!("+a{zeros}").parse::<Digest>().is_err());
}

#[test]
fn faults_have_stable_codes() {
    fn check(fault: FaultCode, code: &str) {
        assert_eq!((fault.code(), FaultCode::from_code(code)), (code, Some(fault)));
        assert_eq!(fault.is_deterministic(), code.starts_with("guest."), "{code}");
        assert_eq!(Fault::new(fault, "why").to_string(), format!("{code}: why"));
    }
    check(FaultCode::TrapUnreachable, "guest.trap-unreachable");
    check(FaultCode::TrapMemory, "guest.trap-memory");
    check(FaultCode::TrapDivision, "guest.trap-div");
    check(FaultCode::TrapCall, "guest.trap-call");
    check(FaultCode::AbiViolation, "guest.abi-violation");
    check(FaultCode::FuelExhausted, "guest.fuel-exhausted");
    check(FaultCode::MemoryLimit, "guest.memory-limit");
    check(FaultCode::StackOverflow, "guest.stack-overflow");
    check(FaultCode::OutputLimit, "guest.output-limit");
    check(FaultCode::OutputInvalid, "guest.output-invalid");
    check(FaultCode::Suspended, "guest.suspended");
    check(FaultCode::ValueMissing, "guest.value-missing");
    check(FaultCode::WallTime, "infra.wall-time");
    check(FaultCode::PoolExhausted, "infra.pool-exhausted");
    check(FaultCode::HostMemory, "infra.host-memory");
    check(FaultCode::CacheIntegrity, "infra.cache-integrity");
    check(FaultCode::EngineMismatch, "infra.engine-mismatch");
    for code in ["", "guest", "guest.", "wall-time", "infra.fuel-exhausted", "Guest.memory-limit", "upload.malformed"] {
        assert_eq!(FaultCode::from_code(code), None, "{code:?} is no fault");
    }
}

#[test]
fn small_sets_of_names_are_closed() {
    let actors = [Actor::Unknown, Actor::Ai, Actor::Human, Actor::Customer, Actor::System];
    for (actor, name) in actors.into_iter().zip(["unknown", "ai", "human", "customer", "system"]) {
        check(actor, name);
    }
    assert_eq!(Actor::default(), Actor::Unknown);
    use ValueKind::{Boolean, Decimal, Duration, Integer, Text, Timestamp};
    let kinds = ["boolean", "integer", "decimal", "text", "timestamp", "duration"];
    for (kind, name) in [Boolean, Integer, Decimal, Text, Timestamp, Duration].into_iter().zip(kinds) {
        check(kind, name);
    }
    use OutcomeState::{Failed, Final, Indeterminate, NotEligible, Open, Provisional};
    let states = ["open", "provisional", "final", "failed", "indeterminate", "not-eligible"];
    for (state, name) in [Open, Provisional, Final, Failed, Indeterminate, NotEligible].into_iter().zip(states) {
        check(state, name);
    }
    for text in ["", "AI", "Open", "reversed", "string", "bool"] {
        assert!(text.parse::<Actor>().is_err() && text.parse::<ValueKind>().is_err() && text.parse::<OutcomeState>().is_err());
    }
    for meter in [Meter::Attempt, Meter::Outcome] {
        assert_eq!(Meter::from_name(meter.name()), Some(meter));
    }
    assert_eq!((Meter::Attempt.name(), Meter::Outcome.name(), Meter::from_name("usage")), ("attempt", "outcome", None));
}

#[test]
fn a_violation_says_where_what_and_what_to_do() {
    let violation = Violation::new("time", "it lies ahead", "check the clock");
    assert_eq!(violation.to_string(), "time: it lies ahead; check the clock");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ids_sort_as_text_like_their_numbers(one in 0..=i64::MAX, shift in 0..63u32, other in 0..=i64::MAX) {
        let (one, other) = (EventId(one >> shift), EventId(other));
        prop_assert_eq!(one.to_string().cmp(&other.to_string()), one.0.cmp(&other.0));
        prop_assert_eq!(one.to_string().parse::<EventId>(), Ok(one));
    }
}
