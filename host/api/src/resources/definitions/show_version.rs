use axum::{
    Json,
    extract::{Path, State},
};

use super::VersionBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Show a version
#[utoipa::path(get, path = "/v1/definitions/{definition}/versions/{number}", tag = "definitions",
    params(
        ("definition" = String, Path, description = "The definition's name or id"),
        ("number" = u32, Path, description = "The version's number"),
    ),
    responses(
        (status = 200, description = "The version", body = VersionBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show_version(
    State(api): State<Api>,
    who: Who,
    Path((definition, number)): Path<(String, String)>,
) -> Result<Json<VersionBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(super::version(&api, &caller, &definition, &number).await?.into()))
}
