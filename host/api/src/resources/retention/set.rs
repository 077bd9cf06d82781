use assay_domain::key::Role;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::RetentionBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// How long to keep what is told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RetentionSettings {
    /// Days after the arrival of an interaction's last fact, 1 to 36500; null is for ever.
    #[schema(example = 400, minimum = 1, maximum = 36500)]
    days: Option<u32>,
}

/// Say how long what is told of interactions is kept
///
/// What is over is erased within the hour: the data of events and the keys of salts. Verdicts, bills, receipts and their proofs stand. An
/// interaction for which something waits is kept until that is done.
#[utoipa::path(put, path = "/v1/retention", tag = "retention", request_body = RetentionSettings,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body are carried out once")),
    responses(
        (status = 200, description = "How long, as it is now", body = RetentionBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn set(State(api): State<Api>, who: Who, new: Json<RetentionSettings>) -> Result<axum::Json<RetentionBody>, Problem> {
    let caller = who.may_once(Role::Admin, new.once)?;
    Ok(axum::Json(api.assay().set_retention(&caller, new.body.days).await?.into()))
}
