use std::collections::BTreeMap;

use assay_app::{DisputeReport, DisputeTally};
use assay_domain::money::Amount;
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    problem::{Problem, ProblemBody},
    resources::invoices::AmountBody,
    state::Api,
    who::Who,
};

/// How much is disputed, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DisputeReport)]
pub struct DisputeReportBody {
    /// Altogether, by definition, by the reason of the verdict, by customer, and by what is said to be wrong.
    pub rows: Vec<DisputeReportRowBody>,
}

/// Disputes of one kind, and what came of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DisputeReportRow)]
pub struct DisputeReportRowBody {
    /// `all`, `definition`, `reason`, `customer` or `category`.
    #[schema(example = "reason")]
    pub by: &'static str,
    /// The definition's slug; null unless it is by definition or reason.
    #[schema(example = "resolved-ticket")]
    pub definition: Option<String>,
    /// The reason's code, the customer's key or the category; null unless it is by one of these.
    #[schema(example = "resolved")]
    pub name: Option<String>,
    /// Outcomes that were ever to be billed: what disputes are a part of. By category they are all there are.
    #[schema(example = 990)]
    pub outcomes: u64,
    /// How many disputes were opened.
    #[schema(example = 12)]
    pub disputes: u64,
    /// Their part of the outcomes, as a decimal; null where there is none.
    #[schema(example = "0.012121")]
    pub rate: Option<String>,
    /// Of these, those that wait for an answer.
    pub open: u64,
    /// Those that the customer was right about.
    pub upheld: u64,
    /// Those that the outcome stood against.
    pub rejected: u64,
    /// Those of which a share was taken back.
    pub split: u64,
    /// Of the decided ones, those that nobody had answered in time.
    pub by_default: u64,
    /// Those that were appealed.
    pub appealed: u64,
    /// What the disputed outcomes were worth, by currency.
    pub disputed: Vec<AmountBody>,
    /// What was taken back of that, by currency.
    pub taken_back: Vec<AmountBody>,
}

impl DisputeReportRowBody {
    fn new(by: &'static str, definition: Option<String>, name: Option<String>, tally: DisputeTally) -> Self {
        let amounts = |amounts: BTreeMap<String, Amount>| amounts.into_values().map(AmountBody::from).collect();
        Self {
            by,
            definition,
            name,
            outcomes: tally.outcomes,
            disputes: tally.disputes,
            rate: tally.rate(),
            open: tally.open,
            upheld: tally.upheld,
            rejected: tally.rejected,
            split: tally.split,
            by_default: tally.by_default,
            appealed: tally.appealed,
            disputed: amounts(tally.disputed),
            taken_back: amounts(tally.taken_back),
        }
    }
}

impl From<DisputeReport> for DisputeReportBody {
    fn from(report: DisputeReport) -> Self {
        let DisputeReport { all, definitions, reasons, customers, categories } = report;
        let row = DisputeReportRowBody::new;
        let mut rows = vec![row("all", None, None, all)];
        rows.extend(definitions.into_iter().map(|(slug, tally)| row("definition", Some(slug), None, tally)));
        rows.extend(reasons.into_iter().map(|((slug, reason), tally)| row("reason", Some(slug), Some(reason), tally)));
        rows.extend(customers.into_iter().map(|(customer, tally)| row("customer", None, Some(customer), tally)));
        rows.extend(categories.into_iter().map(|(category, tally)| row("category", None, Some(category.to_string()), tally)));
        Self { rows }
    }
}

/// Report how much is disputed, and what came of it
#[utoipa::path(get, path = "/v1/reports/disputes", tag = "reports", responses(
    (status = 200, description = "Rates, answers and amounts", body = DisputeReportBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn disputes(State(api): State<Api>, who: Who) -> Result<Json<DisputeReportBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(api.assay().dispute_report(&caller).await?.into()))
}
