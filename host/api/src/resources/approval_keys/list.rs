use axum::{
    Json,
    extract::{Path, State},
};

use super::ApprovalKeyBody;
use crate::{
    page::Listing,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List the keys that a customer approves with
///
/// All of them at once, those that approve nothing any more included.
#[utoipa::path(get, path = "/v1/customers/{customer}/approval-keys", tag = "customers",
    params(("customer" = String, Path, description = "The customer's id or its key")),
    responses(
        (status = 200, description = "In order of creation", body = Listing<ApprovalKeyBody>),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn list_approval_keys(
    State(api): State<Api>,
    who: Who,
    Path(customer): Path<String>,
) -> Result<Json<Listing<ApprovalKeyBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().approval_keys(&caller, &customer).await?;
    Ok(Json(Listing { data: rows.into_iter().map(ApprovalKeyBody::from).collect(), next_cursor: None }))
}
