//! Offering components that may be anything, and asking the rules they are admitted as.

use assay_domain::{
    event::Actor,
    fault::{Fault, FaultCode},
    id::EventId,
    projection::InputEvent,
    time::Timestamp,
    value::Value,
    verdict::Answer,
};
use assay_runtime::{Evaluated, Question, Refusal, RefusalCode, Rule};

use super::Engines;

/// When the interaction of every question opened, in microseconds.
pub(super) const OPENED: i64 = 1_456_800_000_000_000;
/// The time of asking: four days later, when a ticket that was resolved has stayed so.
const AS_OF: i64 = OPENED + 4 * 86_400_000_000;

/// Asks about two updates of a ticket, of which each rule may make what it likes. A parameter without a default is a number.
pub(super) fn ask(rule: &Rule, n: i64) -> Result<Evaluated, Fault> {
    let set = |default: &Option<Value>| default.clone().unwrap_or(Value::Integer(n));
    let parameters: Vec<Value> = rule.manifest().parameters.iter().map(|parameter| set(&parameter.default)).collect();
    let events = [update(0, "Active"), update(1, "Resolved")];
    rule.evaluate(&Question { opened_at: time(OPENED), events: &events, parameters: &parameters, as_of: time(AS_OF) })
}

fn update(n: i64, state: &str) -> InputEvent {
    let values = vec![Value::Text(state.into()), Value::Integer(0), Value::Integer(0)];
    InputEvent { event: EventId(n), kind: 0, at: time(OPENED + n), actor: Actor::Human, values }
}

/// A time that is known to be in range.
pub(super) fn time(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).expect("a time in range")
}

/// Asks twice, each time in a fresh instance: the same must come of it, within the limits, and never for a reason of the host's own.
pub(super) fn ask_twice(rule: &Rule, engines: &Engines) -> Result<Result<Evaluated, Fault>, String> {
    let (first, second) = (ask(rule, 1), ask(rule, 1));
    if first != second {
        return Err(format!("{first:?} at first, then {second:?}"));
    }
    let complaint = match &first {
        Ok(evaluated) if evaluated.fuel > engines.engine.limits().evaluation_fuel_max => Some(format!("{} of fuel", evaluated.fuel)),
        Err(fault) if !fault.code.is_deterministic() => Some(fault.to_string()),
        _ => None,
    };
    complaint.map_or(Ok(first), Err)
}

/// What became of a question, for the tally.
pub(super) fn what(found: &Result<Evaluated, Fault>) -> &'static str {
    match found {
        Ok(Evaluated { answer: Answer::RuleError(_), .. }) => "rule error",
        Ok(_) => "answer",
        Err(fault) => fault.code.code(),
    }
}

/// What became of an upload that was refused, for the tally. A refusal says what to change, and is about the component.
pub(super) fn refused(refusal: &Refusal) -> Result<&'static str, String> {
    let of_the_host = [RefusalCode::HostFailed, RefusalCode::CompileTimeout, RefusalCode::CompileMemory];
    if refusal.remedy.is_empty() || refusal.problem.contains("infra.") || of_the_host.contains(&refusal.code) {
        return Err(format!("a refusal that should not be: {refusal}"));
    }
    Ok(refusal.code.code())
}

/// Two engines must say the same; how deep a recursion may go is each engine's own.
pub(super) fn agree(here: &Result<Evaluated, Fault>, there: &Result<Evaluated, Fault>) -> Result<(), String> {
    let deep = |found: &Result<Evaluated, Fault>| found.as_ref().is_err_and(|fault| fault.code == FaultCode::StackOverflow);
    let same = match (here, there) {
        (Ok(here), Ok(there)) => here == there,
        (Err(here), Err(there)) => here.code == there.code,
        _ => false,
    };
    if same || deep(here) || deep(there) { Ok(()) } else { Err(format!("{here:?} here, {there:?} on the other engine")) }
}
