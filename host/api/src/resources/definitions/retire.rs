use assay_domain::{key::Role, time::Timestamp};
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::VersionBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// From when on a version judges nothing that opens.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Retirement {
    /// Now or later.
    #[schema(value_type = String, format = DateTime, example = "2027-03-01T00:00:00Z")]
    from: Timestamp,
    /// Why, for the audit log.
    #[schema(example = "the contract ends", max_length = 256)]
    reason: String,
}

/// Take a version out of force
///
/// What opened before stays under it. No other version comes back in its place: where this was the last that was put in force, nothing that
/// opens is judged until another is.
#[utoipa::path(post, path = "/v1/definitions/{definition}/versions/{number}/retirement", tag = "definitions", request_body = Retirement,
    params(
        ("definition" = String, Path, description = "The definition's name or id"),
        ("number" = u32, Path, description = "The version's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 200, description = "The version, now retired", body = VersionBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn retire(
    State(api): State<Api>,
    who: Who,
    Path((definition, number)): Path<(String, String)>,
    new: Json<Retirement>,
) -> Result<axum::Json<VersionBody>, Problem> {
    let caller = who.may_once(Role::Author, new.once)?;
    let version = super::version(&api, &caller, &definition, &number).await?;
    api.assay().retire_version(&caller, &version.definition, version.number, new.body.from, &new.body.reason).await?;
    Ok(axum::Json(super::version(&api, &caller, &definition, &number).await?.into()))
}
