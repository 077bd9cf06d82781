use assay_app::BalanceView;
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::whose::Whose;
use crate::{
    page::{Listing, Query},
    problem::{Problem, ProblemBody},
    resources::invoices::AmountBody,
    state::Api,
    who::Who,
};

/// What an account of a customer has come to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Balance)]
pub struct BalanceBody {
    /// The customer's key.
    #[schema(example = "acme")]
    pub customer: String,
    /// `receivable`: what the customer owes; `revenue`: what was earned; `wallet`: what was paid ahead; `tax`: what is passed on;
    /// `external`: the world outside, with payments, grants, and credit that expired.
    #[schema(example = "receivable")]
    pub account: &'static str,
    /// What it gained.
    pub debits: AmountBody,
    /// What it gave.
    pub credits: AmountBody,
    /// Debits less credits: negative for what was earned, passed on or paid ahead.
    pub balance: AmountBody,
}

impl From<BalanceView> for BalanceBody {
    fn from(BalanceView { customer, account, debits, credits, balance }: BalanceView) -> Self {
        Self { customer, account, debits: debits.into(), credits: credits.into(), balance: balance.into() }
    }
}

/// List the balances of accounts
///
/// What is held moves nothing, so it is in no balance; the wallet shows it. All of them are answered at once.
#[utoipa::path(get, path = "/v1/balances", tag = "ledger", params(Whose), responses(
    (status = 200, description = "By customer, currency and account", body = Listing<BalanceBody>),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn balances(State(api): State<Api>, who: Who, Query(whose): Query<Whose>) -> Result<Json<Listing<BalanceBody>>, Problem> {
    let caller = who.reads()?;
    let rows = api.assay().balances(&caller, whose.customer.as_deref()).await?;
    Ok(Json(Listing { data: rows.into_iter().map(BalanceBody::from).collect(), next_cursor: None }))
}
