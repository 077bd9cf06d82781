//! Rate cards: what outcomes cost.

mod card;
mod charge;
mod create;
mod list;
mod show;

use assay_app::RateCardView;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;
use card::CardBody;
pub use card::OverridesBody;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list::list, create::create)).routes(routes!(show::show))
}

/// A rate card. It never changes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateCard)]
pub struct RateCardBody {
    /// Its id.
    #[schema(example = "rcd_0000000000001")]
    pub id: String,
    /// Its name.
    #[schema(example = "standard-2026")]
    pub name: String,
    /// Of every price and every amount: ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
    /// The card itself.
    #[schema(value_type = CardBody)]
    pub card: Value,
}

impl From<RateCardView> for RateCardBody {
    fn from(RateCardView { id, card }: RateCardView) -> Self {
        // Every card was read from JSON.
        let json = serde_json::to_value(&card).unwrap_or_default();
        Self { id: id.to_string(), currency: card.currency.to_string(), name: card.name, card: json }
    }
}
