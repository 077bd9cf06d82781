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

/// From when a version is in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Activation {
    /// For interactions that open from then on. In the past only for a first version while nothing is invoiced.
    #[schema(value_type = String, format = DateTime, example = "2026-03-01T00:00:00Z")]
    from: Timestamp,
}

/// Put a version in force
///
/// For everybody whose agreement does not demand two parties: those who have to sign keep the version that they signed last. A suspended
/// version, one that gets a dispute wrong which is saved as a fixture, and one whose latest back-test did not keep its thresholds, is refused.
#[utoipa::path(post, path = "/v1/definitions/{definition}/versions/{number}/activation", tag = "definitions", request_body = Activation,
    params(
        ("definition" = String, Path, description = "The definition's name or id"),
        ("number" = u32, Path, description = "The version's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer"),
    ),
    responses(
        (status = 200, description = "The version, now active", body = VersionBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn activate(
    State(api): State<Api>,
    who: Who,
    Path((definition, number)): Path<(String, String)>,
    new: Json<Activation>,
) -> Result<axum::Json<VersionBody>, Problem> {
    let caller = who.may_once(Role::Author, new.once)?;
    let version = super::version(&api, &caller, &definition, &number).await?;
    api.assay().activate_version(&caller, &version.definition, version.number, new.body.from).await?;
    Ok(axum::Json(super::version(&api, &caller, &definition, &number).await?.into()))
}
