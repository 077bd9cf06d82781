//! Event supersessions: wrong events that left their timeline, and those that stand in their place.

mod supersede;

use assay_app::SupersessionView;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(supersede::supersede))
}

/// One event in the place of another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventSupersession)]
pub struct EventSupersessionBody {
    /// The id of the event that left its timeline.
    #[schema(example = "evt_0000000000001")]
    pub event: String,
    /// The id of the event that stands in its place.
    #[schema(example = "evt_0000000000002")]
    pub successor: String,
    /// The subject of both.
    #[schema(example = "T-1")]
    pub subject: String,
    /// The key or the person that said so.
    #[schema(example = "key_0000000000001")]
    pub actor: String,
    /// Why.
    #[schema(example = "the import took the wrong column")]
    pub reason: String,
    /// When.
    #[schema(example = "2026-03-01T10:00:00Z", format = DateTime)]
    pub recorded_at: String,
}

impl From<SupersessionView> for EventSupersessionBody {
    fn from(view: SupersessionView) -> Self {
        Self {
            event: view.event.to_string(),
            successor: view.successor.to_string(),
            subject: view.subject,
            actor: view.actor,
            reason: view.reason,
            recorded_at: view.recorded_at.to_string(),
        }
    }
}
