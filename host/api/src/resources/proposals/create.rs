use assay_app::ProposalRequest;
use assay_domain::{key::Role, time::Timestamp};
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
    resources::definitions::version,
    state::Api,
    who::Who,
};

/// How a version is to be offered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProposal {
    /// For interactions that open from then on. Whoever is to answer has time until then. In the past only for a first version while nothing
    /// is invoiced.
    #[schema(value_type = String, format = DateTime, example = "2026-06-01T00:00:00Z")]
    from: Timestamp,
    /// The key or the id of the customer to whom it is made; everybody unless given.
    #[schema(example = "acme", max_length = 256)]
    customer: Option<String>,
}

/// Propose a version
///
/// To one customer or to all. It changes nothing by itself: what customers approve is in force for them from its time on, and what is offered
/// to all is activated for those whose agreement does not demand two parties. A version that gets a dispute wrong which is saved as a fixture
/// is refused.
#[utoipa::path(post, path = "/v1/definitions/{definition}/versions/{number}/proposals", tag = "definitions", request_body = NewProposal,
    params(
        ("definition" = String, Path, description = "The definition's name or id"),
        ("number" = u32, Path, description = "The version's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 201, description = "The proposal", body = ProposalBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn propose(
    State(api): State<Api>,
    who: Who,
    Path((definition, number)): Path<(String, String)>,
    new: Json<NewProposal>,
) -> Result<(StatusCode, axum::Json<ProposalBody>), Problem> {
    let caller = who.may_once(Role::Author, new.once)?;
    let version = version(&api, &caller, &definition, &number).await?;
    let request = ProposalRequest { customer: new.body.customer, from: new.body.from };
    let made = api.assay().propose_version(&caller, &version.definition, version.number, &request).await?;
    Ok((StatusCode::CREATED, axum::Json(made.into())))
}
