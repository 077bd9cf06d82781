//! Wallets: credit that customers have paid ahead, what is left of it, and when more is asked for.

mod configure;
mod grant;
mod lot;
mod show;
mod top_ups;

use assay_app::WalletView;
use assay_domain::{
    money::{Amount, Currency, CurrencyError},
    violation::Violation,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{resources::invoices::AmountBody, state::Api};
use lot::LotBody;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(show::show, configure::configure)).routes(routes!(grant::grant)).routes(routes!(top_ups::top_ups))
}

/// A customer's wallet in one currency, as it is now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Wallet)]
pub struct WalletBody {
    /// The customer's key.
    #[schema(example = "acme")]
    pub customer: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
    /// What is left of the credit; what has expired is worth nothing.
    pub balance: AmountBody,
    /// What is likely to be billed.
    pub held: AmountBody,
    /// The balance less what is held.
    pub available: AmountBody,
    /// Whether no more work should be done: nothing is available, and the wallet stops there.
    pub stopped: bool,
    /// Whether it says stop when nothing is available.
    pub hard_stop: bool,
    /// When more is asked for; null for never.
    pub top_up: Option<TopUpMarkBody>,
    /// All of its credit, in the order in which it is drawn.
    pub lots: Vec<LotBody>,
}

/// When more credit is asked for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TopUpMark)]
pub struct TopUpMarkBody {
    /// Once less than this is available.
    pub below: AmountBody,
    /// How much is asked for.
    pub amount: AmountBody,
}

impl TopUpMarkBody {
    fn read(&self) -> Result<(Amount, Amount), Violation> {
        Ok((self.below.read("top_up.below")?, self.amount.read("top_up.amount")?))
    }
}

impl From<(Amount, Amount)> for TopUpMarkBody {
    fn from((below, amount): (Amount, Amount)) -> Self {
        Self { below: below.into(), amount: amount.into() }
    }
}

impl From<WalletView> for WalletBody {
    fn from(view: WalletView) -> Self {
        Self {
            customer: view.customer,
            currency: view.currency.to_string(),
            balance: view.balance.into(),
            held: view.held.into(),
            available: view.available.into(),
            stopped: view.stopped,
            hard_stop: view.hard_stop,
            top_up: view.top_up.map(TopUpMarkBody::from),
            lots: view.lots.into_iter().map(LotBody::from).collect(),
        }
    }
}

fn currency(text: &str) -> Result<Currency, Violation> {
    text.parse().map_err(|error: CurrencyError| Violation::new("currency", error.to_string(), "name it in the path by its three letters"))
}
