//! Executing a disputed judgement again, and what that says about the dispute.

use assay_domain::{dispute::Finding, id::DisputeId};
use assay_store::{
    Reader,
    disputes::{self, DisputeRow, FindingRow},
    supersessions,
};

use super::decide::find;
use crate::{Assay, Caller, error::Result, replay::Reexecution};

impl Assay {
    /// Executes the judgement of a dispute again right away. What cannot be done now is done when the disputes are looked after.
    pub(super) async fn examine_soon(&self, caller: &Caller, dispute: DisputeId) {
        if let Err(error) = self.examine_open(caller, dispute).await {
            self.failed("executing a disputed judgement again", &error);
        }
    }

    async fn examine_open(&self, caller: &Caller, dispute: DisputeId) -> Result<()> {
        let unexamined = disputes::unexamined(&mut self.store.read(caller.tenant).await?).await?;
        for (step, dispute) in unexamined.into_iter().filter(|(_, other)| *other == dispute) {
            self.examine(caller, dispute, step).await?;
        }
        Ok(())
    }

    /// Executes the judgement of a dispute again, and writes down what that has found for the step that opened it.
    pub(super) async fn examine(&self, caller: &Caller, dispute: DisputeId, step: i64) -> Result<()> {
        let mut reader = self.store.read(caller.tenant).await?;
        let row = find(&mut reader, dispute).await?;
        let is_contested = is_contested(&mut reader, &row).await?;
        drop(reader);
        let (finding, detail) = match self.execute_again(caller, row.dispute.evaluation).await? {
            Reexecution::Same if is_contested => (Finding::Contested, None),
            Reexecution::Same => (Finding::Reproduces, None),
            Reexecution::Otherwise { recorded, found } => (Finding::Differs, Some(format!("recorded: {recorded}; found: {found}"))),
            Reexecution::None { why } => (Finding::Unexecuted, Some(why)),
        };
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        let before = serde_json::json!({ "finding": null }).to_string();
        let after = serde_json::json!({ "finding": finding, "detail": detail }).to_string();
        if disputes::insert_finding(&mut tx, &FindingRow { step, finding, detail, found_at: now }).await? {
            tx.commit(caller.operation("dispute.examine", dispute, Some(before), Some(after), now)).await?;
        }
        Ok(())
    }
}

/// Whether the dispute names events, or any event of the interaction was superseded.
async fn is_contested(reader: &mut Reader, row: &DisputeRow) -> Result<bool> {
    Ok(!row.dispute.events.is_empty() || !supersessions::of_interaction(reader, row.dispute.interaction).await?.is_empty())
}
