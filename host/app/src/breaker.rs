//! Circuit breakers: a version that only faults is suspended, so that it costs nobody any more and its author hears of it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use assay_domain::{
    fault::{Fault, FaultCode},
    id::{TenantId, VersionId},
    time::Timestamp,
};
use assay_store::breakers::BreakerRow;

/// Faults of a rule in a row after which its version is suspended.
pub(crate) const FAULTS_MAX: u32 = 100;

/// The breaker of one version, shared by everything that judges by it.
pub(crate) struct Breaker {
    pub(crate) tenant: TenantId,
    state: Mutex<State>,
}

struct State {
    row: BreakerRow,
    /// As it was last read or written.
    recorded: BreakerRow,
}

impl Breaker {
    pub(crate) fn new(tenant: TenantId, version: VersionId, recorded: Option<BreakerRow>) -> Self {
        let row = recorded.unwrap_or(BreakerRow { version, round: 0, faults: 0, suspended_at: None, fault: None });
        Self { tenant, state: Mutex::new(State { recorded: row.clone(), row }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over what is recorded where that is newer: a person has let the version try again, or another process has suspended it.
    pub(crate) fn read(&self, recorded: &BreakerRow) {
        let mut state = self.state();
        let is_newer = recorded.round > state.row.round;
        let is_suspended = recorded.round == state.row.round && recorded.suspended_at.is_some() && state.row.suspended_at.is_none();
        if is_newer || is_suspended {
            *state = State { row: recorded.clone(), recorded: recorded.clone() };
        }
    }

    /// The fault of everything that a suspended version should judge.
    pub(crate) fn suspension(&self) -> Option<Fault> {
        let state = self.state();
        state.row.suspended_at?;
        let last = state.row.fault.as_deref().unwrap_or_default();
        let detail = format!("the version is suspended after {} faults in a row, the last of them {last}", state.row.faults);
        Some(Fault::new(FaultCode::Suspended, detail))
    }

    /// The rule has answered.
    pub(crate) fn answered(&self) {
        let mut state = self.state();
        if state.row.suspended_at.is_none() {
            state.row.faults = 0;
        }
    }

    /// The rule has faulted; faults of the machine do not count.
    pub(crate) fn faulted(&self, fault: &Fault, now: Timestamp) {
        let mut state = self.state();
        if !fault.code.is_deterministic() || state.row.suspended_at.is_some() {
            return;
        }
        state.row.faults += 1;
        if state.row.faults >= FAULTS_MAX {
            (state.row.suspended_at, state.row.fault) = (Some(now), Some(fault.to_string()));
        }
    }

    /// What is to be recorded, if anything has changed, and whether the version has just been suspended.
    pub(crate) fn news(&self) -> Option<(BreakerRow, bool)> {
        let state = self.state();
        let is_suspended = state.row.suspended_at.is_some() && state.recorded.suspended_at.is_none();
        (state.row != state.recorded).then(|| (state.row.clone(), is_suspended))
    }

    /// It was recorded.
    pub(crate) fn recorded(&self, row: BreakerRow) {
        let mut state = self.state();
        if row.round == state.row.round {
            state.recorded = row;
        }
    }
}
