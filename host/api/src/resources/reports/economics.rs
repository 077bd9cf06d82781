use assay_app::{Economics, EconomicsRow, ModelCosts, Money, Readiness, UnreadableCost};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::months::Months;
use crate::{
    page::Query,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// An amount to the millionth of a unit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExactMoney)]
pub struct MoneyBody {
    /// With at least the currency's own decimals and at most six.
    #[schema(example = "0.0123")]
    pub amount: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
}

/// Bounds of a share, with a confidence of 95 %.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShareInterval)]
pub struct ShareIntervalBody {
    /// The lower bound.
    #[schema(example = "0.1752")]
    pub low: String,
    /// The upper bound.
    #[schema(example = "0.2264")]
    pub high: String,
}

/// What outcomes cost and bring.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Economics)]
pub struct EconomicsBody {
    /// By month, definition, customer and currency.
    pub rows: Vec<EconomicsRowBody>,
    /// What interactions cost that opened in these months, each once, whatever judged them.
    pub cost: Vec<MoneyBody>,
    /// What no definition brings by itself: fees, commitments, charges for events.
    pub other_revenue: Vec<MoneyBody>,
    /// The same costs by model.
    pub models: Vec<ModelCostsBody>,
    /// How many cost events count for nothing, as they cannot be read.
    #[schema(example = 0)]
    pub unreadable: u64,
    /// The newest of them.
    pub examples: Vec<UnreadableCostBody>,
    /// Customers' periods that cannot be priced, and why.
    pub unrated: Vec<String>,
}

/// One definition for one customer in one month.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EconomicsRow)]
pub struct EconomicsRowBody {
    /// The month in which the interactions opened.
    #[schema(example = "2026-03")]
    pub month: String,
    /// The definition's name.
    #[schema(example = "resolved-ticket")]
    pub definition: String,
    /// The customer's key; null where nobody is named.
    #[schema(example = "acme")]
    pub customer: Option<String>,
    /// Interactions that were judged at all.
    #[schema(example = 1000)]
    pub attempts: u64,
    /// Of these, those whose success stands.
    #[schema(example = 200)]
    pub successes: u64,
    /// Successes among attempts; null without attempts.
    #[schema(example = "0.2000")]
    pub success_rate: Option<String>,
    /// Between what bounds the success rate lies.
    pub success_rate_interval: Option<ShareIntervalBody>,
    /// What the attempts cost.
    pub cost: MoneyBody,
    /// What one attempt costs.
    pub cost_per_attempt: Option<MoneyBody>,
    /// What one success costs, the attempts that failed included.
    pub cost_per_success: Option<MoneyBody>,
    /// What the charges that count the definition bring in the month.
    pub revenue: MoneyBody,
    /// What is left.
    pub margin: MoneyBody,
    /// The success rate at which nothing would be left; null where nothing is brought or cost.
    #[schema(example = "0.1010")]
    pub break_even_rate: Option<String>,
    /// Outcomes dated in the month that were taken back.
    #[schema(example = 3)]
    pub reversals: u64,
    /// Outcomes dated in the month that were disputed.
    #[schema(example = 1)]
    pub disputes: u64,
}

/// What a model cost.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelCosts)]
pub struct ModelCostsBody {
    /// Its name; empty where none is told.
    #[schema(example = "small-1")]
    pub model: String,
    /// What it cost.
    pub cost: MoneyBody,
    /// Tokens read.
    #[schema(example = 2400000)]
    pub input_tokens: u64,
    /// Tokens written.
    #[schema(example = 310000)]
    pub output_tokens: u64,
}

/// A cost event that cannot be read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnreadableCost)]
pub struct UnreadableCostBody {
    /// The event's id.
    #[schema(example = "evt_0000000000001")]
    pub event: String,
    /// Why.
    #[schema(example = "amount is missing; write \"amount\": \"0.0123\"")]
    pub problem: String,
}

/// The four conditions of pricing by outcomes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Readiness)]
pub struct ReadinessBody {
    /// One for each definition and question.
    pub answers: Vec<ReadinessAnswerBody>,
}

/// What data say to one question.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReadinessAnswer)]
pub struct ReadinessAnswerBody {
    /// The definition's name.
    #[schema(example = "resolved-ticket")]
    pub definition: String,
    /// `binary`: does the rule decide? `rate`: is the success rate above break-even? `credit`: is a success one participant's? `trust`: is
    /// little disputed and taken back?
    #[schema(example = "binary")]
    pub question: String,
    /// `yes`, `no`, or `unclear` while the interval is on both sides of the bar.
    #[schema(example = "yes")]
    pub answer: String,
    /// How many there are of what is asked for.
    #[schema(example = 998)]
    pub part: u64,
    /// Among how many.
    #[schema(example = 1000)]
    pub whole: u64,
    /// Between what bounds the share lies.
    pub interval: Option<ShareIntervalBody>,
    /// The share that decides; null where nothing is known to compare with.
    #[schema(example = "0.9500")]
    pub bar: Option<String>,
}

pub(super) fn share(share: f64) -> String {
    format!("{share:.4}")
}

impl From<Money> for MoneyBody {
    fn from(money: Money) -> Self {
        Self { amount: money.decimal(), currency: money.currency().code().to_owned() }
    }
}

impl From<assay_app::Interval> for ShareIntervalBody {
    fn from(assay_app::Interval { low, high }: assay_app::Interval) -> Self {
        Self { low: share(low), high: share(high) }
    }
}

impl From<EconomicsRow> for EconomicsRowBody {
    fn from(row: EconomicsRow) -> Self {
        Self {
            month: row.month.to_string(),
            success_rate: row.rate().map(share),
            success_rate_interval: row.interval.map(ShareIntervalBody::from),
            cost: row.cost.into(),
            cost_per_attempt: row.cost_per_attempt().map(MoneyBody::from),
            cost_per_success: row.cost_per_success().map(MoneyBody::from),
            revenue: row.revenue.into(),
            margin: row.margin().into(),
            break_even_rate: row.break_even().map(share),
            reversals: row.reversals,
            disputes: row.disputes,
            attempts: row.attempts,
            successes: row.successes,
            definition: row.definition,
            customer: row.customer,
        }
    }
}

impl From<ModelCosts> for ModelCostsBody {
    fn from(ModelCosts { model, cost, input_tokens, output_tokens }: ModelCosts) -> Self {
        Self { model, cost: cost.into(), input_tokens, output_tokens }
    }
}

impl From<Economics> for EconomicsBody {
    fn from(report: Economics) -> Self {
        let example = |UnreadableCost { event, problem }| UnreadableCostBody { event: event.to_string(), problem };
        Self {
            rows: report.rows.into_iter().map(EconomicsRowBody::from).collect(),
            cost: report.cost.into_iter().map(MoneyBody::from).collect(),
            other_revenue: report.other_revenue.into_iter().map(MoneyBody::from).collect(),
            models: report.models.into_iter().map(ModelCostsBody::from).collect(),
            unreadable: report.unreadable,
            examples: report.examples.into_iter().map(example).collect(),
            unrated: report.unrated,
        }
    }
}

impl From<Readiness> for ReadinessAnswerBody {
    fn from(found: Readiness) -> Self {
        Self {
            definition: found.definition,
            question: found.question.name().to_owned(),
            answer: found.answer.name().to_owned(),
            part: found.part,
            whole: found.whole,
            interval: found.interval.map(ShareIntervalBody::from),
            bar: found.bar.map(share),
        }
    }
}

/// Report what outcomes cost and bring
///
/// A month's attempts are the interactions that opened in it; costs and successes are theirs, however late either came. Its revenue is what the
/// billing periods cost that end with its run.
#[utoipa::path(get, path = "/v1/reports/economics", tag = "reports", params(Months), responses(
    (status = 200, description = "By month, definition and customer", body = EconomicsBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn economics(State(api): State<Api>, who: Who, Query(months): Query<Months>) -> Result<Json<EconomicsBody>, Problem> {
    let caller = who.reads()?;
    let (query, _) = months.query(api.assay().now())?;
    Ok(Json(api.assay().economics(&caller, &query).await?.into()))
}

/// Report whether definitions are ready to be priced by their outcomes
#[utoipa::path(get, path = "/v1/reports/readiness", tag = "reports", params(Months), responses(
    (status = 200, description = "Four answers for each definition", body = ReadinessBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn readiness(State(api): State<Api>, who: Who, Query(months): Query<Months>) -> Result<Json<ReadinessBody>, Problem> {
    let caller = who.reads()?;
    let (query, _) = months.query(api.assay().now())?;
    let answers = api.assay().readiness(&caller, &query).await?;
    Ok(Json(ReadinessBody { answers: answers.into_iter().map(ReadinessAnswerBody::from).collect() }))
}
