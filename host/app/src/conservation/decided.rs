//! What a judgement amounts to.

use assay_domain::{
    decimal::Quantity,
    ruling::Effect,
    verdict::{Decision, Verdict},
};
use assay_store::conservation::Judgement;

use super::class::EventClass;

/// What was decided of interactions, or what stands of their usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Units {
    /// The quantity of their successes.
    pub(super) outcomes: Quantity,
    /// One for each attempt.
    pub(super) attempts: Quantity,
}

impl Units {
    pub(super) fn plus(self, other: Self) -> Self {
        let sum = |one: Quantity, other: Quantity| Quantity::from_micros(one.micros().saturating_add(other.micros()));
        Self { outcomes: sum(self.outcomes, other.outcomes), attempts: sum(self.attempts, other.attempts) }
    }

    /// What is left of them after a ruling, which touches no attempt.
    pub(super) fn after(self, effect: Effect) -> Self {
        Self { outcomes: effect.of_quantity(self.outcomes), ..self }
    }

    pub(super) fn in_words(self) -> String {
        format!("{} successes, {} attempts", self.outcomes, self.attempts)
    }
}

/// The class that a judgement amounts to where there is no usage.
pub(super) fn decided(judgement: &Judgement) -> EventClass {
    match (judgement.conclusion.as_str(), judgement.reason.as_deref()) {
        ("success", _) => EventClass::Billable,
        ("failure", _) | ("pending", Some("deadline")) => EventClass::Failed,
        ("pending", _) => EventClass::Open,
        ("not-eligible", _) => EventClass::NotEligible,
        _ => EventClass::Indeterminate,
    }
}

/// The usage that a judgement amounts to, of an interaction that belongs to somebody.
pub(super) fn amounts(judgement: &Judgement) -> Units {
    let verdict: Option<Verdict> = judgement.success.as_deref().and_then(|json| serde_json::from_str(json).ok());
    let outcomes = match verdict.map(|verdict| verdict.decision) {
        Some(Decision::Success(success)) => success.quantity,
        _ => Quantity::ZERO,
    };
    let is_attempt = !matches!(decided(judgement), EventClass::Indeterminate | EventClass::NotEligible);
    Units { outcomes, attempts: if is_attempt { Quantity::ONE } else { Quantity::ZERO } }
}
