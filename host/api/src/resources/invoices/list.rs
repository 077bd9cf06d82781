use assay_domain::id::InvoiceId;
use axum::{Json, extract::State};

use super::{InvoiceSummaryBody, filter::Filter};
use crate::{
    page::{Listing, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List invoices and credit notes
#[utoipa::path(get, path = "/v1/invoices", tag = "invoices", params(Filter), responses(
    (status = 200, description = "In the order they were issued", body = Listing<InvoiceSummaryBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(api): State<Api>,
    who: Who,
    Query(filter): Query<Filter>,
) -> Result<Json<Listing<InvoiceSummaryBody>>, Problem> {
    let caller = who.reads()?;
    let paging = filter.paging();
    let rows = filter.find(&api, &caller, paging.page(|id: InvoiceId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, InvoiceSummaryBody::from)?))
}
