//! The audit of the ledger: everything that must be true of it, checked against what is recorded.
//!
//! To add a check: a function in `checks` or `postings` that gives back what is wrong, and its line in [`Assay::audit_ledger`].

use assay_store::ledger_audit::{self, Wrong};

use super::{checks, postings};
use crate::{Assay, Caller, error::Result, rated::Rates};

/// What an audit of the ledger found.
#[derive(Debug, Clone)]
pub struct LedgerAudit {
    /// How many transfers there are.
    pub transfers: i64,
    /// What is not as it must be.
    pub violations: Vec<LedgerViolation>,
}

/// One thing that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerViolation {
    /// By which check: `postings`, `accounts`, `balances`, `lines`, `numbers`, `credit-notes`, `lots`, `references` or `holds`.
    pub check: &'static str,
    /// What it is about.
    pub what: String,
    /// What is there.
    pub found: String,
    /// What should be.
    pub expected: String,
}

impl LedgerAudit {
    fn add(&mut self, check: &'static str, wrong: Vec<Wrong>) {
        let violation = |Wrong { what, found, expected }| LedgerViolation { check, what, found, expected };
        self.violations.extend(wrong.into_iter().map(violation));
    }
}

impl Assay {
    /// Checks the ledger: what is posted against what it should be, and every part of it against the others.
    pub async fn audit_ledger(&self, caller: &Caller) -> Result<LedgerAudit> {
        // One transaction sees one state; it writes nothing and is dropped.
        let mut tx = self.store.begin(caller.tenant).await?;
        let rates = Rates::read(&mut tx).await?;
        let mut audit = LedgerAudit { transfers: ledger_audit::count(&mut tx).await?, violations: Vec::new() };
        audit.add("postings", postings::postings(&mut tx, &rates).await?);
        audit.add("accounts", checks::accounts(&mut tx).await?);
        audit.add("balances", checks::balances(&mut tx).await?);
        audit.add("lines", ledger_audit::lines(&mut tx).await?);
        audit.add("lines", ledger_audit::strays(&mut tx).await?);
        audit.add("numbers", checks::numbers(&mut tx).await?);
        audit.add("credit-notes", postings::credit_notes(&mut tx, &rates).await?);
        audit.add("lots", ledger_audit::lots(&mut tx).await?);
        audit.add("references", ledger_audit::references(&mut tx).await?);
        audit.add("holds", ledger_audit::holds(&mut tx).await?);
        Ok(audit)
    }
}
