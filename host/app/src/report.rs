//! Reports: how the outcomes of a tenant stand.

use assay_domain::{decimal::Quantity, outcome::OutcomeState};
use assay_store::{definitions, events, interactions, outcomes};

use crate::{Assay, Caller, error::Result};

/// How everything stands.
#[derive(Debug, Clone)]
pub struct OutcomeReport {
    /// Recorded events.
    pub events: i64,
    /// Events kept aside because their identity was taken.
    pub conflicts: i64,
    /// Interactions, judged or not.
    pub interactions: i64,
    /// Judged interactions that belong to nobody.
    pub unassigned: i64,
    /// Interactions that wait to be judged.
    pub waiting: i64,
    /// Outcomes by definition, state and reason.
    pub rows: Vec<OutcomeReportRow>,
}

/// Outcomes of one definition that stand alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeReportRow {
    /// The definition's slug.
    pub definition: String,
    /// Where they stand; `None` where a fault came before any verdict.
    pub state: Option<OutcomeState>,
    /// Why.
    pub reason: Option<String>,
    /// Whether a fault keeps them from being renewed.
    pub faulted: bool,
    /// How many.
    pub count: i64,
    /// What they add up to.
    pub quantity: Quantity,
}

impl Assay {
    /// The outcomes of the tenant by definition, state and reason.
    pub async fn outcome_report(&self, caller: &Caller) -> Result<OutcomeReport> {
        let mut reader = self.store.read(caller.tenant).await?;
        let slugs = definitions::all(&mut reader).await?;
        let (events, conflicts) = events::counts(&mut reader).await?;
        let (interactions, unassigned) = interactions::counts(&mut reader).await?;
        let waiting = interactions::due_count(&mut reader, self.clock.now()).await?;
        let counts = outcomes::counts(&mut reader).await?;
        let rows = counts.into_iter().map(|count| OutcomeReportRow {
            definition: slugs.iter().find(|(id, _)| *id == count.definition).map(|(_, slug)| slug.clone()).unwrap_or_default(),
            state: count.state,
            reason: count.reason,
            faulted: count.faulted,
            count: count.count,
            quantity: count.quantity,
        });
        Ok(OutcomeReport { events, conflicts, interactions, unassigned, waiting, rows: rows.collect() })
    }

    /// How many interactions wait to be judged.
    pub async fn waiting(&self, caller: &Caller) -> Result<i64> {
        Ok(interactions::due_count(&mut self.store.read(caller.tenant).await?, self.clock.now()).await?)
    }
}
