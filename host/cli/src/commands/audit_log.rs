//! `assay audit verify` and `assay audit head`

use anyhow::Result;
use assay_app::AuditReport;
use assay_domain::audit::{AuditHead, AuditViolation, Wrong};
use clap::Args;
use serde_json::{Value, json};

use super::audit::grouped;
use crate::{output::Output, progress, session::Session};

/// Which audit log to verify, and against what.
#[derive(Debug, Args)]
pub struct Verify {
    /// That it still begins as when this was its head: what `assay audit head` printed once, and was kept where the database is not.
    #[arg(long, value_name = "SIZE:HASH")]
    head: Option<AuditHead>,
    #[command(flatten)]
    which: Which,
}

/// Which audit log.
#[derive(Debug, Args)]
pub struct Which {
    /// The installation's own, of engines and operators, in the place of the tenant's.
    #[arg(long)]
    installation: bool,
}

pub(super) async fn verify(command: &Verify, session: &Session) -> Result<Output> {
    let Session { assay, caller } = session;
    let bar = progress::items("verify", 0);
    let shown = |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    };
    let report = if command.which.installation {
        assay.verify_installation_audit(command.head, shown).await?
    } else {
        assay.verify_audit(caller, command.head, shown).await?
    };
    bar.finish_and_clear();
    Ok(Output::new(as_json(&report), in_words(&report)).with_code(u8::from(!report.holds())))
}

pub(super) async fn head(which: &Which, session: &Session) -> Result<Output> {
    let Session { assay, caller } = session;
    let head = if which.installation { assay.installation_audit_head().await? } else { assay.audit_head(caller).await? };
    Ok(Output::new(json!({ "head": head.to_string(), "operations": head.size }), head.to_string()))
}

fn in_words(report: &AuditReport) -> String {
    let AuditReport { head, waiting, kept, violation } = report;
    let size = operations(head.size);
    let mut text = match (violation, kept) {
        (Some(violation), _) => format!("{violation}\n{size} before that, as recorded"),
        (None, Some(kept)) => format!("{size}, as recorded; the first {} are those of the head that was kept\nhead {head}", kept.size),
        (None, None) => format!("{size}, as recorded\nhead {head}"),
    };
    if *waiting > 0 {
        text += &format!("\n{} more wait to be chained", operations(*waiting));
    }
    text
}

fn operations(count: i64) -> String {
    let count = u64::try_from(count).unwrap_or_default();
    if count == 1 { "1 operation".to_owned() } else { format!("{} operations", grouped(count)) }
}

fn as_json(report: &AuditReport) -> Value {
    let AuditReport { head, waiting, kept, violation } = report;
    json!({ "holds": report.holds(), "operations": head.size, "head": head.to_string(), "waiting": waiting,
            "kept": kept.map(|kept| kept.to_string()), "violation": violation.as_ref().map(told) })
}

fn told(violation: &AuditViolation) -> Value {
    let AuditViolation { position, operation, wrong } = violation;
    let to = if let Wrong::Moved { to } = wrong { Some(to) } else { None };
    json!({ "position": position, "operation": operation, "wrong": wrong.name(), "moved_to": to, "what": violation.to_string() })
}
