//! Definitions of outcomes: immutable versions, their hash, and the states they go through. Which version judges what is in `terms`.

use serde::{Deserialize, Serialize};

use crate::{
    approval::Approvals,
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
    /// For which customers it was approved by itself.
    pub approvals: Approvals,
}

/// The life of a version, as far as it is the same for everybody. What customers approve by themselves stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionState {
    /// Written down; in force for nobody but customers for whom it was approved, or whose agreement names it.
    Draft,
    /// In force for interactions that open from then on, until a later version is.
    Active {
        /// The first opening time it judges.
        from: Timestamp,
    },
    /// In force for nothing that opens from a time on. What opened before stays under it.
    Retired {
        /// The first opening time it judged for everybody, if it ever did.
        active_from: Option<Timestamp>,
        /// The first opening time it does not judge.
        from: Timestamp,
    },
}

/// A step that the state does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActivationError {
    /// It is active already.
    #[error("the version is active since {0}; write a new version instead")]
    AlreadyActive(Timestamp),
    /// It is over.
    #[error("the version is retired from {0} on; write a new version instead")]
    Retired(Timestamp),
    /// The past is decided.
    #[error("{from} is in the past, and only a definition's first version may be dated back; name {now} or a later time")]
    Retroactive {
        /// What was asked for.
        from: Timestamp,
        /// The time of asking.
        now: Timestamp,
    },
    /// Something is invoiced already.
    #[error("{0} is in the past and the tenant has issued invoices; name a time that is not")]
    Invoiced(Timestamp),
}

/// A retirement that the state does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RetirementError {
    /// It is over already.
    #[error("the version is retired from {0} on already")]
    AlreadyRetired(Timestamp),
    /// The past is decided.
    #[error("{0} is in the past, and what has opened stays under its version")]
    Retroactive(Timestamp),
}

/// What surrounds the start of a version, for everybody or for a customer.
#[derive(Debug, Clone, Copy)]
pub struct ActivationContext {
    /// Whether another version of the definition came before it.
    pub has_earlier: bool,
    /// Whether anything has been invoiced.
    pub has_invoices: bool,
    /// The time of asking.
    pub now: Timestamp,
}

impl ActivationContext {
    /// Refuses a start in the past, but for a first version while nothing is invoiced.
    pub fn check(&self, from: Timestamp) -> Result<(), ActivationError> {
        match from {
            from if from >= self.now => Ok(()),
            from if self.has_earlier => Err(ActivationError::Retroactive { from, now: self.now }),
            from if self.has_invoices => Err(ActivationError::Invoiced(from)),
            _ => Ok(()),
        }
    }
}

impl VersionState {
    /// From when it is in force for everybody, if it ever was.
    pub fn active_from(self) -> Option<Timestamp> {
        match self {
            Self::Draft => None,
            Self::Active { from } => Some(from),
            Self::Retired { active_from, .. } => active_from,
        }
    }

    /// From when on it judges nothing that opens.
    pub fn retired_from(self) -> Option<Timestamp> {
        match self {
            Self::Retired { from, .. } => Some(from),
            Self::Draft | Self::Active { .. } => None,
        }
    }

    /// Puts the version in force from a time; in the past only for a first version while nothing is invoiced.
    pub fn activate(self, from: Timestamp, context: ActivationContext) -> Result<Self, ActivationError> {
        match self {
            Self::Active { from } => Err(ActivationError::AlreadyActive(from)),
            Self::Retired { from, .. } => Err(ActivationError::Retired(from)),
            Self::Draft => context.check(from).map(|()| Self::Active { from }),
        }
    }

    /// Refuses a version that is over; every other may be offered to customers.
    pub fn check_offered(self) -> Result<(), ActivationError> {
        self.retired_from().map_or(Ok(()), |from| Err(ActivationError::Retired(from)))
    }

    /// Takes the version out of force for what opens from a time on, never in the past.
    pub fn retire(self, from: Timestamp, now: Timestamp) -> Result<Self, RetirementError> {
        match self {
            Self::Retired { from, .. } => Err(RetirementError::AlreadyRetired(from)),
            _ if from < now => Err(RetirementError::Retroactive(from)),
            Self::Draft | Self::Active { .. } => Ok(Self::Retired { active_from: self.active_from(), from }),
        }
    }
}
