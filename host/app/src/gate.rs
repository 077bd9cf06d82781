//! The engine's number, which it has once it may judge: once it gives the verdicts that the engines before it gave.

use assay_domain::{id::EngineId, operation::Operation};
use assay_store::{engines, evaluations, tenants};

use crate::{
    Assay,
    error::{AppError, Result},
    replay::{Tally, Trial},
};

/// Evaluations of each version, the latest, that a new engine executes again.
const GATE_SAMPLE: u32 = 50;
/// Differences that are logged; all of them would be, again and again, as long as the engine is held.
const LOGGED_MAX: usize = 3;

impl Assay {
    /// The number under which this engine's verdicts are recorded.
    pub(crate) async fn engine_id(&self) -> Result<EngineId> {
        self.engine_id.get_or_try_init(|| self.admit_engine()).await.copied()
    }

    async fn admit_engine(&self) -> Result<EngineId> {
        let fingerprint = self.rules.engine.fingerprint();
        if let Some(known) = engines::find(&mut self.store.read_installation().await?, fingerprint).await? {
            return Ok(known);
        }
        let tally = self.latest_again().await?;
        if let Some(first) = tally.differences.first() {
            tally.differences.iter().take(LOGGED_MAX).for_each(|difference| difference.log());
            // Whoever reads the error may be of another tenant, so it tells no more than an id.
            let example = format!("{}: {}", first.evaluation, first.finding.what);
            return Err(AppError::EngineHeld { fingerprint, differences: tally.differences.len() as u64, example });
        }
        let now = self.clock.now();
        let mut tx = self.store.begin_installation().await?;
        let id = engines::insert(&mut tx, fingerprint, self.rules.engine.description(), now).await?;
        let Tally { executed, on_demand, unreplayable, unexecuted, .. } = tally;
        let after = serde_json::json!({ "fingerprint": fingerprint, "engine": self.rules.engine.description(), "executed": executed,
                                        "on_demand": on_demand, "unreplayable": unreplayable, "unexecuted": unexecuted });
        let (actor, subject, after) = ("engine".to_owned(), id.to_string(), Some(after.to_string()));
        tx.commit(Operation { tenant: None, actor, action: "engine.admit", subject, before: None, after, at: now }).await?;
        Ok(id)
    }

    /// Executes the latest evaluations of every version of every tenant again, on this engine, which has no number yet.
    async fn latest_again(&self) -> Result<Tally> {
        let mut tally = Tally::default();
        let sides = tenants::all(&mut self.store.read_installation().await?).await?;
        for side in sides {
            let mut reader = self.store.read(side.id).await?;
            let mut court = self.court(&mut reader).await?;
            for version in court.versions() {
                let rows = evaluations::latest(&mut reader, version, GATE_SAMPLE).await?;
                let retrials = self.recall(&mut reader, &mut court, rows).await?;
                tally.add(self.execute(retrials, Trial { engine: None, laws: false }).await?);
            }
        }
        Ok(tally)
    }
}
