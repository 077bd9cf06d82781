use assay_domain::id::DefinitionId;
use axum::{Json, extract::State};

use super::DefinitionBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List definitions
#[utoipa::path(get, path = "/v1/definitions", tag = "definitions", params(Paging), responses(
    (status = 200, description = "In order of creation, each with its versions", body = Listing<DefinitionBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(State(api): State<Api>, who: Who, Query(paging): Query<Paging>) -> Result<Json<Listing<DefinitionBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().definitions_page(&caller, paging.page(|id: DefinitionId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, DefinitionBody::from)?))
}
