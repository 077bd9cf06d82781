use assay_domain::key::Role;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ApprovalKeyBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Why a key approves nothing any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Revocation {
    /// For the audit log.
    #[schema(example = "its owner has left", max_length = 256)]
    reason: String,
}

/// Revoke a key that a customer approves with
///
/// From now on it approves nothing. What it approved stands.
#[utoipa::path(post, path = "/v1/customers/{customer}/approval-keys/{key}/revocation", tag = "customers", request_body = Revocation,
    params(
        ("customer" = String, Path, description = "The customer's id or its key"),
        ("key" = String, Path, description = "The key's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 200, description = "The key, ended", body = ApprovalKeyBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn revoke_approval_key(
    State(api): State<Api>,
    who: Who,
    Path((customer, key)): Path<(String, String)>,
    new: Json<Revocation>,
) -> Result<axum::Json<ApprovalKeyBody>, Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let view = api.assay().revoke_approval_key(&caller, &customer, super::id(&key)?, &new.body.reason).await?;
    Ok(axum::Json(view.into()))
}
