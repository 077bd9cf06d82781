//! Events whose identity was taken by other content: kept aside for inspection.

use assay_domain::{id::ConflictId, time::Timestamp};
use assay_store::{Page, events};

use crate::{Assay, Caller, error::Result};

/// A conflict as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictView {
    /// Its id.
    pub id: ConflictId,
    /// Which system told it.
    pub source: String,
    /// The sender's id, which another event has.
    pub source_id: String,
    /// The event as it was told, as JSON.
    pub event: String,
    /// When.
    pub recorded_at: Timestamp,
}

impl Assay {
    /// Some conflicts of the tenant, oldest first.
    pub async fn conflicts(&self, caller: &Caller, page: Page) -> Result<Vec<ConflictView>> {
        let rows = events::conflicts(&mut self.store.read(caller.tenant).await?, page).await?;
        let view = |row: events::ConflictRow| {
            let events::ConflictRow { id, source, source_id, event, recorded_at } = row;
            ConflictView { id, source, source_id, event, recorded_at }
        };
        Ok(rows.into_iter().map(view).collect())
    }
}
