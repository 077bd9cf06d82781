//! Outcomes: what stands for one interaction under one definition, and the usage it emits.

use std::{fmt, str::FromStr};

use crate::{
    decimal::{Decimal, Quantity},
    definition::Timing,
    id::{CustomerId, VersionId},
    standing::{Seal, Standing},
    time::Timestamp,
    verdict::{Answer, Decision, Share},
};

/// Where an outcome stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeState {
    /// Undecided.
    Open,
    /// Earned, still within its holdback.
    Provisional,
    /// Earned and billable.
    Final,
    /// Not earned.
    Failed,
    /// The facts do not allow a judgement.
    Indeterminate,
    /// Not one the definition is about.
    NotEligible,
}

impl OutcomeState {
    /// Every state and its name.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Open, "open"),
        (Self::Provisional, "provisional"),
        (Self::Final, "final"),
        (Self::Failed, "failed"),
        (Self::Indeterminate, "indeterminate"),
        (Self::NotEligible, "not-eligible"),
    ];

    /// The state that a standing verdict amounts to at a time.
    pub fn of(standing: &Standing, timing: &Timing, as_of: Timestamp) -> Self {
        match (&standing.answer, standing.seal) {
            (_, Some(Seal::Expired)) => Self::Failed,
            (Answer::RuleError(_) | Answer::MissingField(_), _) => Self::Indeterminate,
            (Answer::Verdict(verdict), _) => match &verdict.decision {
                Decision::Success(success) if success.at.plus(timing.settles_after) > as_of => Self::Provisional,
                Decision::Success(_) => Self::Final,
                Decision::Failure => Self::Failed,
                Decision::Pending(_) => Self::Open,
                Decision::Indeterminate => Self::Indeterminate,
                Decision::NotEligible => Self::NotEligible,
            },
        }
    }

    /// Whether an interaction in this state counts as an attempt.
    pub fn is_attempt(self) -> bool {
        !matches!(self, Self::Indeterminate | Self::NotEligible)
    }
}

impl fmt::Display for OutcomeState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL.iter().find(|(state, _)| state == self).map_or("open", |(_, name)| name))
    }
}

/// A text that names no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no state of an outcome")]
pub struct OutcomeStateError(String);

impl FromStr for OutcomeState {
    type Err = OutcomeStateError;

    fn from_str(text: &str) -> Result<Self, OutcomeStateError> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(state, _)| *state).ok_or_else(|| OutcomeStateError(text.into()))
    }
}

/// What is counted: the outcome itself, or the attempt at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meter {
    /// One per interaction that was judged at all.
    Attempt,
    /// The quantity of each success.
    Outcome,
}

impl Meter {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Attempt => "attempt",
            Self::Outcome => "outcome",
        }
    }

    /// From its name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Attempt, Self::Outcome].into_iter().find(|meter| meter.name() == name)
    }
}

/// Usage of one meter by one interaction: what a rate card prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Which meter.
    pub meter: Meter,
    /// Who pays.
    pub customer: CustomerId,
    /// Under which version it was earned.
    pub version: VersionId,
    /// How much; negative when it is withdrawn.
    pub quantity: Quantity,
    /// The date that decides its billing period.
    pub dated_at: Timestamp,
    /// The class of the success.
    pub class: Option<String>,
    /// What the success is worth.
    pub value: Option<Decimal>,
    /// Who is credited with the success; `None` is all of it to the AI.
    pub credit: Option<Credit>,
}

impl Usage {
    fn withdrawn(&self) -> Self {
        Self { quantity: self.quantity.negated(), ..self.clone() }
    }
}

/// The usage to emit when what an interaction amounts to changes: what is gone is withdrawn, what is new is added.
pub fn usage_deltas(before: &[Usage], after: &[Usage]) -> Vec<Usage> {
    let gone = before.iter().filter(|usage| !after.contains(usage)).map(Usage::withdrawn);
    let new = after.iter().filter(|usage| !before.contains(usage)).cloned();
    gone.chain(new).collect()
}

/// Who is credited with a success: participants and their parts of the whole, in the manifest's order. Its text is `ai:3 human:1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Credit(Vec<(String, u32)>);

impl Credit {
    /// From the shares of a verdict; `None` when it credits nobody in particular.
    pub fn new(shares: &[Share], participants: &[String]) -> Option<Self> {
        let name = |share: &Share| participants.get(share.participant as usize).cloned().unwrap_or_default();
        let mut named: Vec<_> = shares.iter().map(|share| (share.participant, name(share), share.parts)).collect();
        named.sort_unstable_by_key(|(participant, ..)| *participant);
        (!named.is_empty()).then(|| Self(named.into_iter().map(|(_, name, parts)| (name, parts)).collect()))
    }

    /// Participants and their parts.
    pub fn shares(&self) -> impl Iterator<Item = (&str, u32)> {
        self.0.iter().map(|(name, parts)| (name.as_str(), *parts))
    }
}

impl fmt::Display for Credit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shares: Vec<String> = self.0.iter().map(|(name, parts)| format!("{name}:{parts}")).collect();
        f.write_str(&shares.join(" "))
    }
}

/// A text that is no credit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a credit such as ai:3 human:1")]
pub struct CreditError(String);

impl FromStr for Credit {
    type Err = CreditError;

    fn from_str(text: &str) -> Result<Self, CreditError> {
        let share = |share: &str| share.rsplit_once(':').and_then(|(name, parts)| Some((name.to_owned(), parts.parse().ok()?)));
        text.split(' ').map(share).collect::<Option<Vec<_>>>().map(Self).ok_or_else(|| CreditError(text.into()))
    }
}
