use assay_domain::id::InvoiceId;
use axum::{Json, extract::State};

use super::{InvoiceSummaryBody, filter::Filter};
use crate::{
    page::{Listing, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// List invoices and credit notes
///
/// A customer's key is shown those to the customer.
#[utoipa::path(get, path = "/v1/invoices", tag = "invoices", params(Filter), responses(
    (status = 200, description = "In the order they were issued", body = Listing<InvoiceSummaryBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(api): State<Api>,
    who: Who,
    Query(filter): Query<Filter>,
) -> Result<Json<Listing<InvoiceSummaryBody>>, Problem> {
    let party = who.reads_own()?;
    let paging = filter.paging();
    let page = paging.page(|id: InvoiceId| id.0)?;
    let rows = match party {
        Party::Tenant(caller) => filter.find(&api, &caller, page).await?,
        Party::Customer(own) => filter.find_own(&api, &own, page).await?,
    };
    Ok(Json(paging.listing(rows, |row| row.id, InvoiceSummaryBody::from)?))
}
