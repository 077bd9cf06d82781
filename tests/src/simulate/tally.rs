//! How often everything happened.

use std::{collections::BTreeMap, fmt};

/// Below so many of a kind in ten thousand seeds, a kind is too rare to mean anything.
const RARE: u64 = 100;

/// How many seeds ran, and how often each kind of step and of fault happened in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Seeds that ran to their end.
    pub seeds: u64,
    steps: BTreeMap<&'static str, u64>,
    faults: BTreeMap<String, u64>,
}

impl Tally {
    pub(super) fn step(&mut self, name: &'static str) {
        *self.steps.entry(name).or_default() += 1;
    }

    pub(super) fn fault(&mut self, name: String) {
        *self.faults.entry(name).or_default() += 1;
    }

    /// Adds what happened elsewhere.
    pub fn add(&mut self, other: Self) {
        self.seeds += other.seeds;
        other.steps.into_iter().for_each(|(name, count)| *self.steps.entry(name).or_default() += count);
        other.faults.into_iter().for_each(|(name, count)| *self.faults.entry(name).or_default() += count);
    }

    /// How often a step was taken.
    pub fn steps(&self, name: &str) -> u64 {
        self.steps.get(name).copied().unwrap_or_default()
    }

    /// How often something went wrong whose name starts like this.
    pub fn faults(&self, prefix: &str) -> u64 {
        self.faults.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, count)| count).sum()
    }

    /// Kinds of faults that happened less often than a hundred times in ten thousand seeds.
    pub fn rare(&self) -> impl Iterator<Item = (&str, u64)> {
        let too_few = |count: u64| count * 10_000 < RARE * self.seeds;
        self.faults.iter().filter(move |(_, count)| too_few(**count)).map(|(name, count)| (name.as_str(), *count))
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} seeds\n\n{:<44} {:>9}", self.seeds, "step", "times")?;
        for (name, count) in &self.steps {
            writeln!(f, "{name:<44} {count:>9}")?;
        }
        writeln!(f, "\n{:<44} {:>9}", "fault", "times")?;
        for (name, count) in &self.faults {
            writeln!(f, "{name:<44} {count:>9}")?;
        }
        Ok(())
    }
}
