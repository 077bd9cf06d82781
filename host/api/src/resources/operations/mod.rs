//! Operations: the audit log. Nothing changes without an entry in it.

mod list;

use assay_app::OperationRow;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list::list))
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Operation)]
pub struct OperationBody {
    /// Its id.
    #[schema(example = "opr_0000000000001")]
    pub id: String,
    /// Who did it: the id of a key, `cli:alice` or `worker`.
    #[schema(example = "key_0000000000001")]
    pub actor: String,
    /// What was done.
    #[schema(example = "customer.confirm")]
    pub action: String,
    /// To what: an id or a name.
    #[schema(example = "cus_0000000000001")]
    pub subject: String,
    /// What was there before, where that matters.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// What is there now.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
    /// When.
    #[schema(example = "2026-03-01T10:00:00Z", format = DateTime)]
    pub at: String,
}

impl From<OperationRow> for OperationBody {
    fn from(row: OperationRow) -> Self {
        Self {
            id: row.id.to_string(),
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            before: row.before.as_deref().and_then(parsed),
            after: row.after.as_deref().and_then(parsed),
            at: row.at.to_string(),
        }
    }
}

fn parsed(json: &str) -> Option<Value> {
    serde_json::from_str(json).ok()
}
