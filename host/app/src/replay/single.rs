//! One recorded evaluation executed again, because somebody asks about it.

use assay_domain::id::EvaluationId;
use assay_store::evaluations;

use super::{retrial::Trial, tally::Tally};
use crate::{Assay, Caller, error::Result};

/// What came of executing one evaluation again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reexecution {
    /// It comes out as it was recorded.
    Same,
    /// It does not, which is written down.
    Otherwise {
        /// What was recorded.
        recorded: String,
        /// What was found.
        found: String,
    },
    /// It was not executed.
    None {
        /// Why.
        why: String,
    },
}

impl Assay {
    /// Executes one evaluation again; what comes out otherwise is written down among the discrepancies.
    pub(crate) async fn execute_again(&self, caller: &Caller, evaluation: EvaluationId) -> Result<Reexecution> {
        let mut reader = self.store.read(caller.tenant).await?;
        let rows = evaluations::by_ids(&mut reader, &[evaluation]).await?;
        let mut court = self.court(&mut reader).await?;
        let retrials = self.recall(&mut reader, &mut court, rows).await?;
        drop(reader);
        let trial = Trial { engine: self.engine_if_admitted().await?, laws: false };
        let tally = self.execute(retrials, trial).await?;
        self.metrics.audited(caller.tenant, tally.executed);
        for difference in &tally.differences {
            self.metrics.discrepant(caller.tenant, difference.finding.check.name());
            difference.log();
        }
        self.record_differences(caller, trial.engine, &tally.differences).await?;
        Ok(Reexecution::of(tally))
    }
}

impl Reexecution {
    fn of(tally: Tally) -> Self {
        if let Some(difference) = tally.differences.into_iter().next() {
            return Self::Otherwise { recorded: difference.finding.recorded, found: difference.finding.found };
        }
        match (tally.executed, tally.unexecuted.into_keys().next()) {
            (1.., _) => Self::Same,
            (0, Some(code)) => Self::None { why: code.to_owned() },
            (0, None) => Self::None { why: "it is not written down which facts it is about".to_owned() },
        }
    }
}
