use assay_app::{ConservationReport, Equation, MoneyView};
use assay_domain::{time::Timestamp, violation::Violation};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::moment::Moment;
use crate::{
    page::Query,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Where every event and every cent is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConservationReport)]
pub struct ConservationBody {
    /// The time of the report: what was recorded later is not in it.
    #[schema(example = "2026-03-01T10:00:00Z", format = DateTime)]
    pub as_of: String,
    /// Whether every equation holds.
    pub holds: bool,
    /// Events that were accepted by then.
    pub events: u64,
    /// Events that were kept aside because their identity was taken; they are in no class.
    pub conflicts: u64,
    /// Every class of events, in order: an event is in the first that fits.
    pub classes: Vec<EventClassBody>,
    /// The money of each currency.
    pub money: Vec<ConservationMoneyBody>,
    /// What must be equal.
    pub equations: Vec<EquationBody>,
}

/// The events of one class.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventClass)]
pub struct EventClassBody {
    /// `superseded`, `withheld`, `waiting`, `unread`, `unassigned`, `quarantined`, `disputed`, `billed`, `billable`, `provisional`, `open`,
    /// `failed`, `overruled`, `indeterminate` or `not-eligible`.
    #[schema(example = "billed")]
    pub class: String,
    /// How many.
    pub events: u64,
}

/// The money of one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConservationMoney)]
pub struct ConservationMoneyBody {
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
    /// Invoices, voided ones included.
    #[schema(example = "990.00")]
    pub invoices: String,
    /// What credit notes give back.
    #[schema(example = "0.99")]
    pub credit_notes: String,
    /// What was voided.
    #[schema(example = "0.00")]
    pub voided: String,
    /// What is posted: invoices less credit notes and what was voided.
    #[schema(example = "989.01")]
    pub posted: String,
    /// Of that, what is due in advance of periods that are not billed yet.
    #[schema(example = "500.00")]
    pub advances: String,
    /// What billed periods cost by the usage that is known.
    #[schema(example = "491.00")]
    pub cost: String,
    /// What is still to be posted for them; negative is to be given back.
    #[schema(example = "1.99")]
    pub due: String,
    /// Prepaid credit that paid documents, less what came back.
    #[schema(example = "0.00")]
    pub drawn: String,
    /// Payments, less what was paid back.
    #[schema(example = "0.00")]
    pub paid: String,
    /// What customers owe.
    #[schema(example = "989.01")]
    pub receivable: String,
    /// What periods that are not billed yet cost by what has settled, less what is posted for them in advance.
    #[schema(example = "12.87")]
    pub unbilled: String,
    /// What is held for what may be billed: what is provisional, and what is withheld while it is disputed.
    #[schema(example = "0.99")]
    pub held: String,
    /// What is billed and disputed, so that it may be given back.
    #[schema(example = "0.99")]
    pub disputed: String,
}

/// Two things that must be equal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Equation)]
pub struct EquationBody {
    /// What they are.
    #[schema(example = "events accepted = events in a class")]
    pub name: String,
    /// What one comes to.
    #[schema(example = "120")]
    pub left: String,
    /// What the other comes to.
    #[schema(example = "120")]
    pub right: String,
    /// Whether they are equal.
    pub holds: bool,
}

impl From<ConservationReport> for ConservationBody {
    fn from(report: ConservationReport) -> Self {
        let holds = report.holds();
        let ConservationReport { as_of, events, conflicts, classes, money, equations } = report;
        let classes = classes.into_iter().map(|(class, events)| EventClassBody { class: class.to_string(), events });
        Self {
            as_of: as_of.to_string(),
            holds,
            events,
            conflicts,
            classes: classes.collect(),
            money: money.into_iter().map(ConservationMoneyBody::from).collect(),
            equations: equations.into_iter().map(EquationBody::from).collect(),
        }
    }
}

impl From<MoneyView> for ConservationMoneyBody {
    fn from(money: MoneyView) -> Self {
        Self {
            currency: money.posted.currency().to_string(),
            invoices: money.invoices.decimal(),
            credit_notes: money.credit_notes.decimal(),
            voided: money.voided.decimal(),
            posted: money.posted.decimal(),
            advances: money.advances.decimal(),
            cost: money.cost.decimal(),
            due: money.due.decimal(),
            drawn: money.drawn.decimal(),
            paid: money.paid.decimal(),
            receivable: money.receivable.decimal(),
            unbilled: money.unbilled.decimal(),
            held: money.held.decimal(),
            disputed: money.disputed.decimal(),
        }
    }
}

impl From<Equation> for EquationBody {
    fn from(Equation { name, left, right, holds }: Equation) -> Self {
        Self { name, left, right, holds }
    }
}

/// Report where every accepted event and every cent is, now or at a time
#[utoipa::path(get, path = "/v1/reports/conservation", tag = "reports", params(Moment), responses(
    (status = 200, description = "Every event in one class, and what must be equal", body = ConservationBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn conservation(
    State(api): State<Api>,
    who: Who,
    Query(moment): Query<Moment>,
) -> Result<Json<ConservationBody>, Problem> {
    let caller = who.reads()?;
    let as_of = moment.as_of.map(|text| time(&text)).transpose()?;
    Ok(Json(api.assay().conservation(&caller, as_of).await?.into()))
}

fn time(text: &str) -> Result<Timestamp, Violation> {
    text.parse().map_err(|_| Violation::new("as_of", format!("{text:?} is no time"), "give a time such as 2026-03-01T10:00:00Z"))
}
