//! The facts of one interaction, in the order of the facts and never of their arrival.

use std::collections::HashSet;

use crate::{
    event::Actor,
    id::{CustomerId, EventId},
    time::Timestamp,
};

/// A recorded event on its timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its id with us.
    pub event: EventId,
    /// Which system told it.
    pub source: String,
    /// The sender's id.
    pub source_id: String,
    /// What kind of thing happened.
    pub kind: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Orders facts that share a time.
    pub sequence: i64,
    /// The customer it names.
    pub customer: Option<CustomerId>,
    /// Who acted.
    pub actor: Actor,
    /// The JSON it carries.
    pub data: String,
    /// The event that stands in its place, if one does.
    pub superseded_by: Option<EventId>,
}

impl Fact {
    /// The place of a fact on its timeline; ties between equal times are broken bytewise.
    pub fn place(&self) -> (Timestamp, i64, &str, &str) {
        (self.occurred_at, self.sequence, &self.source, &self.source_id)
    }
}

/// The facts of one interaction that count, in timeline order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timeline {
    facts: Vec<Fact>,
    assigned: Option<CustomerId>,
}

impl Timeline {
    /// Puts facts in order. `assigned` is the customer of the latest manual assignment, which wins over what events name.
    ///
    /// A fact is left out when the one that stands in its place is given too: of the facts up to an earlier moment, what was superseded
    /// later still counts.
    pub fn new(mut facts: Vec<Fact>, assigned: Option<CustomerId>) -> Self {
        if facts.iter().any(|fact| fact.superseded_by.is_some()) {
            let given: HashSet<EventId> = facts.iter().map(|fact| fact.event).collect();
            facts.retain(|fact| fact.superseded_by.is_none_or(|successor| !given.contains(&successor)));
        }
        facts.sort_by(|a, b| a.place().cmp(&b.place()));
        Self { facts, assigned }
    }

    /// Every fact that counts, those of the near future included.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The facts that have happened by `as_of`; later ones are withheld.
    pub fn known(&self, as_of: Timestamp) -> &[Fact] {
        let n = self.facts.partition_point(|fact| fact.occurred_at <= as_of);
        self.facts.get(..n).unwrap_or_default()
    }

    /// When the interaction opened: its earliest fact.
    pub fn opened_at(&self, as_of: Timestamp) -> Option<Timestamp> {
        self.known(as_of).first().map(|fact| fact.occurred_at)
    }

    /// Whose interaction it is: by assignment, or by the earliest fact that names a customer.
    pub fn customer(&self, as_of: Timestamp) -> Option<CustomerId> {
        self.assigned.or_else(|| self.known(as_of).iter().find_map(|fact| fact.customer))
    }

    /// When the next withheld fact comes due.
    pub fn next_withheld(&self, as_of: Timestamp) -> Option<Timestamp> {
        self.facts.get(self.known(as_of).len()).map(|fact| fact.occurred_at)
    }
}
