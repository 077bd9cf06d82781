//! What a rule is given: the events it asked for, in their order.

use crate::{bindings::wire, error::RuleError, rule::Event, time::Timestamp};

/// Who acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The sender did not say.
    Unknown,
    /// The AI whose outcomes are billed.
    Ai,
    /// A person of the vendor or of the customer's staff.
    Human,
    /// The person served.
    Customer,
    /// A machine other than the AI.
    System,
}

/// The events of one interaction that the rule reads, up to the time of asking.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline<E> {
    /// When the interaction opened: the time of its earliest event of any kind, also of one that the rule does not read.
    pub opened_at: Timestamp,
    /// By time; events of one time in the sender's sequence.
    pub events: Vec<Fact<E>>,
}

/// One event on its timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact<E> {
    /// When it happened.
    pub at: Timestamp,
    /// Who acted.
    pub actor: Actor,
    /// What happened.
    pub event: E,
    index: u32,
}

/// Names an event of the timeline, to cite it as evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventRef(u32);

impl<E> Timeline<E> {
    /// A timeline for a unit test, which opens at the first of these events (at the epoch when there is none).
    pub fn new(events: impl IntoIterator<Item = (Timestamp, Actor, E)>) -> Self {
        let events: Vec<_> = (0..).zip(events).map(|(index, (at, actor, event))| Fact { at, actor, event, index }).collect();
        let opened_at = events.first().map_or(Timestamp::from_micros(0), |fact| fact.at);
        Self { opened_at, events }
    }
}

impl<E> Fact<E> {
    /// The handle that cites this event.
    pub fn reference(&self) -> EventRef {
        EventRef(self.index)
    }
}

impl<E> From<&Fact<E>> for EventRef {
    fn from(fact: &Fact<E>) -> Self {
        fact.reference()
    }
}

impl EventRef {
    pub(crate) fn index(self) -> u32 {
        self.0
    }
}

impl<E: Event> Timeline<E> {
    pub(crate) fn decode(timeline: wire::Timeline) -> Result<Self, RuleError> {
        let mut events = Vec::with_capacity(timeline.events.len());
        for (index, event) in (0..).zip(timeline.events) {
            let at = Timestamp::from_micros(event.at);
            let actor = Actor::decode(event.actor);
            let event = E::decode(event.kind, event.values)
                .ok_or_else(|| RuleError::new("the host passed an event of another shape than the rule asked for"))?;
            events.push(Fact { at, actor, event, index });
        }
        Ok(Self { opened_at: Timestamp::from_micros(timeline.opened_at), events })
    }
}

impl Actor {
    fn decode(actor: wire::Actor) -> Self {
        match actor {
            wire::Actor::Unknown => Self::Unknown,
            wire::Actor::Ai => Self::Ai,
            wire::Actor::Human => Self::Human,
            wire::Actor::Customer => Self::Customer,
            wire::Actor::System => Self::System,
        }
    }
}
