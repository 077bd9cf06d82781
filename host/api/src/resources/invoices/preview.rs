use assay_domain::violation::Violation;
use axum::{Json, extract::State};

use super::previewed::Previewed;
use super::{InvoiceBody, filter::month};
use crate::{
    page::{Listing, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Preview what billing a month would issue
///
/// By what is judged now; nothing is written, and no number is taken. The month may still be running. All of it is answered at once.
#[utoipa::path(get, path = "/v1/invoices/preview", tag = "invoices", params(Previewed), responses(
    (status = 200, description = "The drafts, in the order they would be issued", body = Listing<InvoiceBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn preview(
    State(api): State<Api>,
    who: Who,
    Query(previewed): Query<Previewed>,
) -> Result<Json<Listing<InvoiceBody>>, Problem> {
    let caller = who.reads()?;
    let missing = || Violation::new("period", "it is missing", "send the month to preview, such as 2026-03");
    let month = month(previewed.period.as_deref())?.ok_or_else(missing)?;
    let drafts = api.assay().preview_invoices(&caller, previewed.customer.as_deref(), month).await?;
    Ok(Json(Listing { data: drafts.into_iter().map(InvoiceBody::from).collect(), next_cursor: None }))
}
