//! Executing recorded evaluations again: the same component, parameters, input and time of asking give the same verdict for ever.
//!
//! Half of them run with memory on demand instead of pooled, so that neither way of allocating goes unchecked. Nothing is changed
//! but that differences are written down.

mod court;
mod laws;
mod picks;
mod report;
mod retrial;
mod single;
mod tally;

use assay_domain::id::EngineId;
use assay_store::{Reader, definitions, discrepancies, interactions};
use tokio::sync::mpsc;

use crate::{
    Assay, Caller,
    definitions::unknown_definition,
    error::{AppError, Result},
};

use picks::Picks;
use retrial::Retrial;
use tally::Difference;

pub use {
    report::{DifferenceView, ReplayReport, ReplayRequest, Selection},
    tally::Check,
};
pub(crate) use {retrial::Trial, single::Reexecution, tally::Tally};

/// Differences that are told in full.
const TOLD_MAX: usize = 100;

impl Assay {
    /// Executes recorded evaluations of the tenant again, reading ahead by a page. `progress` is told how many are done, and of
    /// how many.
    pub async fn replay(&self, caller: &Caller, request: &ReplayRequest, mut progress: impl FnMut(u64, u64)) -> Result<ReplayReport> {
        let mut reader = self.store.read(caller.tenant).await?;
        let definition = match &request.definition {
            Some(slug) => Some(definitions::by_slug(&mut reader, slug).await?.ok_or_else(|| unknown_definition(slug))?),
            None => None,
        };
        let picks = Picks::new(&mut reader, definition, request.which).await?;
        let total = picks.total();
        let trial = Trial { engine: self.engine_if_admitted().await?, laws: request.laws };
        let mut report = ReplayReport::new(self.rules.engine.fingerprint(), trial.engine.is_some());
        let (send, mut pages) = mpsc::channel(1);
        let reading = self.recall_all(&mut reader, picks, send);
        let executing = async {
            let mut done = 0;
            while let Some(page) = pages.recv().await {
                done += page.len() as u64;
                let tally = self.execute(page, trial).await?;
                self.note(caller, trial, tally, &mut report).await?;
                progress(done, total);
            }
            Ok::<(), AppError>(())
        };
        tokio::try_join!(reading, executing)?;
        Ok(report)
    }

    /// The engine's number; `None` while it judges otherwise than the engines before it.
    async fn engine_if_admitted(&self) -> Result<Option<EngineId>> {
        match self.engine_id().await {
            Ok(engine) => Ok(Some(engine)),
            Err(AppError::EngineHeld { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn recall_all(&self, reader: &mut Reader, mut picks: Picks, to: mpsc::Sender<Vec<Retrial>>) -> Result<()> {
        let mut court = self.court(reader).await?;
        loop {
            let rows = picks.next(reader).await?;
            if rows.is_empty() {
                return Ok(());
            }
            if to.send(self.recall(reader, &mut court, rows).await?).await.is_err() {
                return Ok(());
            }
        }
    }

    /// Writes down what was found in a page and adds it to the report.
    async fn note(&self, caller: &Caller, trial: Trial, tally: Tally, report: &mut ReplayReport) -> Result<()> {
        self.metrics.audited(caller.tenant, tally.executed);
        for difference in &tally.differences {
            self.metrics.discrepant(caller.tenant, difference.finding.check.name());
        }
        report.recorded += self.record_differences(caller, trial.engine, &tally.differences).await?;
        let told = tally.differences.iter().take(TOLD_MAX - report.differences.len());
        for difference in told {
            difference.log();
            report.differences.push(self.view(caller, difference).await?);
        }
        report.add(&tally);
        Ok(())
    }

    /// Each is written down once, however often it is found; gives back how many are new.
    async fn record_differences(&self, caller: &Caller, engine: Option<EngineId>, differences: &[Difference]) -> Result<u64> {
        let Some(engine) = engine.filter(|_| !differences.is_empty()) else {
            return Ok(0);
        };
        let rows: Vec<_> = differences.iter().map(|difference| difference.row(engine)).collect();
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        let new = discrepancies::insert(&mut tx, &rows, now).await?;
        if new > 0 {
            let after = serde_json::json!({ "discrepancies": new }).to_string();
            tx.commit(caller.operation("audit.discrepancy", engine, None, Some(after), now)).await?;
        }
        Ok(new)
    }

    async fn view(&self, caller: &Caller, difference: &Difference) -> Result<DifferenceView> {
        let mut reader = self.store.read(caller.tenant).await?;
        let row = interactions::by_id(&mut reader, difference.interaction).await?;
        Ok(DifferenceView::new(row.map(|row| row.subject).unwrap_or_default(), difference))
    }
}
