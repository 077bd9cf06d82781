//! A support desk that never was: a seeded simulation of all that its systems log, for the demo and for tests.
//!
//! Owns: who begins which interaction when, what happens in each, and in which order the world hears of it. Of 100
//! interactions, 70 are incident tickets, 14 conversations, 9 leads and 7 documents:
//!
//! - `INC0000001`, told by `desk`: `incident.updated`;
//! - `CNV0000002`, by `chat`: `ticket.opened`, `message.sent`, `conversation.handoff`, `agent.joined`, `ticket.resolved`,
//!   `ticket.reopened`, `csat.submitted`;
//! - `LEA0000003`, by `crm`: `lead.fact`, `lead.disqualified`, `meeting.booked`, `meeting.cancelled`;
//! - `DOC0000004`, by `documents`: `document.received`, `document.processed`, `document.failed`, `document.retracted`;
//! - all of them, by `meter`: `cost.incurred`, once for each stretch of the AI agent's work.
//!
//! The log has what real ones have: minute clocks, so that many events share a time; events that come days late, twice, or
//! after their successor; the same id with other content; what was resolved, booked or processed and comes undone, early or
//! late; what nobody ever ends; conversations that are a greeting and nothing else, or only try the desk out; scores that
//! come early, late, twice or, mostly, not at all; some of everything without a customer.
//!
//! Deliberately lacks floating point, clocks and ambient randomness: the same [`Desk`] tells the same events on every
//! machine. Memory is bounded by the interactions in flight, not by all that are told.
//!
//! To add a kind of trouble: what happens belongs in `story` (tickets), `conversation`, `lead`, `document` or `cost`, how
//! the events of all of them reach us in `delivery`. They draw from the interaction's own stream of chance, so one more draw
//! changes that interaction and no other. To add a kind of interaction: a file with its `tell`, a variant of `told::What`,
//! and a row of `profile::Kind`.

mod body;
mod case;
mod conversation;
mod cost;
mod customers;
mod delivery;
mod dice;
mod document;
mod events;
mod lead;
mod openings;
mod phrases;
mod profile;
mod story;
mod told;
mod turn;
mod words;

use assay_domain::{event::NewEvent, time::Timestamp};
use jiff::{Span, tz::TimeZone};

use customers::Customers;
pub use events::Events;

/// What to simulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Desk {
    /// Other seeds tell other events.
    pub seed: u64,
    /// How many interactions begin, of every kind together.
    pub interactions: u64,
    /// When the desk opens, cut to the minute.
    pub from: Timestamp,
    /// For how many calendar months interactions begin: 1 to 1,200.
    pub months: u32,
    /// How many customers share the desk: 1 to 10,000, the first with by far the most interactions.
    pub customers: u32,
}

/// 2026-01-01T00:00:00Z.
const OPENING: Timestamp = match Timestamp::from_micros(1_767_225_600_000_000) {
    Some(at) => at,
    None => Timestamp::EPOCH,
};
/// Microseconds in a minute.
const MINUTE: i64 = 60_000_000;

impl Desk {
    /// The desk of the demo: six months from 2026-01-01, eight customers.
    pub const fn new(seed: u64, interactions: u64) -> Self {
        Self { seed, interactions, from: OPENING, months: 6, customers: 8 }
    }

    /// When the log ends: no event occurred later.
    pub fn until(&self) -> Timestamp {
        let from = self.from.to_jiff().to_zoned(TimeZone::UTC);
        let months = Span::new().try_months(self.months.clamp(1, 1_200));
        let until = months.and_then(|months| from.checked_add(months)).ok();
        until.and_then(|until| Timestamp::from_jiff(until.timestamp())).unwrap_or(self.from)
    }

    /// The customers as events name them: companies, each once, the largest first.
    pub fn customers(&self) -> Vec<String> {
        Customers::new(self.customers).into_names()
    }

    /// The events, in the order in which they reach the one who records them.
    pub fn events(&self) -> Events {
        Events::new(*self)
    }
}

impl IntoIterator for Desk {
    type Item = NewEvent;
    type IntoIter = Events;

    fn into_iter(self) -> Events {
        self.events()
    }
}

/// The time at a minute since the epoch.
fn at_minute(minute: i64) -> Timestamp {
    Timestamp::from_micros(minute.saturating_mul(MINUTE)).unwrap_or(Timestamp::EPOCH)
}
