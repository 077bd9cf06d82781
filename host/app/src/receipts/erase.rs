//! Erasing what was told of an interaction. What was judged stands and stays billed; receipts and their proofs hold, and nobody can find out
//! any more what they were about.

use assay_domain::{event::check_name, id::InteractionId, time::Timestamp};
use assay_store::receipts;
use serde::{Deserialize, Serialize};

use crate::{Assay, Caller, error::Result, interactions::find};

/// What was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Of which interaction.
    pub interaction: InteractionId,
    /// How many events had their data still.
    pub payloads: u64,
    /// Since when it is erased.
    pub erased_at: Timestamp,
}

impl Assay {
    /// Erases the data of every event of an interaction, by id or subject, and the key that the salts of its receipts derive from. It is
    /// judged no more, whatever comes after.
    pub async fn erase_interaction(&self, caller: &Caller, name: &str, reason: &str) -> Result<Erasure> {
        check_name("reason", reason)?;
        // Receipts of what was settled are written while there is something to write them from.
        self.write_receipts(caller.tenant).await?;
        let now = self.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let row = find(&mut tx, name).await?;
        let payloads = receipts::erase(&mut tx, row.id, now).await?;
        let erasure = Erasure { interaction: row.id, payloads, erased_at: row.erased_at.unwrap_or(now) };
        let before = serde_json::json!({ "payloads": payloads, "erased_at": row.erased_at }).to_string();
        let after = serde_json::json!({ "payloads": 0, "erased_at": erasure.erased_at, "reason": reason }).to_string();
        caller.commit(tx, caller.operation("interaction.erase", row.id, Some(before), Some(after), now), &erasure).await?;
        Ok(erasure)
    }
}
