//! `assay audit`

use anyhow::Result;
use assay_app::{DifferenceView, LedgerAudit, Page, ReplayReport, ReplayRequest, Selection};
use assay_domain::entropy::Entropy as _;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::audit_log::{self, Verify, Which};
use crate::{
    output::{Output, REFUSED_SOME, table},
    progress,
    session::{Session, SystemEntropy},
};

/// More of a text is not shown in a table; JSON has it whole.
const SHOWN_CHARS_MAX: usize = 120;

/// Check what was recorded.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Execute recorded evaluations again, half of them with memory on demand, and compare. Ends with 1 when any comes out
    /// otherwise, which is written down, and with 3 when some could not be executed.
    Replay(Replay),
    /// List what came out otherwise, oldest first.
    List {
        /// How many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Check the ledger: postings against prices, accounts and balances against transfers, lines, numbers, credit notes and lots.
    /// Ends with 1 when anything is not as it must be.
    Ledger,
    /// Check the audit log: that nothing in it was changed, taken away, put in or moved in the database since it was chained. Ends
    /// with 1 when anything was, and names the first.
    Verify(Verify),
    /// Print the head of the audit log, which stands for all of it. Kept where the database is not, it shows to `audit verify
    /// --head` that the end was cut off, or everything written anew.
    Head(Which),
}

/// Which evaluations to execute again.
#[derive(Debug, Args)]
pub struct Replay {
    /// So many, picked by chance.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    sample: u32,
    /// All of them.
    #[arg(long, conflicts_with_all = ["sample", "seed"])]
    all: bool,
    /// Pick the same as another time: what is printed with a sample.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Those of one definition.
    #[arg(long, value_name = "SLUG")]
    definition: Option<String>,
    /// Check the two laws of rules too: an event that is not read changes nothing, and what is decided stays decided.
    #[arg(long)]
    laws: bool,
}

impl Replay {
    fn request(&self) -> ReplayRequest {
        let sample = || Selection::Sample { count: self.sample, seed: self.seed.unwrap_or_else(any_seed) };
        let which = if self.all { Selection::All } else { sample() };
        ReplayRequest { which, definition: self.definition.clone(), laws: self.laws }
    }
}

/// A short number, because it may be typed again.
fn any_seed() -> u64 {
    SystemEntropy.secret().iter().take(4).fold(0u64, |seed, byte| seed << 8 | u64::from(*byte))
}

pub(crate) async fn run(command: &Audit, session: &Session) -> Result<Output> {
    match command {
        Audit::Replay(replay) => run_replay(replay, session).await,
        Audit::List { limit } => list(*limit, session).await,
        Audit::Ledger => Ok(run_ledger(&session.assay.audit_ledger(&session.caller).await?)),
        Audit::Verify(verify) => audit_log::verify(verify, session).await,
        Audit::Head(which) => audit_log::head(which, session).await,
    }
}

async fn run_replay(replay: &Replay, session: &Session) -> Result<Output> {
    let request = replay.request();
    let bar = progress::items("replay", 0);
    let report = session.assay.replay(&session.caller, &request, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    let report = report.await?;
    bar.finish_and_clear();
    let seed = match request.which {
        Selection::All => None,
        Selection::Sample { seed, .. } => Some(seed),
    };
    Ok(Output::new(as_json(&report, seed), in_words(&report, seed)).with_code(code(&report)))
}

fn code(report: &ReplayReport) -> u8 {
    match (report.difference_count, report.unexecuted.is_empty()) {
        (0, true) => 0,
        (0, false) => REFUSED_SOME,
        _ => 1,
    }
}

fn in_words(report: &ReplayReport, seed: Option<u64>) -> String {
    let differences = match report.difference_count {
        0 => "no difference".to_owned(),
        1 => "1 difference".to_owned(),
        n => format!("{} differences", grouped(n)),
    };
    let (executed, on_demand) = (grouped(report.executed), grouped(report.on_demand));
    let mut text = format!("{executed} evaluations executed again, {on_demand} of them with memory on demand: {differences}");
    if report.unreplayable > 0 {
        text += &format!("\n{} are from before it was written down which facts they are about", grouped(report.unreplayable));
    }
    for (code, count) in &report.unexecuted {
        text += &format!("\n{} could not be executed: {code}", grouped(*count));
    }
    if let Some(seed) = seed {
        text += &format!("\nthe same again: --seed {seed}");
    }
    if !report.is_admitted {
        text += "\nthis engine may not judge, so nothing was written down";
    }
    if report.differences.is_empty() { text } else { format!("{}\n{text}", differing(&report.differences)) }
}

fn differing(differences: &[DifferenceView]) -> String {
    let rows = differences.iter().map(|difference| {
        let DifferenceView { evaluation, subject, definition, version, check, what, recorded, found } = difference;
        let (judged_by, check) = (format!("{definition}@{version}"), check.name().to_owned());
        [evaluation.to_string(), subject.clone(), judged_by, check, what.clone(), shown(recorded), shown(found)]
    });
    table(&["evaluation", "interaction", "definition", "check", "differs in", "recorded", "found"], &[], rows)
}

/// The beginning of a text that may be long.
fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A count with its thousands apart: `12,345`.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn as_json(report: &ReplayReport, seed: Option<u64>) -> Value {
    let differences: Vec<Value> = report
        .differences
        .iter()
        .map(|d| {
            json!({ "evaluation": d.evaluation, "subject": d.subject, "definition": d.definition, "version": d.version,
                    "check": d.check.name(), "what": d.what, "recorded": d.recorded, "found": d.found })
        })
        .collect();
    json!({ "engine": report.engine, "admitted": report.is_admitted, "seed": seed, "executed": report.executed,
            "on_demand": report.on_demand, "unreplayable": report.unreplayable, "unexecuted": report.unexecuted,
            "difference_count": report.difference_count, "recorded": report.recorded, "differences": differences })
}

async fn list(limit: u32, session: &Session) -> Result<Output> {
    let all = session.assay.discrepancies(&session.caller, Page { after: 0, limit }).await?;
    let json = all
        .iter()
        .map(|d| {
            json!({ "id": d.id, "found_at": d.found_at, "evaluation": d.evaluation, "subject": d.subject, "definition": d.definition,
                    "version": d.version, "engine": d.engine, "check": d.check, "recorded": d.recorded, "found": d.found })
        })
        .collect();
    let rows = all.iter().map(|d| {
        let (at, judged_by) = (d.found_at.to_string(), format!("{}@{}", d.definition, d.version));
        [at, d.evaluation.to_string(), d.subject.clone(), judged_by, d.check.clone(), shown(&d.recorded), shown(&d.found)]
    });
    Ok(Output::new(json, table(&["found at", "evaluation", "interaction", "definition", "check", "recorded", "found"], &[], rows)))
}

fn run_ledger(audit: &LedgerAudit) -> Output {
    let violations: Vec<Value> =
        audit.violations.iter().map(|v| json!({ "check": v.check, "what": v.what, "found": v.found, "expected": v.expected })).collect();
    let rows = audit.violations.iter().map(|v| [v.check.to_owned(), v.what.clone(), v.found.clone(), v.expected.clone()]);
    let transfers = u64::try_from(audit.transfers).unwrap_or_default();
    let (text, code) = match audit.violations.len() {
        0 => (format!("{} transfers checked: everything adds up", grouped(transfers)), 0),
        n => {
            let listed = table(&["check", "what", "found", "expected"], &[], rows);
            let counted = if n == 1 { "1 violation".to_owned() } else { format!("{n} violations") };
            (format!("{listed}\n{} transfers checked: {counted}", grouped(transfers)), 1)
        }
    };
    Output::new(json!({ "transfers": audit.transfers, "violations": violations }), text).with_code(code)
}
