//! Events: what senders tell, how it is validated, and what identity means.

use std::{fmt, str::FromStr};

use crate::{
    canon::{Digest, Encoder},
    number::EXACT_MAX,
    time::{Duration, Timestamp, serde_as_text},
    violation::Violation,
};
use serde::{Deserialize, Serialize};

/// Who did what an event tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Actor {
    /// The sender does not say.
    #[default]
    Unknown,
    /// An AI agent.
    Ai,
    /// A person working for the tenant or its customer.
    Human,
    /// The customer's own end user.
    Customer,
    /// A program without judgement.
    System,
}

impl Actor {
    const ALL: [(Self, &'static str); 5] =
        [(Self::Unknown, "unknown"), (Self::Ai, "ai"), (Self::Human, "human"), (Self::Customer, "customer"), (Self::System, "system")];
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL.iter().find(|(actor, _)| actor == self).map_or("unknown", |(_, name)| name))
    }
}

/// A text that names no actor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of unknown, ai, human, customer, system")]
pub struct ActorError(String);

impl FromStr for Actor {
    type Err = ActorError;

    fn from_str(text: &str) -> Result<Self, ActorError> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(actor, _)| *actor).ok_or_else(|| ActorError(text.into()))
    }
}
serde_as_text!(Actor);

/// An event as its sender tells it: a CloudEvent with the extensions `customer`, `actor` and `sequence`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Which system tells it.
    pub source: String,
    /// The sender's id, unique within the source for ever.
    pub id: String,
    /// What kind of thing happened: `incident.updated`.
    pub kind: String,
    /// The key of the interaction it belongs to.
    pub subject: String,
    /// When it happened, by the sender's clock.
    pub occurred_at: Timestamp,
    /// Orders events of one interaction that share a time.
    pub sequence: i64,
    /// The customer's key with the sender, if the event names one.
    pub customer: Option<String>,
    /// Who acted.
    pub actor: Actor,
    /// A JSON object, as the sender wrote it.
    pub data: String,
}

/// The longest name (id, source, kind, subject, customer), in bytes.
pub const NAME_BYTES_MAX: usize = 256;
/// The largest data of one event, in bytes.
pub const DATA_BYTES_MAX: usize = 256 * 1024;
/// How far ahead of our clock an event may lie.
pub const AHEAD_MAX: Duration = Duration::seconds(300);

impl NewEvent {
    /// Checks everything but the JSON of `data`, which has a check of its own where JSON is parsed.
    pub fn check(&self, now: Timestamp) -> Result<(), Violation> {
        let names = [("source", &self.source), ("id", &self.id), ("type", &self.kind), ("subject", &self.subject)];
        for (field, name) in names.into_iter().chain(self.customer.as_ref().map(|customer| ("customer", customer))) {
            check_name(field, name)?;
        }
        if self.sequence.unsigned_abs() > EXACT_MAX.unsigned_abs() {
            return Err(Violation::new("sequence", format!("{} is beyond 2^53", self.sequence), "send an integer within ±2^53"));
        }
        if self.occurred_at > now.plus(AHEAD_MAX) {
            let problem = format!("{} lies more than 5 minutes ahead of {now}", self.occurred_at);
            return Err(Violation::new("time", problem, "send the time it happened; check the sender's clock and time zone"));
        }
        if self.data.len() > DATA_BYTES_MAX {
            let problem = format!("{} bytes are more than {DATA_BYTES_MAX}", self.data.len());
            return Err(Violation::new("data", problem, "send only the fields that rules read"));
        }
        Ok(())
    }

    /// The hash of what makes two tellings of one identity the same: everything but source and id.
    pub fn content_digest(&self) -> Digest {
        self.content_digest_with(&self.data)
    }

    /// The same of the data written in another way.
    pub fn content_digest_with(&self, data: &str) -> Digest {
        let mut to = Encoder::new("assay.1.event");
        to.text(&self.kind).text(&self.subject).int(self.occurred_at.micros()).int(self.sequence);
        to.optional_text(self.customer.as_deref()).tag(self.actor as u8).text(data);
        to.digest()
    }
}

/// Checks a name that senders give: not empty, not too long, printable.
pub fn check_name(field: &str, name: &str) -> Result<(), Violation> {
    if name.is_empty() {
        return Err(Violation::new(field, "it is empty", "give one"));
    }
    if name.len() > NAME_BYTES_MAX {
        return Err(Violation::new(field, format!("{} bytes are more than {NAME_BYTES_MAX}", name.len()), "send a shorter one"));
    }
    if name.chars().any(char::is_control) {
        return Err(Violation::new(field, "it holds a control character", "send printable text"));
    }
    Ok(())
}

/// What became of one event of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposition {
    /// New, and now durable.
    Accepted,
    /// The same identity with the same content was there already; counted once.
    Duplicate,
    /// The same identity with other content: the first stays, this one is kept aside.
    Conflict,
    /// Not an event; nothing of it is recorded.
    Rejected(Violation),
}

impl Disposition {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Conflict => "conflict",
            Self::Rejected(_) => "rejected",
        }
    }
}
