//! What is asked of a replay, and what it tells.

use std::collections::BTreeMap;

use assay_domain::{canon::Digest, id::EvaluationId};

use super::tally::{Check, Difference, Tally};

/// What to execute again.
#[derive(Debug, Clone)]
pub struct ReplayRequest {
    /// How many evaluations.
    pub which: Selection,
    /// Of this definition alone, by slug.
    pub definition: Option<String>,
    /// Whether to check the two laws too.
    pub laws: bool,
}

/// How many evaluations, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// All of them.
    All,
    /// Some, picked by chance: the same seed picks the same while none is added.
    Sample {
        /// How many.
        count: u32,
        /// Any number.
        seed: u64,
    },
}

/// What executing again has found.
#[derive(Debug, Clone)]
pub struct ReplayReport {
    /// The fingerprint of the engine it was done on.
    pub engine: Digest,
    /// Whether that engine may judge; while it may not, nothing is written down under its name.
    pub is_admitted: bool,
    /// Evaluations that were executed again.
    pub executed: u64,
    /// Of these, those that had their memory on demand.
    pub on_demand: u64,
    /// Evaluations from before it was written down which facts they are about.
    pub unreplayable: u64,
    /// Evaluations that were not executed, by the code of what the machine lacked or of why the engine refuses their rule.
    pub unexecuted: BTreeMap<&'static str, u64>,
    /// How many differences there are.
    pub difference_count: u64,
    /// Of these, those that nobody had found before.
    pub recorded: u64,
    /// The first differences in full.
    pub differences: Vec<DifferenceView>,
}

/// One evaluation that came out otherwise, or one law that its rule broke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DifferenceView {
    /// Which evaluation.
    pub evaluation: EvaluationId,
    /// The sender's key for the interaction that was judged.
    pub subject: String,
    /// The definition's slug.
    pub definition: String,
    /// Which of its versions judged.
    pub version: u32,
    /// What was checked.
    pub check: Check,
    /// What differs: `input root`, or `reason, detail`.
    pub what: String,
    /// As it was recorded, or answered first.
    pub recorded: String,
    /// As it was found.
    pub found: String,
}

impl ReplayReport {
    pub(super) fn new(engine: Digest, is_admitted: bool) -> Self {
        Self {
            engine,
            is_admitted,
            executed: 0,
            on_demand: 0,
            unreplayable: 0,
            unexecuted: BTreeMap::new(),
            difference_count: 0,
            recorded: 0,
            differences: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, tally: &Tally) {
        self.executed += tally.executed;
        self.on_demand += tally.on_demand;
        self.unreplayable += tally.unreplayable;
        for (&code, count) in &tally.unexecuted {
            *self.unexecuted.entry(code).or_default() += count;
        }
        self.difference_count += tally.differences.len() as u64;
    }
}

impl DifferenceView {
    pub(super) fn new(subject: String, difference: &Difference) -> Self {
        let Difference { evaluation, version, ref definition, ref finding, .. } = *difference;
        let (definition, what) = (definition.clone(), finding.what.clone());
        let (recorded, found) = (finding.recorded.clone(), finding.found.clone());
        Self { evaluation, subject, definition, version, check: finding.check, what, recorded, found }
    }
}
