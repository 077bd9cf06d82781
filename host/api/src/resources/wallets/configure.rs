use assay_app::WalletRequest;
use assay_domain::key::Role;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{TopUpMarkBody, WalletBody};
use crate::{
    body::Json,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// How a wallet is to behave.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WalletSettings {
    /// Whether it says stop when nothing is available.
    hard_stop: bool,
    /// When more is asked for; never unless given.
    top_up: Option<TopUpMarkBody>,
}

/// Say how a customer's wallet behaves
///
/// In the place of everything that was said before.
#[utoipa::path(put, path = "/v1/customers/{customer}/wallets/{currency}", tag = "wallets", request_body = WalletSettings,
    params(
        ("customer" = String, Path, description = "The customer's id or key"),
        ("currency" = String, Path, description = "ISO 4217: `USD`"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body are carried out once"),
    ),
    responses(
        (status = 200, description = "The wallet, as it is now", body = WalletBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn configure(
    State(api): State<Api>,
    who: Who,
    Path((customer, currency)): Path<(String, String)>,
    new: Json<WalletSettings>,
) -> Result<axum::Json<WalletBody>, Problem> {
    let caller = who.may_once(Role::Billing, new.once)?;
    let WalletSettings { hard_stop, top_up } = new.body;
    let top_up = top_up.as_ref().map(TopUpMarkBody::read).transpose()?;
    let request = WalletRequest { customer, currency: super::currency(&currency)?, hard_stop, top_up };
    Ok(axum::Json(api.assay().configure_wallet(&caller, &request).await?.into()))
}
