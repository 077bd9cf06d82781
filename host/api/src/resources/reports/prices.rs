use assay_app::{CardMargin, CustomerBills, PriceSimulation};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    economics::{MoneyBody, share},
    months::Months,
};
use crate::{
    page::Query,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// What recorded usage would have brought under several rate cards.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceSimulation)]
pub struct PriceSimulationBody {
    /// In the order in which they were asked for.
    pub cards: Vec<CardMarginBody>,
    /// Customers' months that were priced.
    #[schema(example = 48)]
    pub months: u64,
}

/// What one card would have brought.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CardMargin)]
pub struct CardMarginBody {
    /// The card's name.
    #[schema(example = "outcome-only")]
    pub card: String,
    /// All of it, without taxes.
    pub revenue: MoneyBody,
    /// What the interactions cost, in the card's currency.
    pub cost: MoneyBody,
    /// The margin that a tenth of the customers' months do not exceed.
    pub margin_p10: MoneyBody,
    /// Half of them.
    pub margin_p50: MoneyBody,
    /// Nine tenths of them.
    pub margin_p90: MoneyBody,
    /// Customers' months that lose money.
    #[schema(example = 2)]
    pub losing_months: u64,
    /// What customers would pay.
    pub customers: Vec<CustomerBillsBody>,
}

/// What one customer would pay.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerBills)]
pub struct CustomerBillsBody {
    /// The customer's key.
    #[schema(example = "acme")]
    pub customer: String,
    /// All months together.
    pub revenue: MoneyBody,
    /// What its interactions cost.
    pub cost: MoneyBody,
    /// Standard deviation of its months divided by their mean; null where it pays nothing.
    #[schema(example = "0.2143")]
    pub variation: Option<String>,
}

impl From<CardMargin> for CardMarginBody {
    fn from(CardMargin { card, revenue, cost, p10, p50, p90, losing, customers }: CardMargin) -> Self {
        let bills = |CustomerBills { customer, revenue, cost, variation }| CustomerBillsBody {
            customer,
            revenue: revenue.into(),
            cost: cost.into(),
            variation: variation.map(share),
        };
        Self {
            card,
            revenue: revenue.into(),
            cost: cost.into(),
            margin_p10: p10.into(),
            margin_p50: p50.into(),
            margin_p90: p90.into(),
            losing_months: losing,
            customers: customers.into_iter().map(bills).collect(),
        }
    }
}

/// Simulate prices over recorded usage
///
/// Each customer's calendar months (UTC) are priced under each card as a billing run would, and compared with what the interactions cost.
#[utoipa::path(get, path = "/v1/reports/prices", tag = "reports", params(Months), responses(
    (status = 200, description = "Revenue, margins and how bills vary, card by card", body = PriceSimulationBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn prices(State(api): State<Api>, who: Who, Query(months): Query<Months>) -> Result<Json<PriceSimulationBody>, Problem> {
    let caller = who.reads()?;
    let (query, cards) = months.query(api.assay().now())?;
    let PriceSimulation { cards, months } = api.assay().simulate_prices(&caller, &query, &cards, Vec::new()).await?;
    Ok(Json(PriceSimulationBody { cards: cards.into_iter().map(CardMarginBody::from).collect(), months }))
}
