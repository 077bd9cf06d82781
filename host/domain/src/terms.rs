//! Which versions judge an interaction: those in force at its opening, for its customer.
//!
//! The law. A version is put in force at a time: for everybody by its activation, for one customer by an approval or by an agreement that
//! names it. Of all that was put in force for an interaction's customer by the time it opened, the last judges it; of two at one time the
//! one with the higher number. What counts depends on the agreement:
//!
//! | the agreement | what puts a version in force for its customer |
//! |---|---|
//! | demands two parties | the customer's signed approvals, and nothing else |
//! | demands one, and names a version | that version from the agreement's start on; later approvals, signed or not |
//! | demands one, and names none | activations for everybody; approvals, signed or not |
//! | there is none | activations for everybody |
//!
//! A retired version judges nothing that opens from its retirement on, and no other comes back in its place; one that is retired before it
//! would have come into force never does. All these times are in the future when they are written down, but for a first version
//! ([`has_earlier`]), so that nothing that has opened changes its version.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    approval::{Approval, Parties},
    definition::Version,
    id::{AgreementId, CustomerId, DefinitionId, RateCardId, VersionId},
    time::Timestamp,
};

/// What binds a customer to definitions and a rate card, from a date to a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Its id.
    pub id: AgreementId,
    /// Who.
    pub customer: CustomerId,
    /// Which definitions judge the customer's interactions.
    pub definitions: Vec<AgreedDefinition>,
    /// How many parties it takes to put a version in force for the customer.
    pub parties: Parties,
    /// What they cost.
    pub rate_card: RateCardId,
    /// What the customer's prices differ in from the card, as JSON.
    pub overrides: Option<String>,
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive; `None` is open-ended.
    pub until: Option<Timestamp>,
}

/// A definition in an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreedDefinition {
    /// Which.
    pub definition: DefinitionId,
    /// The customer's own version from the agreement's start on; otherwise the one in force for everybody.
    pub version: Option<VersionId>,
}

impl Agreement {
    /// Whether it is in force at a time.
    pub fn covers(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }

    /// Whether it shares any time with another period.
    pub fn overlaps(&self, from: Timestamp, until: Option<Timestamp>) -> bool {
        self.until.is_none_or(|mine| from < mine) && until.is_none_or(|theirs| self.from < theirs)
    }
}

/// The versions that judge an interaction which opened at `opened_at`: one of each definition that its customer's agreement names, or,
/// where no agreement is in force, of every definition.
pub fn terms<'v>(versions: &'v [Version], agreement: Option<&Agreement>, opened_at: Timestamp) -> Vec<&'v Version> {
    let mut found: Vec<&Version> = match agreement {
        Some(agreement) => {
            let bound = |agreed: &AgreedDefinition| judge(versions, agreed.definition, Some((agreement, agreed.version)), opened_at);
            agreement.definitions.iter().filter_map(bound).collect()
        }
        None => {
            let definitions: BTreeSet<DefinitionId> = versions.iter().map(|version| version.definition).collect();
            definitions.into_iter().filter_map(|definition| judge(versions, definition, None, opened_at)).collect()
        }
    };
    found.sort_by_key(|version| version.definition);
    found
}

/// An agreement, and the version that it names of a definition, if it names one.
type Bound<'a> = (&'a Agreement, Option<VersionId>);

/// The version of a definition that was put in force last by a time, unless it is retired by then.
fn judge<'v>(versions: &'v [Version], definition: DefinitionId, bound: Option<Bound<'_>>, at: Timestamp) -> Option<&'v Version> {
    let of_definition = versions.iter().filter(|version| version.definition == definition);
    let last = of_definition.filter_map(|version| Some((start(version, bound, at)?, version.number, version)));
    let (.., last) = last.max_by_key(|(from, number, _)| (*from, *number))?;
    last.state.retired_from().is_none_or(|end| at < end).then_some(last)
}

/// When a version was put in force, the last time by `at` and before it was retired.
fn start(version: &Version, bound: Option<Bound<'_>>, at: Timestamp) -> Option<Timestamp> {
    let everybody = version.state.active_from();
    let (everybody, approvals, demanded) = match bound {
        None => (everybody, <&[Approval]>::default(), Parties::One),
        Some((agreement, own)) => {
            let everybody = match (agreement.parties, own) {
                (Parties::Two, _) => None,
                (Parties::One, None) => everybody,
                (Parties::One, Some(own)) => (own == version.id).then_some(agreement.from),
            };
            (everybody, version.approvals.of(agreement.customer), agreement.parties)
        }
    };
    let approved = approvals.iter().filter(|approval| approval.parties() >= demanded).map(|approval| approval.from);
    let counts = |from: &Timestamp| *from <= at && version.state.retired_from().is_none_or(|end| *from < end);
    everybody.into_iter().chain(approved).filter(counts).max()
}

/// Whether anything was put in force before a version, so that it may not be dated back: for everybody, or as far as one customer is
/// concerned. The version itself, in force for others, does not count.
pub fn has_earlier(versions: &[Version], agreements: &[Agreement], version: &Version, customer: Option<CustomerId>) -> bool {
    let mut others = versions.iter().filter(|other| other.definition == version.definition && other.id != version.id);
    let is_active = |other: &Version| other.state.active_from().is_some();
    match customer {
        None => is_active(version) || others.any(|other| is_active(other) || !other.approvals.is_empty()),
        Some(customer) => {
            let named =
                |agreed: &AgreedDefinition| agreed.definition == version.definition && agreed.version.is_some_and(|own| own != version.id);
            let mut mine = agreements.iter().filter(|agreement| agreement.customer == customer);
            !version.approvals.of(customer).is_empty()
                || others.any(|other| is_active(other) || !other.approvals.of(customer).is_empty())
                || mine.any(|agreement| agreement.definitions.iter().any(named))
        }
    }
}

/// The customers whose agreements, in force at a time or later, have them sign the versions of a definition.
pub fn signers(agreements: &[Agreement], definition: DefinitionId, from: Timestamp) -> BTreeSet<CustomerId> {
    let names = |agreement: &&Agreement| agreement.definitions.iter().any(|agreed| agreed.definition == definition);
    let counts = |agreement: &&Agreement| agreement.parties == Parties::Two && agreement.until.is_none_or(|until| from < until);
    agreements.iter().filter(counts).filter(names).map(|agreement| agreement.customer).collect()
}

/// How many parties it takes for a customer, under its agreement at a time.
pub fn demanded(agreements: &[Agreement], customer: CustomerId, at: Timestamp) -> Parties {
    let agreement = agreements.iter().find(|agreement| agreement.customer == customer && agreement.covers(at));
    agreement.map_or(Parties::One, |agreement| agreement.parties)
}
