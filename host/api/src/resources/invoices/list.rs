use assay_domain::id::InvoiceId;
use axum::{Json, extract::State};

use super::InvoiceSummaryBody;
use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// List invoices and credit notes
#[utoipa::path(get, path = "/v1/invoices", tag = "invoices", params(Paging), responses(
    (status = 200, description = "In the order they were issued", body = Listing<InvoiceSummaryBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(api): State<Api>,
    who: Who,
    Query(paging): Query<Paging>,
) -> Result<Json<Listing<InvoiceSummaryBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().invoices_page(&caller, paging.page(|id: InvoiceId| id.0)?).await?;
    Ok(Json(paging.listing(rows, |row| row.id, InvoiceSummaryBody::from)?))
}
