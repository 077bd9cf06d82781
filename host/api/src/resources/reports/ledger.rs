use assay_app::{LedgerAudit, LedgerViolation};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Every check, in the order it is made.
const CHECKS: [&str; 9] = ["postings", "accounts", "balances", "lines", "numbers", "credit-notes", "lots", "references", "holds"];

/// Whether everything that must be true of the ledger is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerAudit)]
pub struct LedgerAuditBody {
    /// Whether nothing is wrong.
    pub holds: bool,
    /// How many transfers there are.
    pub transfers: i64,
    /// Every check, in order.
    pub checks: Vec<LedgerCheckBody>,
    /// What is not as it must be, in the order of the checks.
    pub violations: Vec<LedgerViolationBody>,
}

/// One check of the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerCheck)]
pub struct LedgerCheckBody {
    /// `postings`, `accounts`, `balances`, `lines`, `numbers`, `credit-notes`, `lots`, `references` or `holds`.
    #[schema(example = "postings")]
    pub check: &'static str,
    /// How much it finds wrong.
    pub violations: usize,
}

/// One thing that is not as it must be.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerViolation)]
pub struct LedgerViolationBody {
    /// By which check.
    #[schema(example = "balances")]
    pub check: &'static str,
    /// What it is about.
    pub what: String,
    /// What is there.
    pub found: String,
    /// What should be.
    pub expected: String,
}

impl From<LedgerAudit> for LedgerAuditBody {
    fn from(LedgerAudit { transfers, violations }: LedgerAudit) -> Self {
        let count = |check: &str| violations.iter().filter(|violation| violation.check == check).count();
        let checks = CHECKS.into_iter().map(|check| LedgerCheckBody { check, violations: count(check) }).collect();
        let holds = violations.is_empty();
        Self { holds, transfers, checks, violations: violations.into_iter().map(LedgerViolationBody::from).collect() }
    }
}

impl From<LedgerViolation> for LedgerViolationBody {
    fn from(LedgerViolation { check, what, found, expected }: LedgerViolation) -> Self {
        Self { check, what, found, expected }
    }
}

/// Check the ledger
///
/// Postings against prices, accounts and balances against transfers; lines, numbers, credit notes, prepaid credit and holds against each
/// other. All of it is read, so it takes longer the more there is.
#[utoipa::path(get, path = "/v1/reports/ledger", tag = "reports", responses(
    (status = 200, description = "What was checked, and what is not as it must be", body = LedgerAuditBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn ledger(State(api): State<Api>, who: Who) -> Result<Json<LedgerAuditBody>, Problem> {
    let caller = who.reads()?;
    Ok(Json(api.assay().audit_ledger(&caller).await?.into()))
}
