use assay_app::{OutcomeReport, OutcomeReportRow};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// How everything stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OutcomeReport)]
pub struct OutcomeReportBody {
    /// Recorded events.
    pub events: i64,
    /// Events kept aside because their identity was taken.
    pub conflicts: i64,
    /// Interactions, judged or not.
    pub interactions: i64,
    /// Judged interactions that belong to nobody.
    pub unassigned: i64,
    /// Interactions that wait to be judged.
    pub waiting: i64,
    /// Outcomes by definition, state and reason.
    pub rows: Vec<OutcomeReportRowBody>,
}

/// Outcomes of one definition that stand alike.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OutcomeReportRow)]
pub struct OutcomeReportRowBody {
    /// The definition's slug.
    #[schema(example = "resolved-ticket")]
    pub definition: String,
    /// `open`, `provisional`, `final`, `failed`, `indeterminate` or `not-eligible`; null when a fault came before any verdict.
    #[schema(example = "final")]
    pub state: Option<String>,
    /// The code of the reason.
    #[schema(example = "resolved")]
    pub reason: Option<String>,
    /// Whether a fault keeps them from being renewed.
    pub faulted: bool,
    /// How many.
    pub count: i64,
    /// What they add up to.
    #[schema(example = "120")]
    pub quantity: String,
}

impl From<OutcomeReport> for OutcomeReportBody {
    fn from(report: OutcomeReport) -> Self {
        let OutcomeReport { events, conflicts, interactions, unassigned, waiting, rows } = report;
        Self { events, conflicts, interactions, unassigned, waiting, rows: rows.into_iter().map(OutcomeReportRowBody::from).collect() }
    }
}

impl From<OutcomeReportRow> for OutcomeReportRowBody {
    fn from(row: OutcomeReportRow) -> Self {
        let OutcomeReportRow { definition, state, reason, faulted, count, quantity } = row;
        Self { definition, state: state.map(|state| state.to_string()), reason, faulted, count, quantity: quantity.to_string() }
    }
}

/// Report outcomes by definition, state and reason
#[utoipa::path(get, path = "/v1/reports/outcomes", tag = "reports", responses(
    (status = 200, description = "How everything stands", body = OutcomeReportBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn outcomes(State(api): State<Api>, who: Who) -> Result<Json<OutcomeReportBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(api.assay().outcome_report(&caller).await?.into()))
}
