use assay_app::ApprovalKeyRequest;
use assay_domain::key::Role;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ApprovalKeyBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// A key to register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewApprovalKey {
    /// For people.
    #[schema(example = "Head of support", max_length = 256)]
    name: String,
    /// The ed25519 public key that `assay approve keygen` prints, in 64 hexadecimal digits.
    #[schema(example = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")]
    public_key: String,
}

/// Register a key that a customer approves with
///
/// The customer makes it and keeps its secret. A key is registered once: one that was replaced or revoked does not come back.
#[utoipa::path(post, path = "/v1/customers/{customer}/approval-keys", tag = "customers", request_body = NewApprovalKey,
    params(
        ("customer" = String, Path, description = "The customer's id or its key"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 201, description = "The key", body = ApprovalKeyBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn add_approval_key(
    State(api): State<Api>,
    who: Who,
    Path(customer): Path<String>,
    new: Json<NewApprovalKey>,
) -> Result<(StatusCode, axum::Json<ApprovalKeyBody>), Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let NewApprovalKey { name, public_key } = new.body;
    let view = api.assay().add_approval_key(&caller, &customer, &ApprovalKeyRequest { name, public_key }).await?;
    Ok((StatusCode::CREATED, axum::Json(view.into())))
}
