//! Interactions: units of work, what stands for each, and the evidence.

mod assign;
mod attestation;
mod erase;
mod filter;
mod list;
mod outcome;
mod show;

use assay_app::{EventView, InteractionEntry, InteractionView, OutcomeEntry, SupersededView};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;
use attestation::AttestationBody;
use outcome::OutcomeBody;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(show::show))
        .routes(routes!(assign::assign))
        .routes(routes!(erase::erase))
}

/// An interaction with all that is known about it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Interaction)]
pub struct InteractionBody {
    /// Its id.
    #[schema(example = "itn_0000000000001")]
    pub id: String,
    /// The sender's key for it, the subject of its events.
    #[schema(example = "T-1")]
    pub subject: String,
    /// The key of the customer it belongs to; null when it belongs to nobody.
    #[schema(example = "acme")]
    pub customer: Option<String>,
    /// Whether a person said so.
    pub assigned: bool,
    /// When it opened: the time of its earliest event.
    #[schema(example = "2026-03-01T09:00:00Z", format = DateTime)]
    pub opened_at: Option<String>,
    /// What stands, one for each definition that judges it.
    pub outcomes: Vec<OutcomeBody>,
    /// Its events, in the order of the facts; those that were superseded are among them.
    pub timeline: Vec<TimelineEventBody>,
}

/// One event of a timeline.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimelineEvent)]
pub struct TimelineEventBody {
    /// Its id with the service.
    #[schema(example = "evt_0000000000001")]
    pub id: String,
    /// Which system told it.
    #[schema(example = "helpdesk")]
    pub source: String,
    /// The sender's id.
    #[schema(example = "T-1-resolved")]
    pub source_id: String,
    /// What kind of thing happened.
    #[serde(rename = "type")]
    #[schema(example = "ticket.resolved")]
    pub kind: String,
    /// When.
    #[schema(example = "2026-03-01T10:00:00Z", format = DateTime)]
    pub time: String,
    /// Orders events that share a time.
    pub sequence: i64,
    /// Who acted: `ai`, `human`, `customer`, `system` or `unknown`.
    #[schema(example = "ai")]
    pub actor: String,
    /// The definitions whose verdict rests on it.
    pub evidence_for: Vec<String>,
    /// What rules read of it, as `name=value`.
    pub read: Vec<String>,
    /// Who vouches for it, besides whoever told it.
    pub attestations: Vec<AttestationBody>,
    /// Why it counts no more; null unless it was superseded.
    pub superseded: Option<SupersededBody>,
}

/// Why an event counts no more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Superseded)]
pub struct SupersededBody {
    /// The id of the event that stands in its place.
    #[schema(example = "evt_0000000000002")]
    pub successor: String,
    /// The key or the person that said so.
    #[schema(example = "key_0000000000001")]
    pub actor: String,
    /// Why.
    #[schema(example = "the import took the wrong column")]
    pub reason: String,
    /// When.
    #[schema(example = "2026-03-02T10:00:00Z", format = DateTime)]
    pub at: String,
}

/// An interaction in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InteractionSummary)]
pub struct InteractionSummaryBody {
    /// Its id.
    #[schema(example = "itn_0000000000001")]
    pub id: String,
    /// The sender's key for it.
    #[schema(example = "T-1")]
    pub subject: String,
    /// The key of the customer it belongs to; null when it belongs to nobody, or was not judged yet.
    #[schema(example = "acme")]
    pub customer: Option<String>,
    /// When it opened; null until it was judged.
    #[schema(example = "2026-03-01T09:00:00Z", format = DateTime)]
    pub opened_at: Option<String>,
    /// What stands, one for each definition that judges it.
    pub outcomes: Vec<OutcomeSummaryBody>,
}

/// What stands under one definition, in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OutcomeSummary)]
pub struct OutcomeSummaryBody {
    /// The definition's slug.
    #[schema(example = "resolved-ticket")]
    pub definition: String,
    /// `open`, `provisional`, `final`, `failed`, `indeterminate` or `not-eligible`; null when a fault came before any verdict.
    #[schema(example = "final")]
    pub state: Option<String>,
    /// The code of the reason.
    #[schema(example = "resolved")]
    pub reason: Option<String>,
    /// The fault that keeps it from being renewed.
    pub fault: Option<String>,
}

impl From<InteractionView> for InteractionBody {
    fn from(view: InteractionView) -> Self {
        Self {
            id: view.id.to_string(),
            subject: view.subject,
            customer: view.customer,
            assigned: view.assigned,
            opened_at: view.opened_at.map(|at| at.to_string()),
            outcomes: view.outcomes.into_iter().map(OutcomeBody::from).collect(),
            timeline: view.events.into_iter().map(TimelineEventBody::from).collect(),
        }
    }
}

impl From<EventView> for TimelineEventBody {
    fn from(view: EventView) -> Self {
        Self {
            id: view.id.to_string(),
            source: view.source,
            source_id: view.source_id,
            kind: view.kind,
            time: view.occurred_at.to_string(),
            sequence: view.sequence,
            actor: view.actor.to_string(),
            evidence_for: view.evidence_for,
            read: view.read,
            attestations: view.attested.into_iter().map(AttestationBody::from).collect(),
            superseded: view.superseded.map(SupersededBody::from),
        }
    }
}

impl From<SupersededView> for SupersededBody {
    fn from(SupersededView { successor, actor, reason, at }: SupersededView) -> Self {
        Self { successor: successor.to_string(), actor, reason, at: at.to_string() }
    }
}

impl From<InteractionEntry> for InteractionSummaryBody {
    fn from(entry: InteractionEntry) -> Self {
        Self {
            id: entry.id.to_string(),
            subject: entry.subject,
            customer: entry.customer,
            opened_at: entry.opened_at.map(|at| at.to_string()),
            outcomes: entry.outcomes.into_iter().map(OutcomeSummaryBody::from).collect(),
        }
    }
}

impl From<OutcomeEntry> for OutcomeSummaryBody {
    fn from(OutcomeEntry { definition, state, reason, fault }: OutcomeEntry) -> Self {
        Self { definition, state: state.map(|state| state.to_string()), reason, fault }
    }
}
