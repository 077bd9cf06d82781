//! Which versions judge an interaction: those in force at its opening, for its customer.

use serde::{Deserialize, Serialize};

use crate::{
    definition::{Version, VersionState},
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
    /// The customer's own version; otherwise the one in force for everybody.
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

/// The versions that judge an interaction which opened at `opened_at`: those its customer's agreement names, or, where no
/// agreement is in force, every definition's version in force for everybody.
pub fn terms<'v>(versions: &'v [Version], agreement: Option<&Agreement>, opened_at: Timestamp) -> Vec<&'v Version> {
    let mut found: Vec<&Version> = match agreement {
        Some(agreement) => agreement.definitions.iter().filter_map(|agreed| agreed.version(versions, opened_at)).collect(),
        None => {
            let mut definitions: Vec<_> = versions.iter().map(|version| version.definition).collect();
            definitions.sort_unstable();
            definitions.dedup();
            definitions.into_iter().filter_map(|definition| in_force(versions, definition, opened_at)).collect()
        }
    };
    found.sort_by_key(|version| version.definition);
    found
}

impl AgreedDefinition {
    fn version<'v>(&self, versions: &'v [Version], opened_at: Timestamp) -> Option<&'v Version> {
        match self.version {
            Some(pinned) => versions.iter().find(|version| version.id == pinned),
            None => in_force(versions, self.definition, opened_at),
        }
    }
}

/// The version of a definition in force at a time: the one activated last by then; the later version of two at once.
fn in_force(versions: &[Version], definition: DefinitionId, at: Timestamp) -> Option<&Version> {
    let active = versions.iter().filter(|version| version.definition == definition).filter_map(|version| match version.state {
        VersionState::Active { from } if from <= at => Some((from, version.number, version)),
        _ => None,
    });
    active.max_by_key(|(from, number, _)| (*from, *number)).map(|(_, _, version)| version)
}
