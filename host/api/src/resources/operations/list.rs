use assay_domain::id::OperationId;
use axum::{Json, extract::State};

use super::OperationBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List the audit log
#[utoipa::path(get, path = "/v1/operations", tag = "operations", params(Paging), responses(
    (status = 200, description = "Newest first", body = Listing<OperationBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(State(api): State<Api>, who: Who, Query(paging): Query<Paging>) -> Result<Json<Listing<OperationBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().operations(&caller, paging.after::<OperationId>()?, paging.limit()? + 1).await?;
    Ok(Json(paging.listing(rows, |row| row.id, OperationBody::from)?))
}
