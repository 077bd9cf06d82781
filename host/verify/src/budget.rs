//! The fuel that all receipts of a bundle have together: a rule that burns just under its limit, again and again, must end some day.

use std::sync::atomic::{AtomicU64, Ordering};

use assay_domain::fault::{Fault, FaultCode};
use assay_runtime::{Evaluated, Limits};

/// What is left of the fuel.
pub(crate) struct Budget {
    left: AtomicU64,
    /// What a fault is taken to have used, as nobody says what it has.
    whole: u64,
}

impl Budget {
    /// For so many receipts: of each as much as a service grants a judgement, twice.
    pub(crate) fn of(receipts: usize) -> Self {
        let each = Limits::default().evaluation_fuel_max.saturating_mul(2);
        Self { left: AtomicU64::new(each.saturating_mul(receipts.max(8) as u64)), whole: each }
    }

    /// Asks a rule, unless nothing is left.
    pub(crate) fn ask(&self, ask: impl FnOnce() -> Result<Evaluated, Fault>) -> Result<Evaluated, Fault> {
        if self.left.load(Ordering::Relaxed) == 0 {
            return Err(Fault::new(FaultCode::FuelExhausted, "all receipts together have used up what a service grants to so many"));
        }
        let evaluated = ask();
        let used = evaluated.as_ref().map_or(self.whole, |evaluated| evaluated.fuel.saturating_add(evaluated.instantiation_fuel));
        let take = |left: u64| Some(left.saturating_sub(used));
        // It always takes something, so there is nothing to be told.
        let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        evaluated
    }
}
