use assay_domain::id::DisputeId;
use axum::{Json, extract::State};

use super::{DisputeSummaryBody, filter::Filter};
use crate::{
    page::{Listing, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// List disputes
///
/// A customer's key is shown those of outcomes that the customer is billed for.
#[utoipa::path(get, path = "/v1/disputes", tag = "disputes", params(Filter), responses(
    (status = 200, description = "In the order they were opened", body = Listing<DisputeSummaryBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(api): State<Api>,
    who: Who,
    Query(filter): Query<Filter>,
) -> Result<Json<Listing<DisputeSummaryBody>>, Problem> {
    let party = who.reads_own()?;
    let (query, paging) = filter.read();
    let page = paging.page(|id: DisputeId| id.0)?;
    let views = match party {
        Party::Tenant(caller) => api.assay().disputes(&caller, &query, page).await?,
        Party::Customer(own) => api.assay().own_disputes(&own, &query, page).await?,
    };
    Ok(Json(paging.listing(views, |view| view.id, DisputeSummaryBody::from)?))
}
