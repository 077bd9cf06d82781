//! A version offered to a customer, or to all: until it is answered, withdrawn, or its time has come.

use serde::{Deserialize, Serialize};

use crate::{
    approval::{Approval, Consent, Parties},
    definition::{ActivationContext, ActivationError, Version, VersionState},
    difference::{Described, Difference, differences},
    id::{ApprovalKeyId, CustomerId, ProposalId, VersionId},
    key::Mode,
    time::Timestamp,
    violation::Violation,
};

/// What a customer has said to a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It holds.
    Approved,
    /// It does not.
    Rejected,
}

impl Answer {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// A version offered from a time on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// What is offered.
    pub version: VersionId,
    /// To whom; `None` is everybody.
    pub customer: Option<CustomerId>,
    /// For interactions that open from then on.
    pub from: Timestamp,
    /// When it was made.
    pub at: Timestamp,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// What was said to it, once by each customer.
    pub answers: Vec<(CustomerId, Answer)>,
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProposalState {
    /// It can be answered.
    Open,
    /// It was approved.
    Approved,
    /// It was rejected.
    Rejected,
    /// It was taken back before it was answered.
    Withdrawn,
    /// Its time came before the answer: what opened since is under another version already.
    Lapsed,
}

impl ProposalState {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }
}

/// An answer that a proposal does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProposalError {
    /// Somebody else is to answer.
    #[error("the proposal is to another customer")]
    ToAnother,
    /// It stands as it is.
    #[error("the proposal was {} before", .0.name())]
    Closed(ProposalState),
    /// Too late.
    #[error("the proposal was to be answered by {0}, from when on it would have held")]
    Lapsed(Timestamp),
    /// The customer has to sign.
    #[error("the customer's agreement demands two parties, and the tenant cannot agree alone")]
    OneParty,
    /// It cannot hold from then on.
    #[error(transparent)]
    Start(#[from] ActivationError),
}

impl ProposalError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::ToAnother => "name the customer that it was made to",
            Self::Closed(_) => "make another proposal",
            Self::Lapsed(_) => "make another proposal, from a later time on",
            Self::OneParty => "send the customer's signature along",
            Self::Start(_) => "make a proposal that can hold",
        }
    }
}

/// What surrounds an approval.
#[derive(Debug, Clone, Copy)]
pub struct ApprovalContext {
    /// The customer's key that has signed, if one has.
    pub key: Option<ApprovalKeyId>,
    /// What the customer's agreement demands.
    pub demanded: Parties,
    /// Where the version is in its life.
    pub version: VersionState,
    /// What decides whether it may hold from then on.
    pub start: ActivationContext,
}

impl Proposal {
    /// Where it stands with one customer.
    pub fn state(&self, customer: CustomerId, now: Timestamp) -> ProposalState {
        match self.answer(customer) {
            Some(Answer::Approved) => ProposalState::Approved,
            Some(Answer::Rejected) => ProposalState::Rejected,
            None => self.unanswered(now),
        }
    }

    /// Where it stands as a whole, with the customers it waits for if it was made to everybody.
    pub fn overall(&self, awaited: &[CustomerId], now: Timestamp) -> ProposalState {
        if let Some(customer) = self.customer {
            return self.state(customer, now);
        }
        let was = |answer: Answer| self.answers.iter().any(|(_, given)| *given == answer);
        let is_waiting = awaited.iter().any(|customer| self.answer(*customer).is_none());
        match (is_waiting, was(Answer::Approved), was(Answer::Rejected)) {
            (false, true, _) => ProposalState::Approved,
            (false, false, true) => ProposalState::Rejected,
            _ => self.unanswered(now),
        }
    }

    /// A customer agrees, or the tenant for it where its agreement allows that.
    pub fn approve(&self, customer: CustomerId, context: &ApprovalContext) -> Result<Approval, ProposalError> {
        self.check_open(customer, context.start.now)?;
        context.version.check_offered()?;
        let (from, key, at) = (self.from, context.key, context.start.now);
        let approval = Approval { customer, from, key, at };
        if approval.parties() < context.demanded {
            return Err(ProposalError::OneParty);
        }
        context.start.check(from)?;
        Ok(approval)
    }

    /// Whether a customer may still answer it.
    pub fn check_open(&self, customer: CustomerId, now: Timestamp) -> Result<(), ProposalError> {
        if self.customer.is_some_and(|own| own != customer) {
            return Err(ProposalError::ToAnother);
        }
        self.refuse(self.state(customer, now))
    }

    /// Whether it may still be taken back; answers that were given stand.
    pub fn check_withdrawable(&self, now: Timestamp) -> Result<(), ProposalError> {
        self.refuse(self.customer.map_or_else(|| self.unanswered(now), |customer| self.state(customer, now)))
    }

    fn answer(&self, customer: CustomerId) -> Option<Answer> {
        self.answers.iter().find(|(other, _)| *other == customer).map(|(_, answer)| *answer)
    }

    /// One that was dated back when it was made does not lapse: what it is about had no version.
    fn unanswered(&self, now: Timestamp) -> ProposalState {
        match self.withdrawn_at {
            Some(_) => ProposalState::Withdrawn,
            None if self.at <= self.from && self.from < now => ProposalState::Lapsed,
            None => ProposalState::Open,
        }
    }

    fn refuse(&self, state: ProposalState) -> Result<(), ProposalError> {
        match state {
            ProposalState::Open => Ok(()),
            ProposalState::Lapsed => Err(ProposalError::Lapsed(self.from)),
            closed => Err(ProposalError::Closed(closed)),
        }
    }
}

/// Where a version is in its life, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Written down.
    #[default]
    Draft,
    /// Offered, and not answered by all yet.
    Proposed,
    /// In force for those customers for whom it was approved, and for nobody else.
    Approved,
    /// In force for everybody whose agreement does not demand more.
    Active,
    /// In force for nothing that opens from a time on.
    Retired,
}

impl Stage {
    /// The stage of a version; `is_offered` says whether a proposal of it is open.
    pub fn of(version: &Version, is_offered: bool) -> Self {
        match version.state {
            VersionState::Retired { .. } => Self::Retired,
            VersionState::Active { .. } => Self::Active,
            VersionState::Draft if is_offered => Self::Proposed,
            VersionState::Draft if !version.approvals.is_empty() => Self::Approved,
            VersionState::Draft => Self::Draft,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }
}

/// What a customer is given to look at and to sign, in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalDocument {
    /// [`ProposalDocument::FORMAT`].
    pub format: String,
    /// The tenant's short name.
    pub tenant: String,
    /// Which side of the tenant.
    pub mode: Mode,
    /// The tenant's key for the customer.
    pub customer: String,
    /// The definition's slug.
    pub definition: String,
    /// From which opening time on it is to hold.
    pub from: Timestamp,
    /// The version that is offered.
    pub proposed: Described,
    /// The version that would hold for the customer otherwise.
    pub in_force: Option<Described>,
}

impl ProposalDocument {
    /// The only format there is.
    pub const FORMAT: &'static str = "assay.1.proposal";

    /// Refuses another format, and hashes that are not those of the contents.
    pub fn check(&self) -> Result<(), Violation> {
        if self.format != Self::FORMAT {
            let remedy = format!("give a document of the format {}", Self::FORMAT);
            return Err(Violation::new("format", format!("it is {:?}", self.format), remedy));
        }
        let named = |member: &'static str| move |wrong: Violation| Violation { field: format!("{member}.{}", wrong.field), ..wrong };
        self.proposed.check().map_err(named("proposed"))?;
        self.in_force.as_ref().map_or(Ok(()), Described::check).map_err(named("in_force"))
    }

    /// What is signed.
    pub fn consent(&self) -> Consent<'_> {
        let Self { tenant, mode, customer, definition, from, proposed, .. } = self;
        Consent { tenant, mode: *mode, customer, definition, hash: proposed.hash, from: *from }
    }

    /// What would change.
    pub fn differences(&self) -> Vec<Difference> {
        differences(self.in_force.as_ref(), &self.proposed)
    }
}
