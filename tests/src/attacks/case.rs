//! What attacks and their neighbour are asked.

use assay_domain::{
    decimal::Quantity,
    event::Actor,
    id::EventId,
    projection::InputEvent,
    time::{Duration, Timestamp},
    value::Value,
    verdict::{Answer, Decision, Success, Verdict},
};
use assay_runtime::Question;

const HOUR: i64 = 3_600_000_000;

/// When the interaction of every question opened, in microseconds.
pub(super) const OPENED: i64 = 1_456_800_000_000_000;
/// The time of asking attacks, in microseconds.
pub(super) const AS_OF: i64 = OPENED + HOUR;

/// A question, and what it borrows.
pub(super) struct Case {
    events: Vec<InputEvent>,
    parameters: Vec<Value>,
    as_of: i64,
}

impl Case {
    /// What every attack is asked: two events, and one parameter with the number 0.
    pub(super) fn of_attacks() -> Self {
        Self { events: vec![event(0, Vec::new()), event(1, Vec::new())], parameters: vec![Value::Integer(0)], as_of: AS_OF }
    }

    /// What `resolved-ticket` is asked: a ticket that was resolved after an hour and stayed so.
    pub(super) fn of_neighbour() -> Self {
        let update = |hours: i64, state: &str| event(hours * HOUR, vec![Value::Text(state.into()), Value::Integer(0), Value::Integer(0)]);
        let parameters = vec![Value::Duration(Duration::hours(24)), Value::Boolean(true), Value::Missing];
        Self { events: vec![update(0, "Active"), update(1, "Resolved")], parameters, as_of: OPENED + 100 * HOUR }
    }

    pub(super) fn question(&self) -> Question<'_> {
        Question { opened_at: time(OPENED), events: &self.events, parameters: &self.parameters, as_of: time(self.as_of) }
    }
}

/// What `resolved-ticket` answers to it, always.
pub(super) fn answer_of_neighbour() -> Answer {
    let at = time(OPENED + 25 * HOUR);
    let success = Success { quantity: Quantity::ONE, at, class: None, credit: Vec::new(), value: None };
    Answer::Verdict(Verdict { decision: Decision::Success(success), reason: 0, evidence: vec![1], note: None })
}

fn event(micros: i64, values: Vec<Value>) -> InputEvent {
    InputEvent { event: EventId(micros), kind: 0, at: time(OPENED + micros), actor: Actor::Ai, values }
}

fn time(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).expect("a time in range")
}
