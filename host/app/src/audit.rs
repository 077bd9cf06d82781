//! The audit of what was judged: some evaluations are executed again while the service runs, and whatever comes out otherwise is
//! written down and told.

use std::time::Duration as Wait;

use assay_store::{
    Page,
    discrepancies::{self, DiscrepancyRow},
};
use tokio::sync::watch;

use crate::{
    Assay, Caller,
    error::Result,
    replay::{ReplayReport, ReplayRequest, Selection},
};

/// How long after one audit the next begins.
const AUDIT_PULSE: Wait = Wait::from_secs(60);
/// Evaluations of each side of a tenant that one audit executes again: few, so that judging does not wait for it.
const AUDIT_SAMPLE: u32 = 8;

impl Assay {
    /// Executes some evaluations of the tenant again, picked by chance, and checks the two laws on them.
    pub async fn audit_sample(&self, caller: &Caller, count: u32) -> Result<ReplayReport> {
        let which = Selection::Sample { count, seed: self.seed() };
        self.replay(caller, &ReplayRequest { which, definition: None, laws: true }, |_, _| {}).await
    }

    /// A number that nobody can guess.
    fn seed(&self) -> u64 {
        self.entropy.secret().iter().take(8).fold(0u64, |seed, byte| seed << 8 | u64::from(*byte))
    }

    /// Some of what audits have found, oldest first.
    pub async fn discrepancies(&self, caller: &Caller, page: Page) -> Result<Vec<DiscrepancyRow>> {
        Ok(discrepancies::page(&mut self.store.read(caller.tenant).await?, page).await?)
    }

    /// How many discrepancies audits have found.
    pub async fn discrepancy_count(&self, caller: &Caller) -> Result<i64> {
        Ok(discrepancies::count(&mut self.store.read(caller.tenant).await?).await?)
    }

    /// Audits every tenant again and again until it is told to stop; what it is doing then is left, as nothing of it is half done.
    pub(crate) async fn audit_on(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            tokio::select! {
                () = self.audit_later() => {}
                // Whoever would tell it to stop has gone.
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    async fn audit_later(&self) {
        tokio::time::sleep(AUDIT_PULSE).await;
        let sides = match self.every_side().await {
            Ok(sides) => sides,
            Err(error) => return self.failed("auditing", &error),
        };
        for tenant in sides {
            if let Err(error) = self.audit_sample(&Caller::new(tenant, "worker"), AUDIT_SAMPLE).await {
                self.failed("auditing", &error);
            }
        }
    }
}
