//! How many instructions judgements have used, without keeping the number of each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The logarithm of the number of buckets that each power of two is cut into.
const STEPS_LOG2: u32 = 6;

/// The instructions of many judgements, faults apart: what those have used is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct FuelTally {
    judgements: u64,
    total: u64,
    max: u64,
    buckets: BTreeMap<u32, u64>,
}

/// The instructions that judgements have used, faults apart: what those have used is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FuelReport {
    /// How many judgements.
    pub judgements: u64,
    /// All together.
    pub total: u64,
    /// Half of the judgements have used no more. It is at most a sixty-fourth too high, as the next.
    pub p50: u64,
    /// Ninety-nine of a hundred have used no more.
    pub p99: u64,
    /// The most that one has used.
    pub max: u64,
}

impl FuelTally {
    pub(super) fn add(&mut self, fuel: u64) {
        self.judgements += 1;
        self.total = self.total.saturating_add(fuel);
        self.max = self.max.max(fuel);
        *self.buckets.entry(bucket(fuel)).or_default() += 1;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.judgements += other.judgements;
        self.total = self.total.saturating_add(other.total);
        self.max = self.max.max(other.max);
        for (bucket, count) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += count;
        }
    }

    pub(super) fn report(&self) -> FuelReport {
        let Self { judgements, total, max, .. } = *self;
        FuelReport { judgements, total, p50: self.percentile(50), p99: self.percentile(99), max }
    }

    fn percentile(&self, percent: u64) -> u64 {
        let rank = (self.judgements * percent).div_ceil(100);
        let mut below = 0;
        let reached = self.buckets.iter().find(|(_, count)| {
            below += **count;
            below >= rank
        });
        reached.map_or(0, |(bucket, _)| highest(*bucket).min(self.max))
    }
}

/// Numbers below 128 have a bucket each, those above share one with the others that begin with the same seven bits.
fn bucket(fuel: u64) -> u32 {
    let bits = u64::BITS - fuel.leading_zeros();
    let shift = bits.saturating_sub(STEPS_LOG2 + 1);
    (shift << STEPS_LOG2) + u32::try_from(fuel >> shift).unwrap_or(u32::MAX)
}

/// The highest number of a bucket.
fn highest(bucket: u32) -> u64 {
    let shift = (bucket >> STEPS_LOG2).saturating_sub(1);
    let first = u64::from(bucket - (shift << STEPS_LOG2)) << shift;
    first | ((1_u64 << shift) - 1)
}
