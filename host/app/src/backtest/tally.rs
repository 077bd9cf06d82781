//! What the judgements of many interactions add up to: the same however they are cut into pieces.

use std::collections::BTreeMap;

use assay_domain::{decimal::Quantity, id::InteractionId, time::Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    contest::Found,
    fuel::FuelTally,
    moves::{Item, Place, Shift},
    side::{Side, Stand},
};

/// How the candidate's verdict differs from that of the version in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// A success that there is not under the version in force.
    Earned,
    /// No success any more.
    Lost,
    /// A success at another time, or of another quantity, class, value or credit.
    Moved,
    /// No success under either, or the same one, and another state or reason.
    Changed,
}

impl DifferenceKind {
    /// Every kind and its name.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Earned, "earned"), (Self::Lost, "lost"), (Self::Moved, "moved"), (Self::Changed, "changed")];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("changed", |(_, name)| name)
    }

    /// `None` where both say the same.
    pub(super) fn between(in_force: &Side, candidate: &Side) -> Option<Self> {
        match (&in_force.earned, &candidate.earned) {
            (None, Some(_)) => Some(Self::Earned),
            (Some(_), None) => Some(Self::Lost),
            _ if !in_force.is_worth_as(candidate) => Some(Self::Moved),
            _ => (in_force.stand != candidate.stand).then_some(Self::Changed),
        }
    }
}

/// One interaction of which the candidate says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictDifference {
    /// Which.
    pub interaction: InteractionId,
    /// The sender's key for it.
    pub subject: String,
    /// What the difference is.
    pub kind: DifferenceKind,
    /// Where it stands under the version in force.
    pub in_force: Stand,
    /// Where it stands under the candidate.
    pub candidate: Stand,
    /// When it was earned under the version in force, if it was.
    pub in_force_at: Option<Timestamp>,
    /// When it was earned under the candidate, if it was.
    pub candidate_at: Option<Timestamp>,
}

/// How judgements compare with labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Confusion {
    /// Successes that are labelled as such.
    pub true_positives: u64,
    /// Successes that are labelled as failures.
    pub false_positives: u64,
    /// Neither a success nor labelled as one.
    pub true_negatives: u64,
    /// Labelled as a success, and none.
    pub false_negatives: u64,
}

impl Confusion {
    fn add(&mut self, is_success: bool, label: bool) {
        *match (is_success, label) {
            (true, true) => &mut self.true_positives,
            (true, false) => &mut self.false_positives,
            (false, false) => &mut self.true_negatives,
            (false, true) => &mut self.false_negatives,
        } += 1;
    }

    fn merge(&mut self, other: Self) {
        self.true_positives += other.true_positives;
        self.false_positives += other.false_positives;
        self.true_negatives += other.true_negatives;
        self.false_negatives += other.false_negatives;
    }
}

/// What one side of a back-test adds up to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct SideTally {
    pub(super) successes: u64,
    /// Millionths of what was earned.
    pub(super) micros: i64,
    /// By code.
    pub(super) faults: BTreeMap<String, u64>,
    pub(super) fuel: FuelTally,
    pub(super) labels: Confusion,
}

impl SideTally {
    fn add(&mut self, side: &Side, label: Option<bool>) {
        if let Some(earned) = &side.earned {
            self.successes += 1;
            self.micros = self.micros.saturating_add(earned.quantity.micros());
        }
        if let Some(code) = side.fault {
            *self.faults.entry(code.code().to_owned()).or_default() += 1;
        }
        if side.is_faulted() == Some(false) {
            self.fuel.add(side.fuel);
        }
        label.into_iter().for_each(|label| self.labels.add(side.earned.is_some(), label));
    }

    fn merge(&mut self, other: &Self) {
        self.successes += other.successes;
        self.micros = self.micros.saturating_add(other.micros);
        other.faults.iter().for_each(|(code, count)| *self.faults.entry(code.clone()).or_default() += count);
        self.fuel.merge(&other.fuel);
        self.labels.merge(other.labels);
    }

    /// What was earned.
    pub(super) fn quantity(&self) -> Quantity {
        Quantity::from_micros(self.micros)
    }
}

/// Interactions that fault under the candidate and not under the version in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NewFaults {
    pub(super) count: u64,
    /// The subject of the first of them.
    pub(super) first: String,
}

/// What the judgements of some interactions add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Tally {
    /// Interactions that were looked at.
    pub(super) seen: u64,
    /// Of these, those that were judged.
    pub(super) judged: u64,
    /// Of these, those that are labelled.
    pub(super) labelled: u64,
    pub(super) in_force: SideTally,
    pub(super) candidate: SideTally,
    #[serde(with = "entries")]
    pub(super) kinds: BTreeMap<DifferenceKind, u64>,
    /// From where under the version in force to where under the candidate.
    #[serde(with = "entries")]
    pub(super) flows: BTreeMap<(Stand, Stand), u64>,
    /// By code.
    pub(super) new_faults: BTreeMap<String, NewFaults>,
    #[serde(with = "entries")]
    pub(super) moves: BTreeMap<(Place, Item), Shift>,
    /// Differences in usage that no agreement covers, so that nobody pays for them.
    pub(super) unbilled: u64,
}

impl Tally {
    /// Adds what was found of an interaction; gives back how it differs.
    pub(super) fn add(&mut self, found: Found) -> Option<VerdictDifference> {
        let Found { interaction, subject, in_force, candidate, label, moves, unbilled } = found;
        self.judged += 1;
        self.labelled += u64::from(label.is_some());
        self.in_force.add(&in_force, label);
        self.candidate.add(&candidate, label);
        *self.flows.entry((in_force.stand.clone(), candidate.stand.clone())).or_default() += 1;
        if let (None, Some(code)) = (in_force.fault, candidate.fault) {
            let faults = self.new_faults.entry(code.code().to_owned());
            faults.or_insert_with(|| NewFaults { count: 0, first: subject.clone() }).count += 1;
        }
        moves.into_iter().for_each(|(key, shift)| add_shift(&mut self.moves, key, shift));
        self.unbilled += unbilled;
        let kind = DifferenceKind::between(&in_force, &candidate)?;
        *self.kinds.entry(kind).or_default() += 1;
        let (in_force_at, candidate_at) = (in_force.earned_at(), candidate.earned_at());
        Some(VerdictDifference {
            interaction,
            subject,
            kind,
            in_force: in_force.stand,
            candidate: candidate.stand,
            in_force_at,
            candidate_at,
        })
    }

    /// Adds what was found of later interactions.
    pub(super) fn merge(&mut self, other: Self) {
        self.seen += other.seen;
        self.judged += other.judged;
        self.labelled += other.labelled;
        self.in_force.merge(&other.in_force);
        self.candidate.merge(&other.candidate);
        other.kinds.into_iter().for_each(|(kind, count)| *self.kinds.entry(kind).or_default() += count);
        other.flows.into_iter().for_each(|(flow, count)| *self.flows.entry(flow).or_default() += count);
        for (code, NewFaults { count, first }) in other.new_faults {
            self.new_faults.entry(code).or_insert(NewFaults { count: 0, first }).count += count;
        }
        other.moves.into_iter().for_each(|(key, shift)| add_shift(&mut self.moves, key, shift));
        self.unbilled += other.unbilled;
    }

    /// How often it differs in one way.
    pub(super) fn count(&self, kind: DifferenceKind) -> u64 {
        self.kinds.get(&kind).copied().unwrap_or(0)
    }
}

/// What comes to nothing is left out, so that pieces stay small.
fn add_shift(moves: &mut BTreeMap<(Place, Item), Shift>, key: (Place, Item), shift: Shift) {
    let sum = moves.entry(key.clone()).or_default();
    sum.in_force += shift.in_force;
    sum.candidate += shift.candidate;
    if *sum == Shift::default() {
        moves.remove(&key);
    }
}

/// Maps as lists of their entries: their keys are no texts.
mod entries {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K: Serialize, V: Serialize, S: Serializer>(map: &BTreeMap<K, V>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(map)
    }

    pub(super) fn deserialize<'de, K, V, D>(from: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(from)?.into_iter().collect())
    }
}
