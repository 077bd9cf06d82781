use assay_domain::key::Role;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ProposalBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// Who does not want it, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRejection {
    /// The customer's key or id.
    #[schema(example = "acme", max_length = 256)]
    customer: String,
    /// For everybody who looks at it.
    #[schema(example = "the window is too short", max_length = 256)]
    reason: String,
}

/// Record that a customer rejects a proposal
///
/// The customer keeps the version it has. It needs no signature, as it changes nothing. A customer's key answers what is proposed to the customer.
#[utoipa::path(post, path = "/v1/proposals/{proposal}/rejections", tag = "definitions", request_body = NewRejection,
    params(
        ("proposal" = String, Path, description = "Its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 201, description = "The proposal with the answer", body = ProposalBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn reject_proposal(
    State(api): State<Api>,
    who: Who,
    Path(proposal): Path<String>,
    new: Json<NewRejection>,
) -> Result<(StatusCode, axum::Json<ProposalBody>), Problem> {
    let party = who.may_own(Role::Author, new.once)?;
    let NewRejection { customer, reason } = new.body;
    let id = super::id(&proposal)?;
    let view = match party {
        Party::Tenant(caller) => api.assay().reject_proposal(&caller, id, &customer, &reason).await?,
        Party::Customer(own) => api.assay().reject_own(&own, id, Some(&customer), &reason).await?,
    };
    Ok((StatusCode::CREATED, axum::Json(view.into())))
}
