//! What time does to disputes: the default ruling where nobody has answered, and the executing again that a process left undone.

use std::time::Duration as Wait;

use assay_store::disputes;
use tokio::sync::watch;

use crate::{Assay, Caller, error::Result};

/// How often it is looked whether the time of any dispute is over.
const PULSE: Wait = Wait::from_secs(10);

impl Assay {
    /// Decides the disputes of the tenant whose time is over by default, and executes judgements again that wait for it; gives back how many
    /// were decided.
    pub async fn answer_due_disputes(&self, caller: &Caller) -> Result<u64> {
        let decided = self.decide_due_disputes(caller).await?;
        for (step, dispute) in disputes::unexamined(&mut self.store.read(caller.tenant).await?).await? {
            // One that cannot be executed now keeps no other waiting.
            if let Err(error) = self.examine(caller, dispute, step).await {
                self.failed("executing a disputed judgement again", &error);
            }
        }
        Ok(decided)
    }

    /// Decides the disputes of the tenant whose time is over by default; gives back how many.
    pub(crate) async fn decide_due_disputes(&self, caller: &Caller) -> Result<u64> {
        let due = disputes::due(&mut self.store.read(caller.tenant).await?, self.clock.now()).await?;
        let mut decided = 0;
        for dispute in due {
            decided += u64::from(self.decide_by_default(caller, dispute).await?);
        }
        Ok(decided)
    }

    /// Looks after the disputes of every tenant again and again until it is told to stop.
    pub(crate) async fn dispute_on(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.answer_every_due().await {
                self.failed("looking after disputes", &error);
            }
            tokio::select! {
                () = tokio::time::sleep(PULSE) => {}
                // Whoever would tell it to stop has gone.
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    async fn answer_every_due(&self) -> Result<()> {
        for tenant in self.every_side().await? {
            if let Err(error) = self.answer_due_disputes(&Caller::new(tenant, "worker")).await {
                self.failed("looking after disputes", &error);
            }
        }
        Ok(())
    }
}
