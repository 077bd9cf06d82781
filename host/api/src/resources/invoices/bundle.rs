use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    kind::Kind,
    page::Query,
    problem::{Problem, ProblemBody},
    resources::receipts::kept::Kept,
    state::Api,
    who::{Party, Who},
};

/// A bundle as a file.
pub(in crate::resources) fn file(name: &str, written: Result<Vec<u8>, serde_json::Error>) -> Result<Response, Problem> {
    let bytes = written.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "a bundle cannot be written");
        Problem::new(Kind::Internal, "the bundle cannot be written")
    })?;
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.bundle.json\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// Export an invoice or credit note with everything it takes to verify it
///
/// The file is what `assay verify` reads: the receipts of its customers since the document before, prices, and everything else from which its
/// lines follow. A customer's key is given those to the customer.
#[utoipa::path(get, path = "/v1/invoices/{invoice}/bundle", tag = "invoices",
    params(("invoice" = String, Path, description = "Its number or its id"), Kept),
    responses(
        (status = 200, description = "The bundle", headers(("Content-Disposition" = String, description = "A name for the file")),
            content((Object = "application/json"))),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn bundle(
    State(api): State<Api>,
    who: Who,
    Path(invoice): Path<String>,
    Query(kept): Query<Kept>,
) -> Result<Response, Problem> {
    let party = who.reads_own()?;
    let sizes = kept.sizes()?;
    let bundle = match party {
        Party::Tenant(caller) => api.assay().invoice_bundle_since(&caller, &invoice, &sizes).await?,
        Party::Customer(own) => api.assay().own_invoice_bundle(&own, &invoice, &sizes).await?,
    };
    let name = bundle.invoice.as_ref().map_or_else(|| "invoice".to_owned(), |invoice| invoice.number.clone());
    file(&name, bundle.write())
}
