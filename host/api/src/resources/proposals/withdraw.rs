use assay_domain::key::Role;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ProposalBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Why a proposal is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Withdrawal {
    /// For everybody who looks at it.
    #[schema(example = "the window was a mistake", max_length = 256)]
    reason: String,
}

/// Take a proposal back
///
/// It can be answered no more. What customers have approved of it stands.
#[utoipa::path(post, path = "/v1/proposals/{proposal}/withdrawal", tag = "definitions", request_body = Withdrawal,
    params(
        ("proposal" = String, Path, description = "Its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 200, description = "The proposal, now withdrawn", body = ProposalBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn withdraw_proposal(
    State(api): State<Api>,
    who: Who,
    Path(proposal): Path<String>,
    new: Json<Withdrawal>,
) -> Result<axum::Json<ProposalBody>, Problem> {
    let caller = who.may_once(Role::Author, new.once)?;
    Ok(axum::Json(api.assay().withdraw_proposal(&caller, super::id(&proposal)?, &new.body.reason).await?.into()))
}
