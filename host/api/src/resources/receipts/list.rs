use assay_domain::id::ReceiptId;
use axum::{Json, extract::State};

use super::{ReceiptSummaryBody, filter::Filter};
use crate::{
    page::{Listing, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// List receipts
///
/// There is one for each change of what a customer is billed, those that take something back included. A customer's key is shown those of
/// what the customer is billed for.
#[utoipa::path(get, path = "/v1/receipts", tag = "receipts", params(Filter), responses(
    (status = 200, description = "In the order of the changes that they are about", body = Listing<ReceiptSummaryBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(api): State<Api>,
    who: Who,
    Query(filter): Query<Filter>,
) -> Result<Json<Listing<ReceiptSummaryBody>>, Problem> {
    let party = who.reads_own()?;
    let (query, paging) = filter.into_parts();
    let page = paging.page(|id: ReceiptId| id.0)?;
    let views = match party {
        Party::Tenant(caller) => api.assay().receipts(&caller, &query, page).await?,
        Party::Customer(own) => api.assay().own_receipts(&own, &query, page).await?,
    };
    Ok(Json(paging.listing(views, |view| view.id, |view| ReceiptSummaryBody::from(&view))?))
}
