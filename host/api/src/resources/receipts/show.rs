use axum::{
    Json,
    extract::{Path, State},
};

use super::{ReceiptBody, bundle::named};
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// Show a receipt
///
/// A customer's key is shown those of what the customer is billed for.
#[utoipa::path(get, path = "/v1/receipts/{receipt}", tag = "receipts", params(("receipt" = String, Path, description = "Its id")), responses(
    (status = 200, description = "The receipt", body = ReceiptBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn show(State(api): State<Api>, who: Who, Path(receipt): Path<String>) -> Result<Json<ReceiptBody>, Problem> {
    let party = who.reads_own()?;
    let id = named(&receipt)?;
    let view = match party {
        Party::Tenant(caller) => api.assay().receipt(&caller, id).await?,
        Party::Customer(own) => api.assay().own_receipt(&own, id).await?,
    };
    Ok(Json(view.into()))
}
