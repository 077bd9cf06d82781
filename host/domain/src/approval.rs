//! Who has agreed to a version for a customer: one party or two; and what is signed for it.
//!
//! A signature is over a canonical document that starts with its kind, so that one for a version is none for a key, and one for one tenant,
//! customer, definition or time is none for another. The cryptography itself is elsewhere.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    canon::{Digest, Encoder},
    id::{ApprovalKeyId, CustomerId},
    key::Mode,
    time::{Timestamp, serde_as_text},
};

/// How many parties an agreement demands to a version, and how many have agreed to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Parties {
    /// The tenant alone.
    #[default]
    One,
    /// The tenant and the customer, who signs.
    Two,
}

impl Parties {
    const ALL: [(Self, &'static str); 2] = [(Self::One, "one-party"), (Self::Two, "two-party")];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::One => "one-party",
            Self::Two => "two-party",
        }
    }
}

impl fmt::Display for Parties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that says neither.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither one-party nor two-party")]
pub struct PartiesError(String);

impl FromStr for Parties {
    type Err = PartiesError;

    fn from_str(text: &str) -> Result<Self, PartiesError> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(parties, _)| *parties).ok_or_else(|| PartiesError(text.into()))
    }
}
serde_as_text!(Parties);

/// A version agreed on for one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// For whom.
    pub customer: CustomerId,
    /// For interactions that open from then on.
    pub from: Timestamp,
    /// The customer's key that signed it; `None` where the tenant agreed alone.
    pub key: Option<ApprovalKeyId>,
    /// When it was given.
    pub at: Timestamp,
}

impl Approval {
    /// Who has agreed.
    pub fn parties(&self) -> Parties {
        if self.key.is_some() { Parties::Two } else { Parties::One }
    }
}

/// The approvals of one version, by customer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Approvals(BTreeMap<CustomerId, Vec<Approval>>);

impl Approvals {
    /// Adds one.
    pub fn add(&mut self, approval: Approval) {
        self.0.entry(approval.customer).or_default().push(approval);
    }

    /// Those for a customer.
    pub fn of(&self, customer: CustomerId) -> &[Approval] {
        self.0.get(&customer).map(Vec::as_slice).unwrap_or_default()
    }

    /// All of them, by customer.
    pub fn iter(&self) -> impl Iterator<Item = &Approval> {
        self.0.values().flatten()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Without those that were given after a time.
    #[must_use]
    pub fn given_by(self, time: Timestamp) -> Self {
        self.iter().filter(|approval| approval.at <= time).copied().collect()
    }
}

impl FromIterator<Approval> for Approvals {
    fn from_iter<I: IntoIterator<Item = Approval>>(approvals: I) -> Self {
        let mut all = Self::default();
        approvals.into_iter().for_each(|approval| all.add(approval));
        all
    }
}

/// What a customer signs to approve a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consent<'a> {
    /// The tenant's short name.
    pub tenant: &'a str,
    /// Which side of the tenant.
    pub mode: Mode,
    /// The tenant's key for the customer.
    pub customer: &'a str,
    /// The definition's slug.
    pub definition: &'a str,
    /// The hash of all that the version fixes.
    pub hash: Digest,
    /// From which opening time on it is to hold.
    pub from: Timestamp,
}

impl Consent<'_> {
    /// The signed bytes: `assay.1.approval`, tenant, mode, customer, definition, hash, time.
    pub fn message(&self) -> Vec<u8> {
        let mut to = Encoder::new("assay.1.approval");
        to.text(self.tenant).text(self.mode.name()).text(self.customer).text(self.definition);
        to.bytes(self.hash.as_bytes()).int(self.from.micros());
        to.finish()
    }
}

/// What a customer signs with its old key to put a new one in its place. Keys are written in hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Succession<'a> {
    /// The tenant's short name.
    pub tenant: &'a str,
    /// Which side of the tenant.
    pub mode: Mode,
    /// The tenant's key for the customer.
    pub customer: &'a str,
    /// The public key that signs.
    pub old: &'a str,
    /// The public key that follows.
    pub new: &'a str,
}

impl Succession<'_> {
    /// The signed bytes: `assay.1.approval-key`, tenant, mode, customer, old key, new key.
    pub fn message(&self) -> Vec<u8> {
        let mut to = Encoder::new("assay.1.approval-key");
        to.text(self.tenant).text(self.mode.name()).text(self.customer).text(self.old).text(self.new);
        to.finish()
    }
}

/// An approval as it travels from a customer to the tenant, in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedApproval {
    /// The definition's slug.
    pub definition: String,
    /// The version's number.
    pub version: u32,
    /// The tenant's key for the customer.
    pub customer: String,
    /// The hash of all that the version fixes.
    pub hash: Digest,
    /// From which opening time on it is to hold.
    pub from: Timestamp,
    /// The public key, in 64 hexadecimal digits.
    pub key: String,
    /// The signature of [`Consent::message`], in 128 hexadecimal digits.
    pub signature: String,
}
