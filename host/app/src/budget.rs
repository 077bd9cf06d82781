//! How much of the evaluators a tenant has before the next one has its turn.

use std::sync::atomic::{AtomicI64, Ordering};

use assay_domain::fault::{Fault, FaultCode};

/// What one turn of a tenant may cost, in instructions; a tenant whose rules use more has to wait until the others had theirs.
pub(crate) struct Budget {
    left: AtomicI64,
    /// What an evaluation may cost. What one that faulted has used is not known, so it is taken for all of that.
    evaluation_fuel_max: u64,
}

impl Budget {
    /// Two evaluations that use everything, for each thread.
    pub(crate) fn of_a_turn(evaluation_fuel_max: u64, threads: usize) -> Self {
        let fuel = evaluation_fuel_max.saturating_mul(2).saturating_mul(threads as u64);
        Self { left: i64::try_from(fuel).unwrap_or(i64::MAX).into(), evaluation_fuel_max }
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.left.load(Ordering::Relaxed) <= 0
    }

    /// Takes off what an evaluation has cost.
    pub(crate) fn charge(&self, fuel: u64, fault: Option<&Fault>) {
        let beside = match fault.map(|fault| fault.code) {
            Some(FaultCode::Suspended | FaultCode::ValueMissing) | None => 0,
            Some(_) => self.evaluation_fuel_max,
        };
        let cost = i64::try_from(fuel.saturating_add(beside)).unwrap_or(i64::MAX);
        self.left.update(Ordering::Relaxed, Ordering::Relaxed, |left| left.saturating_sub(cost));
    }
}
