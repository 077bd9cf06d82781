use assay_app::{DayView, Overview};
use assay_domain::violation::Violation;
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::scope::Scope;
use crate::{
    page::Query,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Days shown unless asked otherwise, and at most.
const DAYS: u16 = 60;
const DAYS_MAX: u16 = 366;

/// How the work goes, at a glance.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Overview)]
pub struct OverviewBody {
    /// Oldest first, without gaps; the last is the latest on which an attempt was opened.
    pub days: Vec<OverviewDayBody>,
    /// Attempts that succeeded, of all time.
    pub succeeded: i64,
    /// Attempts that failed, of all time.
    pub failed: i64,
    /// Attempts that are undecided.
    pub open: i64,
    /// Outcomes that a fault keeps from being judged.
    pub quarantined: i64,
    /// Successes among the decided attempts; null while nothing is decided.
    #[schema(example = "0.947")]
    pub success_rate: Option<String>,
}

/// The attempts that were opened on one day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OverviewDay)]
pub struct OverviewDayBody {
    /// The day, UTC.
    #[schema(example = "2026-03-01", format = Date)]
    pub day: String,
    /// Of these, those that succeeded.
    pub succeeded: i64,
    /// Those that failed.
    pub failed: i64,
    /// Those that are undecided.
    pub open: i64,
}

impl From<Overview> for OverviewBody {
    fn from(view: Overview) -> Self {
        let success_rate = view.success_permille().map(|permille| format!("{}.{:03}", permille / 1_000, permille % 1_000));
        let Overview { days, succeeded, failed, open, quarantined, .. } = view;
        Self { days: days.into_iter().map(OverviewDayBody::from).collect(), succeeded, failed, open, quarantined, success_rate }
    }
}

impl From<DayView> for OverviewDayBody {
    fn from(DayView { day, succeeded, failed, open }: DayView) -> Self {
        // RFC 3339 starts with the ten characters of the date.
        Self { day: day.to_string().chars().take(10).collect(), succeeded, failed, open }
    }
}

/// Report how the work goes, day by day
#[utoipa::path(get, path = "/v1/reports/overview", tag = "reports", params(Scope), responses(
    (status = 200, description = "The last days, and all of time", body = OverviewBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn overview(State(api): State<Api>, who: Who, Query(scope): Query<Scope>) -> Result<Json<OverviewBody>, Problem> {
    let caller = who.reads()?;
    let days = scope.days.unwrap_or(DAYS);
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(Violation::new("days", format!("it is {days}"), format!("give a number from 1 to {DAYS_MAX}")).into());
    }
    Ok(Json(api.assay().overview(&caller, scope.definition.as_deref(), days).await?.into()))
}
