use assay_domain::audit::AuditHead;
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// The head of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditHead)]
pub struct AuditHeadBody {
    /// The head as it is kept and compared: how many operations, a colon, and the hash of the last link.
    #[schema(example = "3:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub head: String,
    /// How many operations it stands for.
    #[schema(example = 3)]
    pub operations: i64,
}

impl From<AuditHead> for AuditHeadBody {
    fn from(head: AuditHead) -> Self {
        Self { head: head.to_string(), operations: head.size }
    }
}

/// Get the head of the audit log
///
/// It stands for every operation that is recorded by now. Keep it where the database is not: `/v1/audit/verification` tells later whether
/// the log still begins so.
#[utoipa::path(get, path = "/v1/audit/head", tag = "operations", responses(
    (status = 200, description = "The head", body = AuditHeadBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn head(State(api): State<Api>, who: Who) -> Result<Json<AuditHeadBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(api.assay().audit_head(&caller).await?.into()))
}
