//! Event conflicts: events whose identity was taken by other content, kept aside for inspection.

mod list;

use assay_app::ConflictView;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list::list))
}

/// An event that was kept aside.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventConflict)]
pub struct EventConflictBody {
    /// Its id.
    #[schema(example = "cnf_0000000000001")]
    pub id: String,
    /// Which system told it.
    #[schema(example = "helpdesk")]
    pub source: String,
    /// The sender's id, which another event has.
    #[schema(example = "T-1-resolved")]
    pub source_id: String,
    /// The rest of the event, as it was told.
    #[schema(value_type = Object)]
    pub event: Value,
    /// When it was told first.
    #[schema(example = "2026-03-01T10:00:00Z", format = DateTime)]
    pub recorded_at: String,
}

impl From<ConflictView> for EventConflictBody {
    fn from(view: ConflictView) -> Self {
        Self {
            id: view.id.to_string(),
            source: view.source,
            source_id: view.source_id,
            event: told(&view.event),
            recorded_at: view.recorded_at.to_string(),
        }
    }
}

/// The event, and in it its data, which is kept as text.
fn told(json: &str) -> Value {
    let mut event: Value = serde_json::from_str(json).unwrap_or_default();
    let data = event.get("data").and_then(Value::as_str).and_then(|data| serde_json::from_str(data).ok());
    if let (Some(members), Some(data)) = (event.as_object_mut(), data) {
        members.insert("data".to_owned(), data);
    }
    event
}
