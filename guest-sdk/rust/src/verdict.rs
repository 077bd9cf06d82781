//! What a rule answers.

use crate::{decimal::Decimal, error::RuleError, rule::Reason, time::Timestamp, timeline::EventRef};

/// A decision, its declared reason and the events that prove it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Verdict<R> {
    pub(crate) decision: Decision,
    pub(crate) reason: R,
    /// Strictly increasing.
    pub(crate) evidence: Vec<u32>,
    pub(crate) note: Option<String>,
}

/// The five decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The outcome happened.
    Success(Success),
    /// It did not.
    Failure,
    /// Not decided: ask again at this time, or, without one, when a new fact comes.
    Pending(Option<Timestamp>),
    /// The facts do not allow a judgement.
    Indeterminate,
    /// This interaction is not one the rule is about.
    NotEligible,
}

/// A success and its measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Success {
    /// When it was achieved: from the opening up to the time of asking.
    pub at: Timestamp,
    /// How many units of the outcome, at most six decimals.
    pub quantity: Decimal,
    /// One of the rule's classes.
    pub class: Option<&'static str>,
    /// Participants and their parts of the whole; empty means all of it to the AI.
    pub credit: Vec<(&'static str, u32)>,
    /// What it is worth, at most six decimals; given exactly when the rule says that it has a value.
    pub value: Option<Decimal>,
}

impl<R> Verdict<R> {
    fn new(decision: Decision, reason: R) -> Self {
        Self { decision, reason, evidence: Vec::new(), note: None }
    }

    /// One unit of the outcome, achieved at `at`.
    pub fn success(reason: R, at: Timestamp) -> Self {
        let success = Success { at, quantity: Decimal::ONE, class: None, credit: Vec::new(), value: None };
        Self::new(Decision::Success(success), reason)
    }

    /// The outcome did not happen, whatever time passes.
    pub fn failure(reason: R) -> Self {
        Self::new(Decision::Failure, reason)
    }

    /// Only a new fact can decide.
    pub fn pending(reason: R) -> Self {
        Self::new(Decision::Pending(None), reason)
    }

    /// Time decides: ask again at `wake`, which is later than the time of asking.
    pub fn pending_until(reason: R, wake: Timestamp) -> Self {
        Self::new(Decision::Pending(Some(wake)), reason)
    }

    /// The facts do not allow a judgement.
    pub fn indeterminate(reason: R) -> Self {
        Self::new(Decision::Indeterminate, reason)
    }

    /// This interaction is not one the rule is about.
    pub fn not_eligible(reason: R) -> Self {
        Self::new(Decision::NotEligible, reason)
    }

    /// How many units instead of one; like the three below it says nothing about a decision that is no success.
    pub fn quantity(self, quantity: impl Into<Decimal>) -> Self {
        let quantity = quantity.into();
        self.measured(|success| success.quantity = quantity)
    }

    /// Which of the rule's declared classes the success belongs to.
    pub fn class(self, name: &'static str) -> Self {
        self.measured(|success| success.class = Some(name))
    }

    /// Credits one of the rule's declared participants with `parts` (at least 1) of the whole; call it once per participant.
    pub fn credit(self, participant: &'static str, parts: u32) -> Self {
        self.measured(|success| success.credit.push((participant, parts)))
    }

    /// What the success is worth.
    pub fn value(self, value: impl Into<Decimal>) -> Self {
        let value = value.into();
        self.measured(|success| success.value = Some(value))
    }

    fn measured(mut self, set: impl FnOnce(&mut Success)) -> Self {
        if let Decision::Success(success) = &mut self.decision {
            set(success);
        }
        self
    }

    /// Cites an event, a `&Fact` or its handle. At most 256 are kept by a host; order and repetition do not matter.
    pub fn evidence(mut self, event: impl Into<EventRef>) -> Self {
        let index = event.into().index();
        if let Err(place) = self.evidence.binary_search(&index) {
            self.evidence.insert(place, index);
        }
        self
    }

    /// Cites every one of these events.
    pub fn evidence_from(self, events: impl IntoIterator<Item = impl Into<EventRef>>) -> Self {
        events.into_iter().fold(self, |verdict, event| verdict.evidence(event))
    }

    /// Free text for people, at most 1 KiB.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// What it decides.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Why.
    pub fn reason(&self) -> &R {
        &self.reason
    }
}

/// What the function of a rule may return: a [`Verdict`], or a `Result` of one whose error becomes a [`RuleError`].
#[diagnostic::on_unimplemented(
    message = "a rule returns a `Verdict<Reason>` or a `Result<Verdict<Reason>, RuleError>`, not `{Self}`",
    label = "not a verdict of a type that derives `Reason`"
)]
pub trait IntoVerdict {
    /// The rule's reasons.
    type Reason: Reason;

    /// The verdict, or why there is none.
    fn into_verdict(self) -> Result<Verdict<Self::Reason>, RuleError>;
}

impl<R: Reason> IntoVerdict for Verdict<R> {
    type Reason = R;

    fn into_verdict(self) -> Result<Self, RuleError> {
        Ok(self)
    }
}

impl<R: Reason, E: Into<RuleError>> IntoVerdict for Result<Verdict<R>, E> {
    type Reason = R;

    fn into_verdict(self) -> Result<Verdict<R>, RuleError> {
        self.map_err(Into::into)
    }
}
