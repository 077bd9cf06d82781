use assay_app::{ApprovalKeyRequest, ReplacementRequest};
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

/// A key that takes the place of another.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Replacement {
    /// For people.
    #[schema(example = "Head of support", max_length = 256)]
    name: String,
    /// The new ed25519 public key, in 64 hexadecimal digits.
    #[schema(example = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")]
    public_key: String,
    /// The old key's signature over the succession, as `assay approve succeed` makes it, in 128 hexadecimal digits.
    signature: Option<String>,
    /// Why the old key has not signed; needed without its signature.
    #[schema(example = "the old one is lost", max_length = 256)]
    reason: Option<String>,
}

/// Replace a key that a customer approves with
///
/// By the old key's signature, or, without it, by an admin who says why. The old key approves nothing from then on; what it approved stands.
#[utoipa::path(post, path = "/v1/customers/{customer}/approval-keys/{key}/replacement", tag = "customers", request_body = Replacement,
    params(
        ("customer" = String, Path, description = "The customer's id or its key"),
        ("key" = String, Path, description = "The id of the key to replace"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 201, description = "The new key", body = ApprovalKeyBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn replace_approval_key(
    State(api): State<Api>,
    who: Who,
    Path((customer, key)): Path<(String, String)>,
    new: Json<Replacement>,
) -> Result<(StatusCode, axum::Json<ApprovalKeyBody>), Problem> {
    let Replacement { name, public_key, signature, reason } = new.body;
    let role = if signature.is_some() { Role::Billing } else { Role::Admin };
    let caller = who.may_once(role, new.once)?;
    let request = ReplacementRequest { new: ApprovalKeyRequest { name, public_key }, signature, reason };
    let view = api.assay().replace_approval_key(&caller, &customer, super::id(&key)?, &request).await?;
    Ok((StatusCode::CREATED, axum::Json(view.into())))
}
