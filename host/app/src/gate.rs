//! The engine's number, which it has once it may judge.

use assay_domain::{id::EngineId, operation::Operation};
use assay_store::engines;

use crate::{Assay, error::Result};

impl Assay {
    /// The number under which this engine's verdicts are recorded.
    pub(crate) async fn engine_id(&self) -> Result<EngineId> {
        self.engine_id.get_or_try_init(|| self.admit_engine()).await.copied()
    }

    async fn admit_engine(&self) -> Result<EngineId> {
        let fingerprint = self.engine.fingerprint();
        if let Some(known) = engines::find(&mut self.store.read_installation().await?, fingerprint).await? {
            return Ok(known);
        }
        let now = self.clock.now();
        let mut tx = self.store.begin_installation().await?;
        let id = engines::insert(&mut tx, fingerprint, self.engine.description(), now).await?;
        let after = serde_json::json!({ "fingerprint": fingerprint, "engine": self.engine.description() }).to_string();
        let (actor, subject) = ("engine".to_owned(), id.to_string());
        tx.commit(Operation { tenant: None, actor, action: "engine.admit", subject, before: None, after: Some(after), at: now }).await?;
        Ok(id)
    }
}
