//! Billing runs: billing a month. A run goes on by itself once it is started.

mod create;
mod list;
mod show;

use assay_app::{BillReport, RunProgress, RunView};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{resources::invoices::AmountBody, state::Api};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list::list, create::create)).routes(routes!(show::show))
}

/// A billing run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BillingRun)]
pub struct BillingRunBody {
    /// Its id.
    #[schema(example = "run_0000000000001")]
    pub id: String,
    /// Which month.
    #[schema(example = "2026-03")]
    pub period: String,
    /// `draining`: what waits is judged first; `issuing`: usage is frozen, invoices are issued; `finished`.
    #[schema(example = "issuing")]
    pub state: &'static str,
    /// When it was started.
    #[schema(example = "2026-04-01T06:00:00Z", format = DateTime)]
    pub started_at: String,
    /// How far it has come; zeros when another process carries it, or carried it.
    pub progress: RunProgressBody,
    /// Why it does not go on; null unless it is being tried again.
    pub problem: Option<String>,
    /// What it did; null until it is finished, and when another process finished it.
    pub report: Option<RunReportBody>,
}

/// How far a run has come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RunProgress)]
pub struct RunProgressBody {
    /// Interactions that were judged first.
    pub judged: u64,
    /// Customers that have their invoices.
    pub customers_done: u64,
    /// Of how many.
    pub customers: u64,
}

/// What a run did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RunReport)]
pub struct RunReportBody {
    /// Invoices and credit notes that were issued.
    pub invoices: u64,
    /// What they add up to, by currency.
    pub totals: Vec<AmountBody>,
    /// Interactions that belong to nobody and are billed to nobody.
    pub unassigned: UnassignedBody,
    /// The keys of customers with usage in the month and no agreement; it is billed once they have one.
    pub without_agreement: Vec<String>,
    /// Bills that cannot be computed exactly, with the customer and why; the next run tries again.
    pub unrated: Vec<String>,
    /// Outcomes that a fault keeps from being judged.
    pub faulted: i64,
}

/// Interactions that belong to nobody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Unassigned)]
pub struct UnassignedBody {
    /// How many.
    pub count: i64,
    /// The subjects of the first of them.
    pub first_subjects: Vec<String>,
}

impl From<RunView> for BillingRunBody {
    fn from(view: RunView) -> Self {
        let RunProgress { judged, issued, customers, report, problem } = view.progress;
        Self {
            id: view.id.to_string(),
            period: view.period.to_string(),
            state: view.state,
            started_at: view.started_at.to_string(),
            progress: RunProgressBody { judged, customers_done: issued, customers },
            problem: problem.filter(|_| view.state != "finished"),
            report: report.map(RunReportBody::from),
        }
    }
}

impl From<BillReport> for RunReportBody {
    fn from(report: BillReport) -> Self {
        let (count, first_subjects) = report.unassigned;
        Self {
            invoices: report.invoices,
            totals: report.totals.into_iter().map(AmountBody::from).collect(),
            unassigned: UnassignedBody { count, first_subjects },
            without_agreement: report.without_agreement,
            unrated: report.unrated,
            faulted: report.faulted,
        }
    }
}
