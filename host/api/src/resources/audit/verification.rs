use assay_app::AuditReport;
use assay_domain::{
    audit::{AuditHead, AuditViolation, Wrong},
    violation::Violation,
};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::kept::Kept;
use crate::{
    page::Query,
    problem::{Problem, ProblemBody},
    state::Api,
    who::Who,
};

/// Whether the audit log is as it was recorded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditVerification)]
pub struct AuditVerificationBody {
    /// Whether nothing is wrong.
    pub holds: bool,
    /// How many operations are as they were recorded: all of them, or those before what is wrong.
    pub operations: i64,
    /// The head that stands for those.
    #[schema(example = "3:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub head: String,
    /// How many are recorded and not chained yet, so that nothing can be said of them.
    pub waiting: i64,
    /// The head that was kept, if one was given.
    pub kept: Option<String>,
    /// What is wrong first; null when nothing is.
    pub violation: Option<AuditViolationBody>,
}

/// What is wrong with the audit log first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditViolation)]
pub struct AuditViolationBody {
    /// The place in the chain, from 1.
    pub position: i64,
    /// The operation; null when none is left.
    #[schema(example = "opr_0000000000001")]
    pub operation: Option<String>,
    /// `altered`, `unreadable`, `moved`, `missing`, `unchained`, `link-altered`, `link-missing`, `broken`, `truncated` or `rewritten`.
    #[schema(example = "altered")]
    pub wrong: &'static str,
    /// The operation under whose number it is now, of one that was moved.
    pub moved_to: Option<String>,
    /// In words.
    pub detail: String,
}

impl From<AuditReport> for AuditVerificationBody {
    fn from(report: AuditReport) -> Self {
        let holds = report.holds();
        let AuditReport { head, waiting, kept, violation } = report;
        let kept = kept.map(|kept| kept.to_string());
        Self { holds, operations: head.size, head: head.to_string(), waiting, kept, violation: violation.map(AuditViolationBody::from) }
    }
}

impl From<AuditViolation> for AuditViolationBody {
    fn from(violation: AuditViolation) -> Self {
        let detail = violation.to_string();
        let AuditViolation { position, operation, wrong } = violation;
        let moved_to = if let Wrong::Moved { to } = wrong { Some(to.to_string()) } else { None };
        Self { position, operation: operation.map(|operation| operation.to_string()), wrong: wrong.name(), moved_to, detail }
    }
}

/// Verify the audit log
///
/// Follows its chain from the first operation to the last, and names the first that was changed, taken away, put in or moved in the
/// database. With a head that was kept it also tells whether the end was cut off or all was written anew. All of it is read, so it takes
/// longer the more there is.
#[utoipa::path(get, path = "/v1/audit/verification", tag = "operations", params(Kept), responses(
    (status = 200, description = "Whether it is as it was recorded, and what is not", body = AuditVerificationBody),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn verification(
    State(api): State<Api>,
    who: Who,
    Query(kept): Query<Kept>,
) -> Result<Json<AuditVerificationBody>, Problem> {
    let caller = who.reads()?;
    let kept = kept.head.map(|text| head(&text)).transpose()?;
    Ok(Json(api.assay().verify_audit(&caller, kept, |_, _| {}).await?.into()))
}

fn head(text: &str) -> Result<AuditHead, Violation> {
    text.parse().map_err(|_| {
        let problem = format!("{text:?} is no head of an audit log");
        Violation::new("head", problem, "give one as `/v1/audit/head` told it: a count, a colon and 64 hexadecimal digits")
    })
}
