//! Asking hostile rules, and a lawful one right after each.

use std::sync::OnceLock;

use assay_domain::{
    event::Actor,
    fault::FaultCode,
    id::EventId,
    projection::InputEvent,
    time::{Duration, Timestamp},
    value::Value,
    verdict::{Answer, Decision, Verdict},
};
use assay_runtime::{Engine, Limits, Question, Refusal, RefusalCode, Rule};
use assay_tests::hostile::Hostile;

/// When the interaction of every question opened.
pub const OPENED: i64 = 1_456_800_000_000_000;
/// The time of asking.
pub const AS_OF: i64 = OPENED + 3_600_000_000;

/// The default limits, but for less fuel and more time: a rule that never ends meets the limit on fuel however slow the machine is.
pub fn patient() -> Limits {
    Limits {
        evaluation_fuel_max: 10_000_000,
        instantiation_fuel_max: 10_000_000,
        wall_time_max: Duration::seconds(60),
        instances_max: 16,
        ..Limits::default()
    }
}

/// The engine of these tests.
pub fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(patient()).expect("an engine"))
}

/// What a rule is asked: two events, and one parameter with the number `n`.
pub struct Case {
    events: Vec<InputEvent>,
    parameters: Vec<Value>,
}

impl Case {
    pub fn new(n: i64) -> Self {
        let event = |n: i64| InputEvent { event: EventId(n), kind: 0, at: time(OPENED + n), actor: Actor::Ai, values: Vec::new() };
        Self { events: vec![event(0), event(1)], parameters: vec![Value::Integer(n)] }
    }

    pub fn question(&self) -> Question<'_> {
        Question { opened_at: time(OPENED), events: &self.events, parameters: &self.parameters, as_of: time(AS_OF) }
    }
}

pub fn time(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).expect("a time in range")
}

/// The answer of a rule that nothing was done to.
pub fn pending() -> Answer {
    Answer::Verdict(Verdict { decision: Decision::Pending(None), reason: 0, evidence: Vec::new(), note: None })
}

/// The rule, admitted.
#[track_caller]
pub fn admit(rule: Hostile) -> Rule {
    match engine().admit(&rule.build()) {
        Ok(rule) => rule,
        Err(refusal) => panic!("refused: {refusal}"),
    }
}

/// The answer of a hostile rule that must not fault.
#[track_caller]
pub fn answers(name: &str, rule: Hostile, n: i64) -> Answer {
    match admit(rule).evaluate(&Case::new(n).question()) {
        Ok(evaluated) => evaluated.answer,
        Err(fault) => panic!("{name}: {fault}"),
    }
}

/// Admits a rule, asks it, and expects a fault.
#[track_caller]
pub fn faults(name: &str, rule: Hostile, n: i64, expect: FaultCode) {
    let found = admit(rule).evaluate(&Case::new(n).question());
    assert_eq!(found.as_ref().map_err(|fault| fault.code).err(), Some(expect), "{name}: {found:?}");
    unharmed(name);
}

/// Offers bytes, and expects a refusal that says a text.
#[track_caller]
pub fn refused(name: &str, bytes: &[u8], expect: RefusalCode, says: &str) -> Refusal {
    let refusal = engine().admit(bytes).map(|_| ()).expect_err(name);
    assert_eq!(refusal.code, expect, "{name}: {refusal}");
    assert!(refusal.problem.contains(says), "{name}: {:?} does not say {says:?}", refusal.problem);
    assert!(!refusal.remedy.is_empty(), "{name}");
    unharmed(name);
    refusal
}

/// A lawful rule of the same engine still gets its answer.
#[track_caller]
pub fn unharmed(after: &str) {
    static LAWFUL: OnceLock<Rule> = OnceLock::new();
    let rule = LAWFUL.get_or_init(|| admit(Hostile::new()));
    let evaluated = rule.evaluate(&Case::new(0).question());
    assert_eq!(evaluated.map(|evaluated| evaluated.answer), Ok(pending()), "after {after}");
}

/// A component in text form.
#[track_caller]
pub fn component(fields: &str) -> Vec<u8> {
    wat::parse_str(format!("(component {fields})")).unwrap_or_else(|error| panic!("{error}"))
}

/// The export of the contract in text form, with nothing in it.
pub const HOLLOW: &str = r#"(instance $rule) (export "assay:rule/rule@0.1.0" (instance $rule))"#;
