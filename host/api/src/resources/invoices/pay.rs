use assay_domain::key::Role;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::InvoiceBody;
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// By what a document is settled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPayment {
    /// The text of a transfer, the number of a payment.
    #[schema(example = "transfer 17", max_length = 256)]
    reference: String,
}

/// Record that an invoice was paid, or a credit note paid back
///
/// What prepaid credit has left of it is settled by this payment. A document is settled once.
#[utoipa::path(post, path = "/v1/invoices/{invoice}/pay", tag = "invoices", request_body = NewPayment,
    params(
        ("invoice" = String, Path, description = "Its number or its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body are carried out once"),
    ),
    responses(
        (status = 200, description = "The document, now paid", body = InvoiceBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn pay(
    State(api): State<Api>,
    who: Who,
    Path(invoice): Path<String>,
    new: Json<NewPayment>,
) -> Result<axum::Json<InvoiceBody>, Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    Ok(axum::Json(api.assay().pay_invoice(&caller, &invoice, &new.body.reference).await?.into()))
}
