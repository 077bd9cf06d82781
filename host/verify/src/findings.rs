//! What came of the checks, counted by kind.

use std::{collections::BTreeMap, fmt};

use crate::check::{Check, Place};

/// Failures that are told in full.
pub const TOLD_MAX: usize = 100;

/// How often a check was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// How often it held.
    pub passed: u64,
    /// How often it did not.
    pub failed: u64,
}

/// A check that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Which.
    pub check: Check,
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {}", self.check, self.place, self.problem)
    }
}

/// What came of some checks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Findings {
    pub(crate) counts: BTreeMap<Check, Count>,
    /// The first of them.
    pub(crate) failures: Vec<Failure>,
}

impl Findings {
    /// Takes down what came of a check, and says whether it holds.
    pub(crate) fn see<E: fmt::Display>(&mut self, check: Check, place: &Place, found: Result<(), E>) -> bool {
        self.take(check, place, found).is_some()
    }

    /// Takes down what came of a check that gives something back when it holds.
    pub(crate) fn take<T, E: fmt::Display>(&mut self, check: Check, place: &Place, found: Result<T, E>) -> Option<T> {
        match found {
            Ok(taken) => {
                self.counts.entry(check).or_default().passed += 1;
                Some(taken)
            }
            Err(problem) => {
                self.fail(check, place, problem);
                None
            }
        }
    }

    /// Takes down that a check does not hold.
    pub(crate) fn fail(&mut self, check: Check, place: &Place, problem: impl fmt::Display) {
        self.counts.entry(check).or_default().failed += 1;
        if self.failures.len() < TOLD_MAX {
            self.failures.push(Failure { check, place: place.clone(), problem: problem.to_string() });
        }
    }

    /// Takes down that two things which should be equal are, or what each of them is.
    pub(crate) fn equal<T: PartialEq + fmt::Display>(&mut self, check: Check, place: &Place, what: &str, told: &T, found: &T) -> bool {
        let differs = || format!("{what} is told as {told}, and {found} follows");
        self.see(check, place, if told == found { Ok(()) } else { Err(differs()) })
    }

    /// Adds what another piece of work has found.
    pub(crate) fn add(&mut self, other: Self) {
        for (check, Count { passed, failed }) in other.counts {
            let count = self.counts.entry(check).or_default();
            count.passed += passed;
            count.failed += failed;
        }
        let room = TOLD_MAX.saturating_sub(self.failures.len());
        self.failures.extend(other.failures.into_iter().take(room));
    }

    /// How many checks do not hold.
    pub(crate) fn failed(&self) -> u64 {
        self.counts.values().map(|count| count.failed).sum()
    }
}
