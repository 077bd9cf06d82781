use axum::{
    Json,
    extract::{Path, State},
};

use super::ApprovalBody;
use crate::{
    page::Listing,
    problem::{Problem, ProblemBody},
    resources::definitions::version,
    state::Api,
    who::Who,
};

/// List the approvals of a version
///
/// All of them at once.
#[utoipa::path(get, path = "/v1/definitions/{definition}/versions/{number}/approvals", tag = "definitions",
    params(
        ("definition" = String, Path, description = "The definition's name or id"),
        ("number" = u32, Path, description = "The version's number"),
    ),
    responses(
        (status = 200, description = "In the order they were given", body = Listing<ApprovalBody>),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn list_approvals(
    State(api): State<Api>,
    who: Who,
    Path((definition, number)): Path<(String, String)>,
) -> Result<Json<Listing<ApprovalBody>>, Problem> {
    let caller = who.reads()?;
    let version = version(&api, &caller, &definition, &number).await?;
    let rows = api.assay().approvals(&caller, &version.definition, version.number).await?;
    Ok(Json(Listing { data: rows.into_iter().map(ApprovalBody::from).collect(), next_cursor: None }))
}
