use axum::{
    Json,
    extract::{Path, State},
};

use super::WalletBody;
use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Show a customer's wallet in a currency
///
/// Every customer has one in every currency; it is empty until credit is granted.
#[utoipa::path(get, path = "/v1/customers/{customer}/wallets/{currency}", tag = "wallets",
    params(
        ("customer" = String, Path, description = "The customer's id or key"),
        ("currency" = String, Path, description = "ISO 4217: `USD`"),
    ),
    responses(
        (status = 200, description = "The wallet, as it is now", body = WalletBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn show(
    State(api): State<Api>,
    who: Who,
    Path((customer, currency)): Path<(String, String)>,
) -> Result<Json<WalletBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(api.assay().wallet(&caller, &customer, super::currency(&currency)?).await?.into()))
}
