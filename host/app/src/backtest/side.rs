//! What one version makes of one interaction, in the terms that two versions are compared in.

use std::fmt;

use assay_domain::{
    decimal::{Decimal, Quantity},
    definition::Version,
    fault::FaultCode,
    outcome::{Credit, OutcomeState, Usage},
    ruling::Effect,
    time::Timestamp,
};
use assay_store::outcomes::OutcomeRow;
use serde::{Deserialize, Serialize};

use crate::{
    judge::{Case, Change},
    terms::{Judge, Terms},
};

/// Where an outcome stands in a back-test, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stand {
    /// The state of an outcome; `faulted`, or `unread` where the rule reads nothing of the interaction.
    pub state: String,
    /// The code of the reason, or of the fault; empty where there is none.
    pub reason: String,
}

impl fmt::Display for Stand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { state, reason } = self;
        if reason.is_empty() { f.write_str(state) } else { write!(f, "{state} {reason}") }
    }
}

const UNREAD: &str = "unread";

/// What one version makes of one interaction.
pub(super) struct Side {
    pub(super) stand: Stand,
    pub(super) fault: Option<FaultCode>,
    /// What was earned, if anything was.
    pub(super) earned: Option<OutcomeRow>,
    pub(super) usage: Vec<Usage>,
    /// Instructions that were used; zero where the rule was not asked, and of a fault.
    pub(super) fuel: u64,
    pub(super) due_at: Option<Timestamp>,
}

impl Side {
    /// Has a version judge. A fault of the machine is tried once more.
    pub(super) fn of(case: &Case, terms: &Terms, judging: (&Version, &Judge), as_of: Timestamp) -> Self {
        let tried = || case.tried(terms, judging, as_of);
        let is_of_machine = |change: &Change| change.fault.as_ref().is_some_and(|fault| !fault.code.is_deterministic());
        match tried() {
            Some(change) if is_of_machine(&change) => tried().map_or_else(Self::unread, Self::changed),
            found => found.map_or_else(Self::unread, Self::changed),
        }
    }

    fn unread() -> Self {
        let stand = Stand { state: UNREAD.into(), reason: String::new() };
        Self { stand, fault: None, earned: None, usage: Vec::new(), fuel: 0, due_at: None }
    }

    fn changed(change: Change) -> Self {
        let Change { outcome, usage, fault, fuel, .. } = change;
        let due_at = outcome.due_at;
        if let Some(fault) = fault {
            let stand = Stand { state: "faulted".into(), reason: fault.code.code().into() };
            return Self { stand, fault: Some(fault.code), earned: None, usage, fuel, due_at };
        }
        let state = outcome.state.unwrap_or(OutcomeState::Open);
        let stand = Stand { state: state.to_string(), reason: outcome.reason.clone().unwrap_or_default() };
        let is_success = matches!(state, OutcomeState::Provisional | OutcomeState::Final);
        Self { stand, fault: None, earned: is_success.then_some(outcome), usage, fuel, due_at }
    }

    /// With the usage that counts once people have ruled over it.
    pub(super) fn ruled(self, ruling: Effect) -> Self {
        Self { usage: ruling.apply(self.usage), ..self }
    }

    /// Whether the rule reads nothing of the interaction.
    pub(super) fn is_unread(&self) -> bool {
        self.stand.state == UNREAD
    }

    /// When it was earned.
    pub(super) fn earned_at(&self) -> Option<Timestamp> {
        self.earned.as_ref()?.succeeded_at
    }

    /// Whether the version was asked and did not answer, so that its breaker counts it; `None` where it was not asked.
    pub(super) fn is_faulted(&self) -> Option<bool> {
        match self.fault {
            Some(FaultCode::ValueMissing) => Some(false),
            Some(code) => code.is_deterministic().then_some(true),
            None => (self.fuel > 0).then_some(false),
        }
    }

    /// Whether what was earned is worth the same to a price.
    pub(super) fn is_worth_as(&self, other: &Self) -> bool {
        match (&self.earned, &other.earned) {
            (Some(one), Some(other)) => worth(one) == worth(other),
            (None, None) => true,
            _ => false,
        }
    }
}

type Worth<'a> = (Option<Timestamp>, Option<Timestamp>, Quantity, Option<&'a str>, Option<Decimal>, Option<&'a Credit>);

fn worth(row: &OutcomeRow) -> Worth<'_> {
    (row.succeeded_at, row.billed_at, row.quantity, row.class.as_deref(), row.value, row.credit.as_ref())
}
