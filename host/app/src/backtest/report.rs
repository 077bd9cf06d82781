//! What a back-test tells.

use std::collections::BTreeMap;

use assay_domain::{decimal::Quantity, money::Amount, period::PeriodName};
use serde::{Deserialize, Serialize};

use super::{
    fuel::FuelReport,
    money::Bills,
    proportion::Proportion,
    request::Thresholds,
    side::Stand,
    tally::{Confusion, DifferenceKind, NewFaults, SideTally, Tally, VerdictDifference},
    thresholds,
};

/// Examples of each kind of difference.
const EXAMPLES: usize = 5;

/// What a candidate would have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BacktestReport {
    /// Interactions that were looked at.
    pub interactions: u64,
    /// Of these, those that were judged: the version in force is the one for everybody, and one of the two reads something of them.
    pub judged: u64,
    /// Of these, those of which both versions say the same.
    pub same: u64,
    /// How many the candidate decides otherwise, by how.
    pub differences: DifferenceCounts,
    /// The first of each kind.
    pub examples: Vec<VerdictDifference>,
    /// What the version in force adds up to.
    pub in_force: SideReport,
    /// What the candidate adds up to.
    pub candidate: SideReport,
    /// From where under the version in force to where under the candidate, the most frequent first.
    pub flows: Vec<Flow>,
    /// Interactions that fault under the candidate alone, by code.
    pub new_faults: Vec<NewFault>,
    /// Bills that would be others, by customer and period.
    pub bills: Vec<BillChange>,
    /// What these come to, by currency.
    pub totals: Vec<BillTotal>,
    /// Bills that would stay what they are although what is counted for them would be something else.
    pub unmoved_bills: u64,
    /// Bills that cannot be computed exactly, with why.
    pub unrated: Vec<String>,
    /// Differences in usage that no agreement covers, so that nobody pays for them.
    pub unbilled: u64,
    /// How both compare with what people say; `None` without labels.
    pub labels: Option<LabelReport>,
    /// Whether the candidate kept each of the thresholds.
    pub checks: Vec<ThresholdCheck>,
    /// Why not everything was judged, if it was not.
    pub suspended: Option<String>,
}

/// How many interactions a candidate decides otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferenceCounts {
    /// Successes that there are not under the version in force.
    pub earned: u64,
    /// No successes any more.
    pub lost: u64,
    /// Successes at another time, or of another quantity, class, value or credit.
    pub moved: u64,
    /// Other states or reasons without a success, or with the same one.
    pub changed: u64,
}

/// What one version adds up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideReport {
    /// Interactions that succeeded.
    pub successes: u64,
    /// What they add up to.
    pub quantity: Quantity,
    /// Interactions that faulted, by code.
    pub faults: BTreeMap<String, u64>,
    /// Instructions of its judgements.
    pub fuel: FuelReport,
}

/// Interactions that stand in one place under the version in force and in one under the candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// Under the version in force.
    pub from: Stand,
    /// Under the candidate.
    pub to: Stand,
    /// How many.
    pub count: u64,
}

/// A fault that the version in force does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFault {
    /// Its code.
    pub code: String,
    /// How many interactions end in it.
    pub count: u64,
    /// The subject of the first of them.
    pub example: String,
}

/// What a customer's bill for a period would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillChange {
    /// The customer's key.
    pub customer: String,
    /// The period.
    pub period: PeriodName,
    /// What it is under the version in force.
    #[serde(with = "super::money::amount")]
    pub in_force: Amount,
    /// What it would be under the candidate.
    #[serde(with = "super::money::amount")]
    pub candidate: Amount,
}

impl BillChange {
    /// How much more it would be; negative is less.
    pub fn change(&self) -> Amount {
        Amount::new(self.candidate.minor().saturating_sub(self.in_force.minor()), self.in_force.currency())
    }
}

/// What the bills that would be others come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillTotal {
    /// How many they are.
    pub bills: u64,
    /// Under the version in force.
    #[serde(with = "super::money::amount")]
    pub in_force: Amount,
    /// Under the candidate.
    #[serde(with = "super::money::amount")]
    pub candidate: Amount,
}

/// How both versions compare with what people say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelReport {
    /// Labels that were given.
    pub given: u64,
    /// Of these, those of an interaction that was judged.
    pub matched: u64,
    /// The version in force.
    pub in_force: Score,
    /// The candidate.
    pub candidate: Score,
}

/// How one version compares with labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The four counts.
    #[serde(flatten)]
    pub counts: Confusion,
    /// Of its successes, the part that is labelled as such; `None` without any.
    pub precision: Option<Proportion>,
    /// Of those labelled as successes, the part that is one; `None` without any.
    pub recall: Option<Proportion>,
}

/// Whether a threshold was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThresholdCheck {
    /// What had to be kept: `max-bill-change 5%`.
    pub threshold: String,
    /// Whether it was.
    pub passed: bool,
    /// Why not, in words.
    pub reasons: Vec<String>,
}

impl From<Confusion> for Score {
    fn from(counts: Confusion) -> Self {
        let Confusion { true_positives, false_positives, false_negatives, .. } = counts;
        let precision = Proportion::of(true_positives, true_positives + false_positives);
        Self { counts, precision, recall: Proportion::of(true_positives, true_positives + false_negatives) }
    }
}

impl From<SideTally> for SideReport {
    fn from(tally: SideTally) -> Self {
        let (quantity, fuel) = (tally.quantity(), tally.fuel.report());
        Self { successes: tally.successes, quantity, faults: tally.faults, fuel }
    }
}

/// The first differences of each kind, as they come.
#[derive(Debug, Default)]
pub(super) struct Examples(Vec<VerdictDifference>);

impl Examples {
    pub(super) fn add(&mut self, difference: VerdictDifference) {
        if self.0.iter().filter(|example| example.kind == difference.kind).count() < EXAMPLES {
            self.0.push(difference);
        }
    }
}

impl BacktestReport {
    pub(super) fn new(
        tally: Tally,
        examples: Examples,
        bills: Bills,
        given: Option<u64>,
        thresholds: &Thresholds,
        suspended: Option<String>,
    ) -> Self {
        let kinds = DifferenceKind::ALL.map(|(kind, _)| tally.count(kind));
        let [earned, lost, moved, changed] = kinds;
        let (in_force, candidate) = (Score::from(tally.in_force.labels), Score::from(tally.candidate.labels));
        let labels = given.map(|given| LabelReport { given, matched: tally.labelled, in_force, candidate });
        let mut flows: Vec<Flow> = tally.flows.into_iter().map(|((from, to), count)| Flow { from, to, count }).collect();
        flows.sort_by_key(|flow| std::cmp::Reverse(flow.count));
        let fault = |(code, NewFaults { count, first })| NewFault { code, count, example: first };
        let mut examples = examples.0;
        examples.sort_by_key(|example| (example.kind, example.interaction));
        let Bills { changes, totals, unmoved, unrated } = bills;
        let mut report = Self {
            interactions: tally.seen,
            judged: tally.judged,
            same: tally.judged - kinds.iter().sum::<u64>(),
            differences: DifferenceCounts { earned, lost, moved, changed },
            examples,
            in_force: tally.in_force.into(),
            candidate: tally.candidate.into(),
            flows,
            new_faults: tally.new_faults.into_iter().map(fault).collect(),
            bills: changes,
            totals,
            unmoved_bills: unmoved,
            unrated,
            unbilled: tally.unbilled,
            labels,
            checks: Vec::new(),
            suspended,
        };
        report.checks = thresholds::check(thresholds, &report);
        report
    }

    /// Whether every threshold was kept; `None` where there was none. What was not judged to its end has kept none.
    pub fn passed(&self) -> Option<bool> {
        let all = self.suspended.is_none() && self.checks.iter().all(|check| check.passed);
        (!self.checks.is_empty()).then_some(all)
    }

    /// Why it did not pass, in words.
    pub fn reasons(&self) -> Vec<String> {
        self.suspended.iter().chain(self.checks.iter().flat_map(|check| &check.reasons)).cloned().collect()
    }
}
