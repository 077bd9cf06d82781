//! Back-tests: candidates for definitions, judged over what is recorded, or over what comes in. They go on by themselves.

mod create;
mod differences;
mod list;
mod report;
mod show;
mod stop;
mod thresholds;

use std::collections::BTreeMap;

use assay_app::{BacktestView, Window};
use assay_domain::{definition::VersionContent, id::BacktestId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::{report::BacktestReportBody, thresholds::ThresholdsBody};
use crate::{kind::Kind, problem::Problem, resources::definitions::TimingBody, state::Api};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show))
        .routes(routes!(stop::stop))
        .routes(routes!(differences::differences))
}

/// A back-test.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Backtest)]
pub struct BacktestBody {
    /// Its id.
    #[schema(example = "bkt_0000000000001")]
    pub id: String,
    /// `history`: over what was recorded when it started; `shadow`: over what comes in afterwards.
    #[schema(example = "history")]
    pub kind: &'static str,
    /// `judging`; `finished`; `suspended`: the candidate faulted too often in a row; `stopped`.
    #[schema(example = "finished")]
    pub state: &'static str,
    /// The definition's name.
    #[schema(example = "resolved-ticket")]
    pub definition: String,
    /// What is judged by in the place of the version in force.
    pub candidate: CandidateBody,
    /// Interactions that opened before this are left out; null for none.
    #[schema(format = DateTime, example = "2026-03-01T00:00:00Z")]
    pub from: Option<String>,
    /// Interactions that opened at this or later are left out; null for none.
    #[schema(format = DateTime, example = "2026-04-01T00:00:00Z")]
    pub until: Option<String>,
    /// The time of asking; of a shadow, when it began.
    #[schema(format = DateTime, example = "2026-04-15T12:00:00Z")]
    pub as_of: String,
    /// What the candidate must keep to.
    pub thresholds: ThresholdsBody,
    /// How far it has come.
    pub progress: BacktestProgressBody,
    /// When it was started.
    #[schema(format = DateTime, example = "2026-04-15T12:00:00Z")]
    pub started_at: String,
    /// When it ended; null while it goes on.
    #[schema(format = DateTime, example = "2026-04-15T12:01:00Z")]
    pub ended_at: Option<String>,
    /// Whether every threshold was kept; null without any, and before its end.
    pub passed: Option<bool>,
    /// What it has found: once it has ended, of a shadow by now; null before, in lists, and where it was stopped.
    pub report: Option<BacktestReportBody>,
}

/// What a candidate fixes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestCandidate)]
pub struct CandidateBody {
    /// The SHA-256 of all it fixes, in hexadecimal digits.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub hash: String,
    /// The number of the version that fixes the same; null unless there was one when it started.
    #[schema(example = 2)]
    pub version: Option<u32>,
    /// The digest of its rule.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub rule: String,
    /// Its parameters by name; one that stays absent is left out.
    #[schema(example = json!({ "retry": "true", "window": "P3D" }))]
    pub parameters: BTreeMap<String, String>,
    /// When an outcome must be earned, when it is billed, and for how long it may be lost again.
    pub timing: TimingBody,
}

/// How far a back-test has come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestProgress)]
pub struct BacktestProgressBody {
    /// Interactions that were looked at.
    pub interactions: u64,
    /// Of how many; null of a shadow.
    pub total: Option<u64>,
    /// The part in per cent, cut to a whole number; null of a shadow.
    #[schema(example = 40)]
    pub percent: Option<u64>,
}

impl From<BacktestView> for BacktestBody {
    fn from(view: BacktestView) -> Self {
        let Window { from, until } = view.window;
        let percent = |total: u64| (view.seen * 100).checked_div(total).unwrap_or(100);
        let progress = BacktestProgressBody { interactions: view.seen, total: view.total, percent: view.total.map(percent) };
        Self {
            id: view.id.to_string(),
            kind: view.kind,
            state: view.state,
            definition: view.definition,
            candidate: CandidateBody::new(view.hash.to_string(), view.version, &view.parameter_names, view.content),
            from: from.map(|from| from.to_string()),
            until: until.map(|until| until.to_string()),
            as_of: view.as_of.to_string(),
            thresholds: view.thresholds.into(),
            progress,
            started_at: view.started_at.to_string(),
            ended_at: view.ended_at.map(|at| at.to_string()),
            passed: view.passed,
            report: view.report.map(BacktestReportBody::from),
        }
    }
}

impl CandidateBody {
    fn new(hash: String, version: Option<u32>, names: &[String], content: VersionContent) -> Self {
        let named = names.iter().zip(&content.parameters).filter(|(_, value)| value.kind().is_some());
        let parameters = named.map(|(name, value)| (name.clone(), value.to_string())).collect();
        Self { hash, version, rule: content.component.to_string(), parameters, timing: content.timing.into() }
    }
}

/// The back-test that a path names.
fn id(text: &str) -> Result<BacktestId, Problem> {
    text.parse().map_err(|_| Problem::new(Kind::NotFound, format!("there is no back-test {text:?}")))
}
