use assay_domain::id::InteractionId;
use axum::{Json, extract::State};

use super::{InteractionSummaryBody, filter::Filter};
use crate::{
    page::{Listing, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// List interactions by how they stand
///
/// Filters on outcomes (`definition`, `state`, `reason`, `faulted`) are met together by one outcome of the interaction. A customer's key is
/// shown those that the customer is billed for.
#[utoipa::path(get, path = "/v1/interactions", tag = "interactions", params(Filter), responses(
    (status = 200, description = "In order of arrival", body = Listing<InteractionSummaryBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(api): State<Api>,
    who: Who,
    Query(filter): Query<Filter>,
) -> Result<Json<Listing<InteractionSummaryBody>>, Problem> {
    let party = who.reads_own()?;
    let (query, paging) = filter.read()?;
    let page = paging.page(|id: InteractionId| id.0)?;
    let rows = match party {
        Party::Tenant(caller) => api.assay().interactions(&caller, &query, page).await?,
        Party::Customer(own) => api.assay().own_interactions(&own, &query, page).await?,
    };
    Ok(Json(paging.listing(rows, |row| row.id, InteractionSummaryBody::from)?))
}
