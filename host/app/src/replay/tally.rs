//! What executing again amounts to: counts, and what came out otherwise.

use std::{collections::BTreeMap, fmt};

use assay_domain::{
    fault::FaultCode,
    id::{EngineId, EvaluationId, InteractionId},
    time::Timestamp,
};
use assay_store::{discrepancies::NewDiscrepancy, evaluations::EvaluationRow};

use super::retrial::Found;

/// What is checked of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Executed again, it comes out the same.
    Replay,
    /// An event that the rule does not read changes nothing.
    IrrelevantEvent,
    /// What is decided stays decided, whenever it is asked again.
    DecidedVerdict,
}

impl Check {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Replay => "replay",
            Self::IrrelevantEvent => "irrelevant-event",
            Self::DecidedVerdict => "decided-verdict",
        }
    }
}

/// What did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) check: Check,
    /// `input root`, or `reason, detail`.
    pub(crate) what: String,
    pub(crate) recorded: String,
    pub(crate) found: String,
}

/// A finding about one evaluation.
#[derive(Debug, Clone)]
pub(crate) struct Difference {
    pub(crate) evaluation: EvaluationId,
    pub(crate) interaction: InteractionId,
    /// The definition's slug.
    pub(crate) definition: String,
    pub(crate) version: u32,
    pub(crate) finding: Finding,
}

impl Difference {
    /// Tells the operator.
    pub(crate) fn log(&self) {
        let Self { evaluation, definition, version, finding, .. } = self;
        let (check, what, recorded, found) = (finding.check.name(), &finding.what, &finding.recorded, &finding.found);
        tracing::error!(%evaluation, definition, version, check, what, recorded, found, "an evaluation does not come out as it was recorded");
    }

    /// As it is written down.
    pub(super) fn row(&self, engine: EngineId) -> NewDiscrepancy {
        let Finding { check, recorded, found, .. } = &self.finding;
        let (recorded, found) = (recorded.clone(), found.clone());
        NewDiscrepancy { evaluation: self.evaluation, engine, check: check.name(), recorded, found }
    }
}

/// What became of some evaluations.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) executed: u64,
    /// Of these, those that had their memory on demand.
    pub(crate) on_demand: u64,
    /// Recorded before it was written down which facts an evaluation is about.
    pub(crate) unreplayable: u64,
    /// Not executed, by the code of what the machine lacked or of why the engine refuses the rule.
    pub(crate) unexecuted: BTreeMap<&'static str, u64>,
    pub(crate) differences: Vec<Difference>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.executed += other.executed;
        self.on_demand += other.on_demand;
        self.unreplayable += other.unreplayable;
        for (code, count) in other.unexecuted {
            *self.unexecuted.entry(code).or_default() += count;
        }
        self.differences.extend(other.differences);
    }
}

/// All that must come out the same. The detail of a fault need not: it tells how the engine met the fault.
pub(super) struct Conclusion<'a> {
    name: &'a str,
    reason: &'a str,
    detail: Option<&'a str>,
    as_of: Timestamp,
}

impl<'a> Conclusion<'a> {
    pub(super) fn recorded(row: &'a EvaluationRow) -> Self {
        Self::new(&row.conclusion, row.reason.as_deref().unwrap_or_default(), row.detail.as_deref(), row.as_of)
    }

    pub(super) fn found(found: &'a Found) -> Self {
        let said = &found.said;
        Self::new(said.conclusion, &said.reason, said.detail.as_deref(), found.as_of)
    }

    fn new(name: &'a str, reason: &'a str, detail: Option<&'a str>, as_of: Timestamp) -> Self {
        Self { name, reason, detail: detail.filter(|_| name != "fault"), as_of }
    }

    /// How deep a rule may recurse depends on the engine.
    pub(super) fn is_overflow(&self) -> bool {
        self.name == "fault" && self.reason == FaultCode::StackOverflow.code()
    }

    /// What of it is not as in another.
    pub(super) fn unlike(&self, other: &Self) -> Vec<&'static str> {
        let rows = [
            ("conclusion", self.name != other.name),
            ("reason", self.reason != other.reason),
            ("detail", self.detail != other.detail),
            ("time of asking", self.as_of != other.as_of),
        ];
        rows.into_iter().filter(|(_, unlike)| *unlike).map(|(what, _)| what).collect()
    }
}

impl fmt::Display for Conclusion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} because {} as of {}", self.name, self.reason, self.as_of)?;
        self.detail.map_or(Ok(()), |detail| write!(f, ": {detail}"))
    }
}
