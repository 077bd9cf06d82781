//! How many events it takes to reach a limit, and which.

use assay_domain::{fault::Fault, projection::InputEvent, value::Value};

use super::Load;
use crate::fixtures::Stage;

/// More events are not tried.
const EVENTS_MAX: usize = 1 << 18;
/// Nor are more bytes: half as much again as a rule may hold.
const BYTES_MAX: usize = 96 << 20;

/// Where a growing timeline meets a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reached {
    /// With how many events, to one in a hundred; the most that were tried when none is met.
    pub(crate) events: usize,
    /// What the rule then ends in.
    pub(crate) fault: Option<Fault>,
}

/// Doubles the events until the rule ends in a fault, then looks for the fewest that do it.
pub(crate) fn reached(stage: &Stage<'_>, make: impl Fn(usize) -> Load) -> Reached {
    let (mut answered, mut events) = (0, 1);
    let mut faulted = loop {
        let load = make(events);
        if let Some(fault) = fault(stage, &load) {
            break Reached { events, fault: Some(fault) };
        }
        answered = events;
        let bytes: usize = load.events.iter().map(bytes).sum();
        if events >= EVENTS_MAX || bytes > BYTES_MAX / 2 {
            return Reached { events, fault: None };
        }
        events *= 2;
    };
    while faulted.events - answered > (faulted.events / 100).max(1) {
        let middle = answered + (faulted.events - answered) / 2;
        match fault(stage, &make(middle)) {
            Some(fault) => faulted = Reached { events: middle, fault: Some(fault) },
            None => answered = middle,
        }
    }
    faulted
}

fn fault(stage: &Stage<'_>, load: &Load) -> Option<Fault> {
    stage.rule.evaluate(&stage.question(load.opened_at, &load.events, load.as_of)).err()
}

/// About as much as an event takes of a rule's memory.
fn bytes(event: &InputEvent) -> usize {
    let text = |value: &Value| if let Value::Text(text) = value { text.len() } else { 0 };
    32 + event.values.iter().map(|value| 24 + text(value)).sum::<usize>()
}
