use assay_domain::key::Role;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Whose an interaction is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAssignment {
    /// The customer's key.
    #[schema(example = "acme", max_length = 256)]
    customer: String,
    /// Why, for the audit log.
    #[schema(example = "the customer asked for it", max_length = 256)]
    reason: String,
}

/// What a person said about whose an interaction is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Assignment)]
pub struct AssignmentBody {
    /// The id of the interaction.
    #[schema(example = "itn_0000000000001")]
    pub interaction: String,
    /// The customer's key.
    #[schema(example = "acme")]
    pub customer: String,
    /// Why.
    #[schema(example = "the customer asked for it")]
    pub reason: String,
}

/// Say whose an interaction is; wins over what its events name
#[utoipa::path(post, path = "/v1/interactions/{interaction}/assignments", tag = "interactions", request_body = NewAssignment,
    params(
        ("interaction" = String, Path, description = "Its id or its subject, percent-encoded"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 201, description = "It is recorded; the interaction is judged again", body = AssignmentBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn assign(
    State(api): State<Api>,
    who: Who,
    Path(interaction): Path<String>,
    new: Json<NewAssignment>,
) -> Result<(StatusCode, axum::Json<AssignmentBody>), Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let NewAssignment { customer, reason } = new.body;
    let id = api.assay().assign_interaction(&caller, &interaction, &customer, &reason).await?;
    Ok((StatusCode::CREATED, axum::Json(AssignmentBody { interaction: id.to_string(), customer, reason })))
}
