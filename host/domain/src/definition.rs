//! Definitions of outcomes: immutable versions, their hash, and the states they go through.

use serde::{Deserialize, Serialize};

use crate::{
    canon::{Digest, Encoder},
    id::{DefinitionId, VersionId},
    manifest::{EventType, encode_reads},
    time::{Duration, Limit, Timestamp},
    value::Value,
    violation::Violation,
};

/// When an outcome must be earned, when it is billed, and for how long it may be lost again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// An interaction not successful this long after opening has failed.
    pub deadline: Limit,
    /// How long after success the outcome stays provisional.
    pub settles_after: Duration,
    /// How long after success later facts may still reverse it.
    pub reversible_for: Limit,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            deadline: Limit::Limited(Duration::days(90)),
            settles_after: Duration::ZERO,
            reversible_for: Limit::Limited(Duration::days(30)),
        }
    }
}

impl Timing {
    /// Refuses negative lengths.
    pub fn check(&self) -> Result<(), Violation> {
        let limits =
            [("deadline", self.deadline), ("settles-after", Limit::Limited(self.settles_after)), ("reversible-for", self.reversible_for)];
        for (field, limit) in limits {
            if matches!(limit, Limit::Limited(length) if length < Duration::ZERO) {
                return Err(Violation::new(field, "it is negative", "give a length of zero or more"));
            }
        }
        Ok(())
    }
}

/// What a version fixes for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionContent {
    /// The rule's component.
    pub component: Digest,
    /// The version of the contract it speaks: `assay:rule@0.1.0`.
    pub contract: String,
    /// Its parameters, in the manifest's order.
    pub parameters: Vec<Value>,
    /// What it reads with them.
    pub reads: Vec<EventType>,
    /// Its timing.
    pub timing: Timing,
}

impl VersionContent {
    /// The hash both sides agree on.
    pub fn hash(&self) -> Digest {
        let mut to = Encoder::new("assay.1.definition");
        to.bytes(self.component.as_bytes()).text(&self.contract).len(self.parameters.len());
        self.parameters.iter().for_each(|value| value.encode(&mut to));
        encode_reads(&self.reads, &mut to);
        for limit in [self.timing.deadline, Limit::Limited(self.timing.settles_after), self.timing.reversible_for] {
            match limit {
                Limit::Limited(length) => to.tag(1).int(length.micros()),
                Limit::Unlimited => to.tag(0),
            };
        }
        to.digest()
    }
}

/// One version of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: VersionId,
    /// The definition it is a version of.
    pub definition: DefinitionId,
    /// 1, 2, 3, …
    pub number: u32,
    /// What it fixes.
    pub content: VersionContent,
    /// Where it is in its life.
    pub state: VersionState,
}

/// The life of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionState {
    /// Written down; in force for nobody but a customer whose agreement names it.
    Draft,
    /// In force for interactions that open from then on, until a later version is.
    Active {
        /// The first opening time it judges.
        from: Timestamp,
    },
}

/// A step that the state does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActivationError {
    /// It is active already.
    #[error("the version is active since {0}; write a new version instead")]
    AlreadyActive(Timestamp),
    /// The past is decided.
    #[error("{from} is in the past, and only a definition's first version may be dated back; activate from {now} or later")]
    Retroactive {
        /// What was asked for.
        from: Timestamp,
        /// The time of asking.
        now: Timestamp,
    },
    /// Something is invoiced already.
    #[error("{0} is in the past and the tenant has issued invoices; activate from now or later")]
    Invoiced(Timestamp),
}

/// What surrounds an activation.
#[derive(Debug, Clone, Copy)]
pub struct ActivationContext {
    /// Whether another version of the definition has been active.
    pub has_earlier: bool,
    /// Whether anything has been invoiced.
    pub has_invoices: bool,
    /// The time of asking.
    pub now: Timestamp,
}

impl VersionState {
    /// Puts the version in force from a time; in the past only for a first version while nothing is invoiced.
    pub fn activate(self, from: Timestamp, context: ActivationContext) -> Result<Self, ActivationError> {
        match self {
            Self::Active { from } => Err(ActivationError::AlreadyActive(from)),
            Self::Draft if from >= context.now => Ok(Self::Active { from }),
            Self::Draft if context.has_earlier => Err(ActivationError::Retroactive { from, now: context.now }),
            Self::Draft if context.has_invoices => Err(ActivationError::Invoiced(from)),
            Self::Draft => Ok(Self::Active { from }),
        }
    }
}
