//! A ticket, a time of asking, and what is answered.

use std::fmt;

use assay_domain::{
    event::Actor,
    id::EventId,
    projection::InputEvent,
    time::{Duration, Timestamp},
    value::Value,
};
use serde::{Deserialize, Serialize};

/// How long a resolution must last, in microseconds: 24 hours.
pub const WINDOW: i64 = 24 * HOUR;
/// Microseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// Microseconds.
pub const MINUTE: i64 = 60_000_000;

/// One update of a ticket, as a service desk logs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// When, in microseconds since the epoch.
    pub at: i64,
    /// "Resolved" and "Closed" are resolved; any other is not.
    pub state: &'static str,
    /// How often it was reopened so far.
    pub reopens: Option<i64>,
    /// How often it changed hands so far.
    pub reassignments: Option<i64>,
}

/// What every peer is asked.
#[derive(Debug, Clone)]
pub struct Case {
    /// In order; at least one.
    pub updates: Vec<Update>,
    /// The time of asking, in microseconds since the epoch; not before the last update.
    pub as_of: i64,
    /// The updates as Assay's host holds them.
    pub inputs: Vec<InputEvent>,
    /// The parameters as Assay's host holds them: the window, a second try, no limit to reassignments.
    pub parameters: [Value; 3],
}

/// What is compared: the decision and its time, in microseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It succeeded, then.
    Success(i64),
    /// Ask again then, or when there is a new fact.
    Pending(Option<i64>),
    /// It failed.
    Failure,
}

impl Case {
    /// A ticket with these updates.
    pub fn new(updates: Vec<Update>, as_of: i64) -> Self {
        let inputs = (0..).zip(&updates).map(|(n, update)| update.input(n)).collect();
        let parameters = [Value::Duration(Duration::hours(24)), Value::Boolean(true), Value::Missing];
        Self { updates, as_of, inputs, parameters }
    }
}

impl Update {
    fn input(&self, n: i64) -> InputEvent {
        let count = |count: Option<i64>| count.map_or(Value::Missing, Value::Integer);
        let values = vec![Value::Text(self.state.into()), count(self.reopens), count(self.reassignments)];
        InputEvent { event: EventId(n), kind: 0, at: timestamp(self.at), actor: Actor::Human, values }
    }
}

/// From microseconds since the epoch.
pub fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).expect("the timelines lie within the range")
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Update { at, state, reopens, reassignments } in &self.updates {
            writeln!(f, "  {} {state}, reopened {reopens:?}, reassigned {reassignments:?}", timestamp(*at))?;
        }
        write!(f, "  asked at {}", timestamp(self.as_of))
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success(at) => write!(f, "success at {}", timestamp(*at)),
            Self::Pending(Some(at)) => write!(f, "pending until {}", timestamp(*at)),
            Self::Pending(None) => f.write_str("pending"),
            Self::Failure => f.write_str("failure"),
        }
    }
}

/// What the peers are asked that take serialised data.
#[derive(Debug, Serialize)]
pub struct Question<'a> {
    /// In order.
    pub events: Vec<Event<'a>>,
    /// Microseconds.
    pub window: i64,
    /// Microseconds since the epoch.
    pub as_of: i64,
}

/// One of its events.
#[derive(Debug, Serialize)]
pub struct Event<'a> {
    /// Its place, for languages that cannot ask for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<i64>,
    /// Microseconds since the epoch.
    pub at: i64,
    /// The state after it.
    pub state: &'a str,
    /// How often it was reopened so far.
    pub reopens: Option<i64>,
    /// How often it changed hands so far.
    pub reassignments: Option<i64>,
}

impl<'a> Question<'a> {
    /// The question of a case.
    pub fn of(case: &'a Case) -> Self {
        let event = |update: &'a Update| {
            let Update { at, state, reopens, reassignments } = *update;
            Event { n: None, at, state, reopens, reassignments }
        };
        Self { events: case.updates.iter().map(event).collect(), window: WINDOW, as_of: case.as_of }
    }

    /// The question of a case, each event with its place.
    pub fn numbered(case: &'a Case) -> Self {
        let mut question = Self::of(case);
        for (n, event) in (0..).zip(&mut question.events) {
            event.n = Some(n);
        }
        question
    }
}

/// What the peers answer that give serialised data.
#[derive(Debug, Deserialize)]
pub struct Decided {
    /// "success" or "pending".
    pub decision: String,
    /// Microseconds since the epoch.
    pub at: Option<i64>,
}

impl From<Decided> for Answer {
    fn from(decided: Decided) -> Self {
        match (decided.decision.as_str(), decided.at) {
            ("success", Some(at)) => Self::Success(at),
            ("pending", at) => Self::Pending(at),
            _ => Self::Failure,
        }
    }
}
