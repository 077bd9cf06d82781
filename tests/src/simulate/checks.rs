//! What must hold: after every step, after everything was judged, after a run, and of the books.

use std::{collections::BTreeSet, fmt::Write as _};

use assay_domain::time::Timestamp;

use super::{
    found::{INTERACTIONS, LAWS, OUTCOMES, USAGE},
    world::{World, refusal},
};

impl World {
    /// After every step.
    pub(super) async fn check_laws(&self) -> Result<(), String> {
        let mut found = self.found().await;
        for (what, sql) in LAWS {
            let count = found.count(sql).await;
            if count != 0 {
                return Err(format!("there are {count} {what}"));
            }
        }
        Ok(())
    }

    /// After everything was judged.
    pub(super) async fn check_standing(&self) -> Result<(), String> {
        let mut found = self.found().await;
        compare("interactions", &self.model.interactions(self.now), &found.lines(INTERACTIONS).await)?;
        compare("outcomes", &self.model.outcomes(), &found.lines(OUTCOMES).await)?;
        compare("usage", &self.model.usage(), &found.lines(USAGE).await)
    }

    /// After a run: what every finished period has come to.
    pub(super) async fn check_postings(&self) -> Result<(), String> {
        let found = self.found().await.postings().await;
        for ((agreement, period), expected) in self.model.postings() {
            let posted = found.get(&(agreement, period)).cloned().unwrap_or_default();
            if posted != expected {
                let whose = self.model.agreements.iter().find(|bound| bound.id == agreement);
                return Err(format!("{period} of {agreement} is posted as {posted:?}, not {expected:?}: {whose:#?}"));
            }
        }
        self.check_books().await
    }

    /// The product's own accounts of itself.
    pub(super) async fn check_books(&self) -> Result<(), String> {
        let caller = self.site.caller();
        let audit = self.site.assay().audit_ledger(&caller).await.map_err(|error| refusal(&error))?;
        if !audit.violations.is_empty() {
            return Err(format!("the ledger: {:#?}", audit.violations));
        }
        let log = self.site.assay().verify_audit(&caller, None, |_, _| {}).await.map_err(|error| refusal(&error))?;
        if let Some(violation) = log.violation {
            return Err(format!("the audit log: {violation}"));
        }
        self.check_conservation(None).await
    }

    /// Every event and every cent is somewhere, now or at a time that has passed.
    pub(super) async fn check_conservation(&self, as_of: Option<Timestamp>) -> Result<(), String> {
        let report = self.site.assay().conservation(&self.site.caller(), as_of).await.map_err(|error| refusal(&error))?;
        let broken: Vec<_> = report.equations.iter().filter(|equation| !equation.holds).collect();
        if broken.is_empty() { Ok(()) } else { Err(format!("conservation at {}: {broken:#?}", report.as_of)) }
    }
}

/// Says which lines are missing and which are too many.
pub(super) fn compare(what: &str, expected: &BTreeSet<String>, found: &BTreeSet<String>) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let mut text = format!("{what} differ");
    expected.difference(found).for_each(|line| write!(text, "\n  must be {line}").expect("a text"));
    found.difference(expected).for_each(|line| write!(text, "\n  is      {line}").expect("a text"));
    Err(text)
}
