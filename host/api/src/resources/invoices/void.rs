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

/// Why an invoice is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewVoid {
    /// For the customer and the audit log.
    #[schema(example = "the wrong address", max_length = 256)]
    reason: String,
}

/// Take an invoice back
///
/// It keeps its number and its lines and asks for nothing any more; what it billed comes with the customer's next run. Prepaid credit
/// that paid it comes back. Not for what is paid, corrected by a credit note, or a credit note itself.
#[utoipa::path(post, path = "/v1/invoices/{invoice}/void", tag = "invoices", request_body = NewVoid,
    params(
        ("invoice" = String, Path, description = "Its number or its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body are carried out once"),
    ),
    responses(
        (status = 200, description = "The invoice, now voided", body = InvoiceBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn void(
    State(api): State<Api>,
    who: Who,
    Path(invoice): Path<String>,
    new: Json<NewVoid>,
) -> Result<axum::Json<InvoiceBody>, Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    Ok(axum::Json(api.assay().void_invoice(&caller, &invoice, &new.body.reason).await?.into()))
}
