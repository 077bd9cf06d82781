//! What customers approve with: ed25519 public keys.

mod add;
mod list;
mod replace;
mod revoke;

use assay_app::{ApprovalKeyView, EndKind};
use assay_domain::id::ApprovalKeyId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{kind::Kind, problem::Problem, state::Api};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::list_approval_keys, add::add_approval_key))
        .routes(routes!(replace::replace_approval_key))
        .routes(routes!(revoke::revoke_approval_key))
}

/// A key that a customer approves with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalKey)]
pub struct ApprovalKeyBody {
    /// Its id.
    #[schema(example = "apk_0000000000001")]
    pub id: String,
    /// The customer's key, by which events name it.
    #[schema(example = "acme")]
    pub customer: String,
    /// For people.
    #[schema(example = "Head of support")]
    pub name: String,
    /// The ed25519 public key, in hexadecimal digits.
    #[schema(example = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")]
    pub public_key: String,
    /// The id of the key whose place it takes; null for none.
    #[schema(example = "apk_0000000000001")]
    pub replaces: Option<String>,
    /// Whether that key has signed that it does.
    pub is_signed: bool,
    /// Since when.
    #[schema(format = DateTime, example = "2026-03-01T00:00:00Z")]
    pub created_at: String,
    /// `replaced` or `revoked`; null while it approves. What it approved stands.
    #[schema(example = "revoked")]
    pub ended: Option<&'static str>,
    /// Since when it approves nothing; null while it does.
    #[schema(format = DateTime, example = "2026-05-01T00:00:00Z")]
    pub ended_at: Option<String>,
}

impl From<ApprovalKeyView> for ApprovalKeyBody {
    fn from(view: ApprovalKeyView) -> Self {
        Self {
            id: view.id.to_string(),
            customer: view.customer,
            name: view.name,
            public_key: view.public_key,
            replaces: view.replaces.map(|key| key.to_string()),
            is_signed: view.is_signed,
            created_at: view.created_at.to_string(),
            ended: view.ended.map(EndKind::name),
            ended_at: view.ended_at.map(|at| at.to_string()),
        }
    }
}

/// The id that a path names.
fn id(key: &str) -> Result<ApprovalKeyId, Problem> {
    key.parse().map_err(|_| Problem::new(Kind::NotFound, format!("there is no approval key {key:?}")))
}
