//! How much of everything that is counted a component has.

use crate::{admission::Refusal, counted::Counted, limits::Limits};

/// How much of everything there is.
#[derive(Debug, Default)]
pub(crate) struct Tally([u64; Counted::ALL.len()]);

impl Tally {
    /// Counts more of it.
    pub(crate) fn add(&mut self, counted: Counted, more: u64) {
        if let Some(found) = self.0.get_mut(counted as usize) {
            *found = found.saturating_add(more);
        }
    }

    /// Keeps the largest that was seen.
    pub(crate) fn most(&mut self, counted: Counted, seen: u64) {
        if let Some(found) = self.0.get_mut(counted as usize) {
            *found = seen.max(*found);
        }
    }

    /// Takes over what was counted apart in functions.
    pub(crate) fn merge(&mut self, apart: &Self) {
        let counted = |counted: Counted| apart.0.get(counted as usize).copied().unwrap_or_default();
        for most in [Counted::BodyBytes, Counted::Control, Counted::Nesting, Counted::Locals] {
            self.most(most, counted(most));
        }
        for sum in [Counted::ControlInAll, Counted::LocalsInAll] {
            self.add(sum, counted(sum));
        }
    }

    /// Checks one limit.
    pub(crate) fn check_one(&self, counted: Counted, limits: &Limits) -> Result<(), Refusal> {
        counted.limit(limits).check(self.0.get(counted as usize).copied().unwrap_or_default())
    }

    /// Checks every limit.
    pub(crate) fn check(&self, limits: &Limits) -> Result<(), Refusal> {
        Counted::ALL.into_iter().try_for_each(|counted| self.check_one(counted, limits))
    }
}
