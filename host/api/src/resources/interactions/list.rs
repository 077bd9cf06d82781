use assay_domain::id::InteractionId;
use axum::{Json, extract::State};

use super::{InteractionSummaryBody, filter::Filter};
use crate::{
    page::{Listing, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List interactions by how they stand
///
/// Filters on outcomes (`definition`, `state`, `reason`, `faulted`) are met together by one outcome of the interaction.
#[utoipa::path(get, path = "/v1/interactions", tag = "interactions", params(Filter), responses(
    (status = 200, description = "In order of arrival", body = Listing<InteractionSummaryBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(api): State<Api>,
    who: Who,
    Query(filter): Query<Filter>,
) -> Result<Json<Listing<InteractionSummaryBody>>, Problem> {
    let caller = who.reads()?;
    let (query, paging) = filter.read()?;
    let rows = api.assay().interactions(&caller, &query, paging.page(|id: InteractionId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, InteractionSummaryBody::from)?))
}
