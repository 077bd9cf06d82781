//! What was judged, and when.
//!
//! What was erased is absent: the data of events, and the salts, which no longer derive from anything.

use assay_domain::{
    event::{Actor, NewEvent},
    id::{EvaluationId, EventId, InteractionId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::commitment::Salt;

/// An interaction with all events that one of its bundled evaluations knew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledInteraction {
    /// Its number with the service.
    pub id: InteractionId,
    /// The sender's key for it, which all its events name; `None` where it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Its events, in the order of their numbers; those that were superseded are among them.
    pub events: Vec<BundledEvent>,
}

/// An event as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledEvent {
    /// Its number with the service.
    pub id: EventId,
    /// Which system told it.
    pub source: String,
    /// The sender's id.
    pub source_id: String,
    /// What kind of thing happened.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened.
    pub time: Timestamp,
    /// Orders events that share a time.
    pub sequence: i64,
    /// The customer's key, as the event names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// Who acted.
    pub actor: Actor,
    /// The text of its JSON object, as it was sent; `None` where it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// The event that stands in its place, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<EventId>,
    /// The salt of what receipts say of it; `None` where it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<Salt>,
}

impl BundledEvent {
    /// The event as its sender told it, of an interaction; `None` where something of it is erased.
    pub fn told(&self, subject: Option<&str>) -> Option<NewEvent> {
        Some(NewEvent {
            source: self.source.clone(),
            id: self.source_id.clone(),
            kind: self.kind.clone(),
            subject: subject?.to_owned(),
            occurred_at: self.time,
            sequence: self.sequence,
            customer: self.customer.clone(),
            actor: self.actor,
            data: self.data.clone()?,
        })
    }
}

/// A judgement: which facts it knew, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledEvaluation {
    /// Its number with the service.
    pub id: EvaluationId,
    /// What was judged.
    pub interaction: InteractionId,
    /// The last event that it knew.
    pub facts_until: EventId,
    /// Events that happened later than this were withheld from it.
    pub known_at: Timestamp,
    /// The whole verdict as JSON, or the message of a rule's error, as it was recorded; `None` where it is erased, or where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The salt of what its receipts say of the input; `None` where it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_salt: Option<Salt>,
    /// The salt of what its receipts say of `detail`; `None` where it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail_salt: Option<Salt>,
}
