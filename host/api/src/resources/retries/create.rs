use assay_app::Retried;
use assay_domain::key::Role;
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// What to ask about again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRetry {
    /// The interaction's id or its subject; absent for all that are quarantined.
    #[schema(example = "T-1", max_length = 256)]
    interaction: Option<String>,
}

/// What is asked about again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Retry)]
pub struct RetryBody {
    /// How many interactions; they are judged in a moment.
    #[schema(example = 1)]
    pub interactions: u64,
    /// The versions that were suspended after too many faults and are let try again.
    #[schema(example = json!(["resolved-ticket@1"]))]
    pub resumed: Vec<String>,
}

/// Ask again about what is quarantined
///
/// An outcome that a fault keeps from being judged is asked about once more, by the version that faulted. A fault of the rule itself
/// comes again; one that the machine had a part in may not. A version that is suspended is let try again, with a new budget of faults.
#[utoipa::path(post, path = "/v1/retries", tag = "interactions", request_body = NewRetry,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer")),
    responses(
        (status = 202, description = "They are due", body = RetryBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn create(State(api): State<Api>, who: Who, new: Json<NewRetry>) -> Result<(StatusCode, axum::Json<RetryBody>), Problem> {
    let caller = who.may_once(Role::Author, new.once)?;
    let Retried { interactions, resumed } = api.assay().retry_faulted(&caller, new.body.interaction.as_deref()).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(RetryBody { interactions, resumed })))
}
