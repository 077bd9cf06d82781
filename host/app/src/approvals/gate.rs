//! What is asked before a version is approved for a customer or comes into force for everybody.
//!
//! To add a gate: a function that takes the transaction and the candidate and refuses with what holds it up and what to do; its line in
//! [`pass`]. A gate only reads.

use assay_domain::definition::Version;
use assay_store::{Tx, breakers};

use crate::{
    backtest::{self, BacktestGate},
    disputes::fixtures_gate,
    error::{AppError, Result},
};

/// A version that is about to hold for somebody.
pub(crate) struct Candidate<'a> {
    /// The definition's slug.
    pub(crate) slug: &'a str,
    /// The version.
    pub(crate) version: &'a Version,
}

/// Asks every gate, the cheapest first; the first that refuses is the answer.
pub(crate) async fn pass(tx: &mut Tx, candidate: &Candidate<'_>) -> Result<()> {
    suspension(tx, candidate).await?;
    fixtures_gate(tx, candidate.slug, candidate.version).await?;
    backtest(tx, candidate).await
}

/// A rule that only faults gives no verdict, so nobody can agree to any.
async fn suspension(tx: &mut Tx, candidate: &Candidate<'_>) -> Result<()> {
    let breakers = breakers::all(tx).await?;
    if breakers.iter().all(|row| row.version != candidate.version.id || row.suspended_at.is_none()) {
        return Ok(());
    }
    let problem = format!("{}@{} is suspended, as its rule only faulted", candidate.slug, candidate.version.number);
    Err(AppError::conflict(problem, "let it try again, or write a version whose rule answers"))
}

/// A back-test of exactly what the version fixes that did not keep its thresholds; a later one that keeps its own lets the version pass.
async fn backtest(tx: &mut Tx, Candidate { slug, version }: &Candidate<'_>) -> Result<()> {
    match backtest::gate(tx, version.definition, version.content.hash()).await? {
        BacktestGate::Missing | BacktestGate::Passed(_) => Ok(()),
        BacktestGate::Failed { backtest, reasons } => {
            let problem =
                format!("{slug}@{} did not keep the thresholds of its back-test {backtest}: {}", version.number, reasons.join("; "));
            Err(AppError::conflict(problem, "write another version, or back-test this one with thresholds that it keeps"))
        }
    }
}
