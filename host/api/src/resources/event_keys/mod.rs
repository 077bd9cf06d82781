//! Event keys: what senders sign events with.

mod add;
mod list;
mod revoke;

use assay_app::EventKeyView;
use assay_domain::id::EventKeyId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{kind::Kind, problem::Problem, state::Api};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list::list_event_keys, add::add_event_key)).routes(routes!(revoke::revoke_event_key))
}

/// A key that a sender signs events with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventKey)]
pub struct EventKeyBody {
    /// Its id.
    #[schema(example = "evk_0000000000001")]
    pub id: String,
    /// Whose events it vouches for.
    #[schema(example = "crm")]
    pub source: String,
    /// The key of the customer whose it is: it vouches for events that name the customer alone; null for events of the source.
    #[schema(example = "acme")]
    pub customer: Option<String>,
    /// The ed25519 public key, in hexadecimal digits.
    #[schema(example = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")]
    pub public_key: String,
    /// Since when.
    #[schema(format = DateTime, example = "2026-03-01T00:00:00Z")]
    pub created_at: String,
    /// From when it vouches for nothing that comes; null while it does. What it vouched for stands.
    #[schema(format = DateTime, example = "2026-05-01T00:00:00Z")]
    pub revoked_at: Option<String>,
}

impl From<EventKeyView> for EventKeyBody {
    fn from(view: EventKeyView) -> Self {
        Self {
            id: view.id.to_string(),
            source: view.source,
            customer: view.customer,
            public_key: view.public_key,
            created_at: view.created_at.to_string(),
            revoked_at: view.revoked_at.map(|at| at.to_string()),
        }
    }
}

/// The id that a path names.
fn id(key: &str) -> Result<EventKeyId, Problem> {
    key.parse().map_err(|_| Problem::new(Kind::NotFound, format!("there is no event key {key:?}")))
}
