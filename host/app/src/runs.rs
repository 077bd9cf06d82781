//! Billing runs as they are asked for and watched; the worker carries them.

use assay_domain::{id::RunId, period::BillingPeriod, time::Timestamp};
use assay_store::{
    Page,
    billing::{self, RunRow},
};

use crate::{
    Assay, Caller, RunProgress,
    error::{AppError, Result},
};

/// A billing run as it is shown.
#[derive(Debug, Clone)]
pub struct RunView {
    /// Its id.
    pub id: RunId,
    /// Which month.
    pub period: BillingPeriod,
    /// `draining`, `issuing` or `finished`.
    pub state: &'static str,
    /// When it was started.
    pub started_at: Timestamp,
    /// How far it has come, as far as this process carries it.
    pub progress: RunProgress,
}

impl Assay {
    /// Starts the run of a month, or finds it; the worker carries it to its end, whatever becomes of the one who asked.
    pub async fn start_billing_run(&self, caller: &Caller, period: BillingPeriod) -> Result<RunView> {
        let run = self.start_run(caller, period).await?;
        self.signals.start_run();
        Ok(self.run_view(run))
    }

    /// Some billing runs of the tenant, oldest first.
    pub async fn billing_runs(&self, caller: &Caller, page: Page) -> Result<Vec<RunView>> {
        let rows = billing::runs_page(&mut self.store.read(caller.tenant).await?, page).await?;
        Ok(rows.into_iter().map(|run| self.run_view(run)).collect())
    }

    /// One billing run.
    pub async fn billing_run(&self, caller: &Caller, id: RunId) -> Result<RunView> {
        let found = billing::run(&mut self.store.read(caller.tenant).await?, id).await?;
        let unknown = || AppError::not_found("billing run", id.to_string(), "the list of billing runs shows them");
        Ok(self.run_view(found.ok_or_else(unknown)?))
    }

    fn run_view(&self, run: RunRow) -> RunView {
        let progress = self.signals.progress(run.id);
        RunView { id: run.id, period: run.period, state: run.state.name(), started_at: run.as_of, progress }
    }
}
