//! What can be wrong with an installation, and what in it is left to do.

use assay_domain::{period::BillingPeriod, time::Duration};
use assay_store::{billing, definitions, doctor, interactions, outcomes};

use crate::{Assay, Caller, error::Result};

/// What waits for the worker or for a person, on one side of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backlog {
    /// Interactions that wait to be judged.
    pub waiting: i64,
    /// How long the first of them has waited.
    pub oldest: Option<Duration>,
    /// Judged interactions that belong to nobody.
    pub unassigned: i64,
    /// Outcomes that a fault keeps from being judged.
    pub quarantined: i64,
    /// Months whose billing run is not finished.
    pub open_runs: Vec<BillingPeriod>,
}

impl Assay {
    /// What is wrong with the database, one sentence each; nothing when it is sound.
    pub async fn check_store(&self) -> Result<Vec<String>> {
        Ok(doctor::problems(&mut self.store.read_installation().await?).await?)
    }

    /// Admits the component of every version again, unless this process has done so; gives back how many versions there are.
    pub async fn check_rules(&self, caller: &Caller) -> Result<usize> {
        let mut reader = self.store.read(caller.tenant).await?;
        self.terms(&mut reader).await?;
        Ok(definitions::versions(&mut reader).await?.len())
    }

    /// What is left to do.
    pub async fn backlog(&self, caller: &Caller) -> Result<Backlog> {
        let now = self.clock.now();
        let mut reader = self.store.read(caller.tenant).await?;
        let (dirty, due) = interactions::queue(&mut reader).await?;
        let since = dirty.into_iter().chain(due).min().filter(|since| *since <= now);
        let counts = outcomes::counts(&mut reader).await?;
        let runs = billing::runs(&mut reader).await?;
        Ok(Backlog {
            waiting: interactions::due_count(&mut reader, now).await?,
            oldest: since.map(|since| now.since(since)),
            unassigned: interactions::counts(&mut reader).await?.1,
            quarantined: counts.iter().filter(|count| count.faulted).map(|count| count.count).sum(),
            open_runs: runs.into_iter().filter(|run| !run.state.is_finished()).map(|run| run.period).collect(),
        })
    }
}
