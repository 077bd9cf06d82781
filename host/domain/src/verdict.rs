//! What a rule says, and the checks that make it believable.

use serde::{Deserialize, Serialize};

use crate::{
    decimal::{Decimal, Quantity},
    fault::{Fault, FaultCode},
    manifest::Manifest,
    projection::EvaluationInput,
    time::Timestamp,
};

/// A rule's answer, checked: every index is in range, every time in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What it decides.
    pub decision: Decision,
    /// Index into the manifest's reasons.
    pub reason: u32,
    /// Indices into the events asked about, strictly increasing.
    pub evidence: Vec<u32>,
    /// Free text of the rule, at most 1 KiB.
    pub note: Option<String>,
}

/// The five decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The outcome happened.
    Success(Success),
    /// It did not, and no new fact of the ordinary kind is awaited.
    Failure,
    /// Not decided: ask again at the time, or when a new fact comes.
    Pending(Option<Timestamp>),
    /// The facts do not allow a judgement.
    Indeterminate,
    /// This interaction is not one the definition is about.
    NotEligible,
}

impl Decision {
    /// The decision's name in the contract.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Success(_) => "success",
            Self::Failure => "failure",
            Self::Pending(_) => "pending",
            Self::Indeterminate => "indeterminate",
            Self::NotEligible => "not-eligible",
        }
    }
}

/// A success and its measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Success {
    /// How much of the outcome.
    pub quantity: Quantity,
    /// When it was achieved.
    pub at: Timestamp,
    /// Index into the manifest's classes.
    pub class: Option<u32>,
    /// Who is credited; empty means all of it to the AI.
    pub credit: Vec<Share>,
    /// What it is worth, at most six decimals.
    pub value: Option<Decimal>,
}

/// One participant's share of the credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Index into the manifest's participants.
    pub participant: u32,
    /// Its parts of the whole.
    pub parts: u32,
}

/// The limits of a verdict's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictLimits {
    /// Bytes of the note.
    pub note_bytes_max: usize,
    /// Entries of the evidence.
    pub evidence_max: usize,
    /// Entries of the credit.
    pub shares_max: usize,
}

impl Default for VerdictLimits {
    fn default() -> Self {
        Self { note_bytes_max: 1024, evidence_max: 256, shares_max: 16 }
    }
}

/// What a verdict is checked against.
#[derive(Debug, Clone, Copy)]
pub struct VerdictContext<'a> {
    /// The rule's declaration.
    pub manifest: &'a Manifest,
    /// When the interaction opened.
    pub opened_at: Timestamp,
    /// How many events the rule was asked about.
    pub events: usize,
    /// The time of asking.
    pub as_of: Timestamp,
    /// Sizes.
    pub limits: VerdictLimits,
}

impl Verdict {
    /// Refuses a verdict that contradicts itself, its manifest or its timeline.
    pub fn check(&self, context: &VerdictContext<'_>) -> Result<(), Fault> {
        let VerdictContext { manifest, limits, .. } = context;
        if self.reason as usize >= manifest.reasons.len() {
            return invalid(format!("reason {} of {} declared", self.reason, manifest.reasons.len()));
        }
        if self.note.as_ref().is_some_and(|note| note.len() > limits.note_bytes_max) {
            return too_large(format!("note over {} bytes", limits.note_bytes_max));
        }
        if self.evidence.len() > limits.evidence_max {
            return too_large(format!("evidence over {} entries", limits.evidence_max));
        }
        if self.evidence.iter().any(|index| *index as usize >= context.events) {
            return invalid(format!("evidence beyond the {} events asked about", context.events));
        }
        if !self.evidence.is_sorted_by(|a, b| a < b) {
            return invalid("evidence is not strictly increasing");
        }
        match &self.decision {
            Decision::Success(success) => success.check(context),
            Decision::Pending(Some(wake)) if *wake <= context.as_of => {
                invalid(format!("wake {wake} is not later than the time of asking {}", context.as_of))
            }
            _ => Ok(()),
        }
    }
}

impl Success {
    fn check(&self, context: &VerdictContext<'_>) -> Result<(), Fault> {
        let VerdictContext { manifest, limits, .. } = context;
        if self.quantity < Quantity::ZERO || self.quantity > Quantity::VERDICT_MAX {
            return invalid(format!("quantity {} is not within 0 to {}", self.quantity, Quantity::VERDICT_MAX));
        }
        if self.at < context.opened_at || self.at > context.as_of {
            return invalid(format!("success at {} is not between opening {} and asking {}", self.at, context.opened_at, context.as_of));
        }
        if self.class.is_some_and(|class| class as usize >= manifest.classes.len()) {
            return invalid(format!("class beyond the {} declared", manifest.classes.len()));
        }
        if self.credit.len() > limits.shares_max {
            return too_large(format!("credit over {} shares", limits.shares_max));
        }
        if let Some(share) = self.credit.iter().find(|s| s.parts == 0 || s.participant as usize >= manifest.participants.len()) {
            return invalid(format!("share of participant {} with {} parts", share.participant, share.parts));
        }
        if self.value.is_some_and(|value| value.at_scale(6).is_none()) {
            return invalid("value has more than six decimals or is too large");
        }
        if manifest.has_value && self.value.is_none() {
            return invalid("a success without the declared value");
        }
        Ok(())
    }
}

fn invalid<T>(detail: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::new(FaultCode::OutputInvalid, detail))
}

fn too_large<T>(detail: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::new(FaultCode::OutputLimit, detail))
}

/// What asking about an interaction can answer when nothing faults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The rule judged.
    Verdict(Verdict),
    /// The rule says that it cannot judge.
    RuleError(String),
    /// A field it needs is not there; the rule was not asked.
    MissingField(String),
}

impl Answer {
    /// What the input alone answers, before any rule is asked about its first `events` events.
    pub fn without_rule(input: &EvaluationInput, events: usize) -> Option<Self> {
        input.missing.as_ref().filter(|missing| missing.event < events).map(|missing| Self::MissingField(missing.field.clone()))
    }

    /// The success, if it is one.
    pub fn success(&self) -> Option<&Success> {
        match self {
            Self::Verdict(Verdict { decision: Decision::Success(success), .. }) => Some(success),
            _ => None,
        }
    }

    /// Whether it is pending, and if so until when.
    pub fn pending(&self) -> Option<Option<Timestamp>> {
        match self {
            Self::Verdict(Verdict { decision: Decision::Pending(wake), .. }) => Some(*wake),
            _ => None,
        }
    }
}
