//! The result: one sentence for people, everything else for programs.

use assay_receipt::note_key::VerifierKey;

use crate::{
    check::Check,
    findings::{Count, Failure, Findings},
};

/// What was verified, and how much of it.
#[derive(Debug, Clone)]
pub struct Summary {
    /// What was verified, at the beginning of a sentence: `The invoice INV-000001 of 9.90 USD to acme`.
    pub subject: String,
    /// The key that signs the log now.
    pub log_key: VerifierKey,
    /// Whether the log's key was known without the bundle.
    pub is_pinned: bool,
    /// How many receipts there are.
    pub receipts: u64,
    /// Of these, how many verdicts were executed again.
    pub executed: u64,
    /// Of these, how many could not be, as what they rest on is erased.
    pub erased: u64,
    /// How many lines the document has; none where there is no document.
    pub lines: u64,
    /// Lines that could not be computed anew, as what their price counts is erased.
    pub erased_lines: u64,
    /// What the result depends on and the bundle cannot prove.
    pub notices: Vec<String>,
}

/// What came of verifying a bundle.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was verified.
    pub summary: Summary,
    findings: Findings,
}

impl Report {
    pub(crate) fn new(summary: Summary, findings: Findings) -> Self {
        Self { summary, findings }
    }

    /// Whether every check held.
    pub fn is_verified(&self) -> bool {
        self.findings.failed() == 0
    }

    /// How often each check was made.
    pub fn counts(&self) -> impl Iterator<Item = (Check, Count)> {
        self.findings.counts.iter().map(|(check, count)| (*check, *count))
    }

    /// The checks that do not hold, the first [`TOLD_MAX`](crate::TOLD_MAX) of them.
    pub fn failures(&self) -> &[Failure] {
        &self.findings.failures
    }

    /// How many do not hold.
    pub fn failed(&self) -> u64 {
        self.findings.failed()
    }

    /// The result in one sentence.
    pub fn sentence(&self) -> String {
        let subject = &self.summary.subject;
        match (self.failures().first(), self.failed()) {
            (None, _) => format!("{subject} follows from the facts: {}.", self.summary.done()),
            (Some(first), 1) => format!("{subject} does not follow from the facts: {first}."),
            (Some(first), failed) => format!("{subject} does not follow from the facts: {first} (and {} more).", failed - 1),
        }
    }
}

impl Summary {
    /// What was done, and what could not be.
    fn done(&self) -> String {
        let mut done = format!("{} in the log, {} executed again", count(self.receipts, "receipt"), count(self.executed, "verdict"));
        if self.lines > 0 {
            done += &format!(", {} computed anew", count(self.lines.saturating_sub(self.erased_lines), "line"));
        }
        if self.erased > 0 {
            done += &format!("; evidence erased for {}", count(self.erased, "receipt"));
        }
        if self.erased_lines > 0 {
            done += &format!("; counted events erased for {}", count(self.erased_lines, "line"));
        }
        done
    }
}

fn count(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
