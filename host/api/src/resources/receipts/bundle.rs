use assay_domain::id::ReceiptId;
use axum::{
    extract::{Path, State},
    response::Response,
};

use super::kept::Kept;
use crate::{
    kind::Kind,
    page::Query,
    problem::{Problem, ProblemBody},
    resources::invoices::bundle::file,
    state::Api,
    who::{Party, Who},
};

/// The receipt that a path names.
pub(super) fn named(receipt: &str) -> Result<ReceiptId, Problem> {
    receipt.parse().map_err(|_| Problem::new(Kind::NotFound, format!("there is no receipt {receipt:?}")))
}

/// Export a receipt with everything it takes to verify it
///
/// The file is what `assay verify` and the verifying page read: the receipt, the proof that the log holds it, the events and the rule that
/// it was judged by. A customer's key is given those of what the customer is billed for.
#[utoipa::path(get, path = "/v1/receipts/{receipt}/bundle", tag = "receipts",
    params(("receipt" = String, Path, description = "Its id"), Kept),
    responses(
        (status = 200, description = "The bundle", headers(("Content-Disposition" = String, description = "A name for the file")),
            content((Object = "application/json"))),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn bundle(
    State(api): State<Api>,
    who: Who,
    Path(receipt): Path<String>,
    Query(kept): Query<Kept>,
) -> Result<Response, Problem> {
    let party = who.reads_own()?;
    let (id, sizes) = (named(&receipt)?, kept.sizes()?);
    let bundle = match party {
        Party::Tenant(caller) => api.assay().receipt_bundle(&caller, id, &sizes).await?,
        Party::Customer(own) => api.assay().own_receipt_bundle(&own, id, &sizes).await?,
    };
    file(&id.to_string(), bundle.write())
}
