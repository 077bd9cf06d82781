use axum::{
    Json,
    extract::{Path, State},
};

use super::InvoiceBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// Show an invoice or credit note with its lines
///
/// A customer's key is shown those to the customer.
#[utoipa::path(get, path = "/v1/invoices/{invoice}", tag = "invoices", params(("invoice" = String, Path, description = "Its number or its id")), responses(
    (status = 200, description = "The document", body = InvoiceBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn show(State(api): State<Api>, who: Who, Path(invoice): Path<String>) -> Result<Json<InvoiceBody>, Problem> {
    let view = match who.reads_own()? {
        Party::Tenant(caller) => api.assay().invoice(&caller, &invoice, None).await?,
        Party::Customer(own) => api.assay().own_invoice(&own, &invoice, None).await?,
    };
    Ok(Json(view.into()))
}
