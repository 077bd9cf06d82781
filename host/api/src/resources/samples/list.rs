use assay_domain::id::SampleId;
use axum::{Json, extract::State};

use super::SampleSummaryBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List samples of billed outcomes
#[utoipa::path(get, path = "/v1/samples", tag = "samples", params(Paging), responses(
    (status = 200, description = "In the order they were drawn", body = Listing<SampleSummaryBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(api): State<Api>,
    who: Who,
    Query(paging): Query<Paging>,
) -> Result<Json<Listing<SampleSummaryBody>>, Problem> {
    let caller = who.reads()?;
    let views = api.assay().samples(&caller, paging.page(|id: SampleId| id.0)?).await?;
    Ok(Json(paging.listing(views, |view| view.id, SampleSummaryBody::from)?))
}
