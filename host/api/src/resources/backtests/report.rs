//! What a back-test has found.

use std::collections::BTreeMap;

use assay_app::{
    BacktestReport, BillChange, BillTotal, Flow, FuelReport, LabelReport, NewFault, Proportion, Score, SideReport, Stand, ThresholdCheck,
    VerdictDifference,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::resources::invoices::AmountBody;

/// What a candidate would have changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestReport)]
pub struct BacktestReportBody {
    /// Interactions that were looked at.
    pub interactions: u64,
    /// Of these, those that were judged: the version in force for everybody judges them, and one of the two reads something of them.
    pub judged: u64,
    /// Of these, those of which both versions say the same.
    pub same: u64,
    /// Successes that there are not under the version in force.
    pub earned: u64,
    /// Interactions that are no successes any more.
    pub lost: u64,
    /// Successes at another time, or of another quantity, class, value or credit.
    pub moved: u64,
    /// Interactions with another state or reason, without a success or with the same one.
    pub changed: u64,
    /// The first differences of each kind; all of them have a list of their own.
    pub examples: Vec<BacktestDifferenceBody>,
    /// What the version in force adds up to.
    pub in_force: BacktestSideBody,
    /// What the candidate adds up to.
    pub candidate: BacktestSideBody,
    /// From where under the version in force to where under the candidate, the most frequent first.
    pub flows: Vec<BacktestFlowBody>,
    /// Interactions that fault under the candidate alone, by code.
    pub new_faults: Vec<BacktestFaultBody>,
    /// Bills that would be others, by customer and period.
    pub bills: Vec<BacktestBillBody>,
    /// What these come to, by currency.
    pub totals: Vec<BacktestTotalBody>,
    /// Bills that would stay what they are although what is counted for them would be something else.
    pub unmoved_bills: u64,
    /// Bills that cannot be computed exactly, with the customer and why.
    pub unrated: Vec<String>,
    /// Differences in usage that no agreement covers, so that nobody pays for them.
    pub unbilled: u64,
    /// How both compare with what people say; null without labels.
    pub labels: Option<BacktestLabelsBody>,
    /// Whether each threshold was kept.
    pub checks: Vec<BacktestCheckBody>,
    /// Why not everything was judged; null when everything was.
    pub suspended: Option<String>,
}

/// Where an outcome stands, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestStand)]
pub struct BacktestStandBody {
    /// The state of an outcome; `faulted`, or `unread` where the rule reads nothing of the interaction.
    #[schema(example = "final")]
    pub state: String,
    /// The code of the reason, or of the fault; empty where there is none.
    #[schema(example = "resolved")]
    pub reason: String,
}

/// One interaction that a candidate decides otherwise.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestDifference)]
pub struct BacktestDifferenceBody {
    /// The id of the interaction.
    #[schema(example = "itn_0000000000001")]
    pub interaction: String,
    /// The sender's key for it.
    #[schema(example = "T-1")]
    pub subject: String,
    /// `earned`, `lost`, `moved` or `changed`.
    #[schema(example = "lost")]
    pub kind: &'static str,
    /// Where it stands under the version in force.
    pub in_force: BacktestStandBody,
    /// Where it stands under the candidate.
    pub candidate: BacktestStandBody,
    /// When it was earned under the version in force; null unless it was.
    #[schema(format = DateTime, example = "2026-03-02T10:00:00Z")]
    pub in_force_at: Option<String>,
    /// When it was earned under the candidate; null unless it was.
    #[schema(format = DateTime, example = "2026-03-04T10:00:00Z")]
    pub candidate_at: Option<String>,
}

/// What one version adds up to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestSide)]
pub struct BacktestSideBody {
    /// Interactions that succeeded.
    pub successes: u64,
    /// What they add up to.
    #[schema(example = "120")]
    pub quantity: String,
    /// Interactions that faulted, by code.
    #[schema(example = json!({ "guest.trap-unreachable": 1 }))]
    pub faults: BTreeMap<String, u64>,
    /// Instructions of its judgements, but for those that faulted.
    pub fuel: BacktestFuelBody,
}

/// Instructions of judgements.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestFuel)]
pub struct BacktestFuelBody {
    /// How many judgements.
    pub judgements: u64,
    /// All together.
    pub total: u64,
    /// Half of them used no more; at most a sixty-fourth too high.
    pub p50: u64,
    /// Ninety-nine of a hundred used no more; at most a sixty-fourth too high.
    pub p99: u64,
    /// The most that one used.
    pub max: u64,
}

/// Interactions that stand in one place under the version in force and in one under the candidate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestFlow)]
pub struct BacktestFlowBody {
    /// Under the version in force.
    pub from: BacktestStandBody,
    /// Under the candidate.
    pub to: BacktestStandBody,
    /// How many.
    pub count: u64,
}

/// A fault that the version in force does not have.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestFault)]
pub struct BacktestFaultBody {
    /// Its code.
    #[schema(example = "guest.trap-unreachable")]
    pub code: String,
    /// How many interactions end in it.
    pub count: u64,
    /// The subject of the first of them.
    #[schema(example = "T-1")]
    pub example: String,
}

/// What a customer's bill for a period would be.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestBill)]
pub struct BacktestBillBody {
    /// The customer's key.
    #[schema(example = "acme")]
    pub customer: String,
    /// The period: a month, or the first day of an anniversary's.
    #[schema(example = "2026-03")]
    pub period: String,
    /// What it is under the version in force.
    pub in_force: AmountBody,
    /// What it would be under the candidate.
    pub candidate: AmountBody,
    /// How much more that is; negative is less.
    pub change: AmountBody,
}

/// What the bills that would be others come to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestTotal)]
pub struct BacktestTotalBody {
    /// How many they are.
    pub bills: u64,
    /// Under the version in force.
    pub in_force: AmountBody,
    /// Under the candidate.
    pub candidate: AmountBody,
}

/// How both versions compare with what people say.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestLabels)]
pub struct BacktestLabelsBody {
    /// Labels that were given.
    pub given: u64,
    /// Of these, those of an interaction that was judged.
    pub matched: u64,
    /// The version in force.
    pub in_force: BacktestScoreBody,
    /// The candidate.
    pub candidate: BacktestScoreBody,
}

/// How one version compares with labels.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestScore)]
pub struct BacktestScoreBody {
    /// Successes that are labelled as such.
    pub true_positives: u64,
    /// Successes that are labelled as failures.
    pub false_positives: u64,
    /// Neither a success nor labelled as one.
    pub true_negatives: u64,
    /// Labelled as a success, and none.
    pub false_negatives: u64,
    /// Of its successes, the part that is labelled as such; null without any.
    #[schema(example = "0.95")]
    pub precision: Option<String>,
    /// Of those labelled as successes, the part that is one; null without any.
    #[schema(example = "0.9")]
    pub recall: Option<String>,
}

/// Whether a threshold was kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestCheck)]
pub struct BacktestCheckBody {
    /// What had to be kept.
    #[schema(example = "max-bill-change 5%")]
    pub threshold: String,
    /// Whether it was.
    pub passed: bool,
    /// Why not, in words.
    pub reasons: Vec<String>,
}

impl From<BacktestReport> for BacktestReportBody {
    fn from(report: BacktestReport) -> Self {
        let counts = report.differences;
        Self {
            interactions: report.interactions,
            judged: report.judged,
            same: report.same,
            earned: counts.earned,
            lost: counts.lost,
            moved: counts.moved,
            changed: counts.changed,
            examples: report.examples.into_iter().map(BacktestDifferenceBody::from).collect(),
            in_force: report.in_force.into(),
            candidate: report.candidate.into(),
            flows: report.flows.into_iter().map(BacktestFlowBody::from).collect(),
            new_faults: report.new_faults.into_iter().map(BacktestFaultBody::from).collect(),
            bills: report.bills.into_iter().map(BacktestBillBody::from).collect(),
            totals: report.totals.into_iter().map(BacktestTotalBody::from).collect(),
            unmoved_bills: report.unmoved_bills,
            unrated: report.unrated,
            unbilled: report.unbilled,
            labels: report.labels.map(BacktestLabelsBody::from),
            checks: report.checks.into_iter().map(BacktestCheckBody::from).collect(),
            suspended: report.suspended,
        }
    }
}

impl From<Stand> for BacktestStandBody {
    fn from(Stand { state, reason }: Stand) -> Self {
        Self { state, reason }
    }
}

impl From<VerdictDifference> for BacktestDifferenceBody {
    fn from(difference: VerdictDifference) -> Self {
        let VerdictDifference { interaction, subject, kind, in_force, candidate, in_force_at, candidate_at } = difference;
        Self {
            interaction: interaction.to_string(),
            subject,
            kind: kind.name(),
            in_force: in_force.into(),
            candidate: candidate.into(),
            in_force_at: in_force_at.map(|at| at.to_string()),
            candidate_at: candidate_at.map(|at| at.to_string()),
        }
    }
}

impl From<SideReport> for BacktestSideBody {
    fn from(SideReport { successes, quantity, faults, fuel }: SideReport) -> Self {
        Self { successes, quantity: quantity.to_string(), faults, fuel: fuel.into() }
    }
}

impl From<FuelReport> for BacktestFuelBody {
    fn from(FuelReport { judgements, total, p50, p99, max }: FuelReport) -> Self {
        Self { judgements, total, p50, p99, max }
    }
}

impl From<Flow> for BacktestFlowBody {
    fn from(Flow { from, to, count }: Flow) -> Self {
        Self { from: from.into(), to: to.into(), count }
    }
}

impl From<NewFault> for BacktestFaultBody {
    fn from(NewFault { code, count, example }: NewFault) -> Self {
        Self { code, count, example }
    }
}

impl From<BillChange> for BacktestBillBody {
    fn from(bill: BillChange) -> Self {
        let change = bill.change().into();
        let BillChange { customer, period, in_force, candidate } = bill;
        Self { customer, period: period.to_string(), in_force: in_force.into(), candidate: candidate.into(), change }
    }
}

impl From<BillTotal> for BacktestTotalBody {
    fn from(BillTotal { bills, in_force, candidate }: BillTotal) -> Self {
        Self { bills, in_force: in_force.into(), candidate: candidate.into() }
    }
}

impl From<LabelReport> for BacktestLabelsBody {
    fn from(LabelReport { given, matched, in_force, candidate }: LabelReport) -> Self {
        Self { given, matched, in_force: in_force.into(), candidate: candidate.into() }
    }
}

impl From<Score> for BacktestScoreBody {
    fn from(Score { counts, precision, recall }: Score) -> Self {
        Self {
            true_positives: counts.true_positives,
            false_positives: counts.false_positives,
            true_negatives: counts.true_negatives,
            false_negatives: counts.false_negatives,
            precision: precision.map(Proportion::fraction),
            recall: recall.map(Proportion::fraction),
        }
    }
}

impl From<ThresholdCheck> for BacktestCheckBody {
    fn from(ThresholdCheck { threshold, passed, reasons }: ThresholdCheck) -> Self {
        Self { threshold, passed, reasons }
    }
}
