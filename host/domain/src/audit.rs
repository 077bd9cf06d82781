//! The chain over the audit log. What is changed in the log, taken away from it, put into it or moved about in it shows, because the hash
//! of each operation's link is over the hash before it.
//!
//! A chain by itself shows neither that its end was cut off nor that it was written anew from some link on. So its head is kept elsewhere
//! too, where whoever can write to the database cannot, and compared.

mod chain;
mod violation;

use std::{fmt, str::FromStr};

use crate::{
    canon::{Digest, Encoder},
    id::{OperationId, TenantId},
};

pub use self::{
    chain::Chain,
    violation::{AuditViolation, Wrong},
};

const DOMAIN: &str = "assay.1.operation";

/// An operation as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its number.
    pub id: OperationId,
    /// What it says.
    pub content: Result<Content, Unreadable>,
}

/// What an operation says: every other column of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Whose data it changed; `None` for the installation itself.
    pub tenant: Option<TenantId>,
    /// Who did it.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub subject: String,
    /// What was there before.
    pub before: Option<String>,
    /// What is there since.
    pub after: Option<String>,
    /// When, in microseconds, whether or not that is a time.
    pub at: i64,
}

/// The column of an operation that holds what nobody can have recorded, such as a text that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable(pub &'static str);

/// The head of a chain: how many operations it is over, and the hash of the last link. It stands for everything that they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditHead {
    /// How many operations.
    pub size: i64,
    /// The hash of the last link; zeros where there is none.
    pub hash: Digest,
}

impl AuditHead {
    /// Of a chain that has not begun.
    pub const EMPTY: Self = Self { size: 0, hash: Digest::from_bytes([0; 32]) };

    /// The head after one more operation.
    pub fn with(&self, operation: &Recorded) -> Result<Self, Unreadable> {
        self.with_as(operation, operation.id)
    }

    /// The same, had the operation another number.
    fn with_as(&self, operation: &Recorded, id: OperationId) -> Result<Self, Unreadable> {
        let Content { tenant, actor, action, subject, before, after, at } = operation.content.as_ref().map_err(|column| *column)?;
        let size = self.size.saturating_add(1);
        let mut encoder = Encoder::new(DOMAIN);
        encoder.bytes(self.hash.as_bytes()).int(size).int(id.0);
        match tenant {
            Some(tenant) => encoder.tag(1).int(tenant.0),
            None => encoder.tag(0),
        };
        encoder.text(actor).text(action).text(subject);
        encoder.optional_text(before.as_deref()).optional_text(after.as_deref()).int(*at);
        Ok(Self { size, hash: encoder.digest() })
    }
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.size, self.hash)
    }
}

/// A text that is not a count, a colon and 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the head of an audit log: a count, a colon and 64 hexadecimal digits, as `assay audit head` prints it")]
pub struct AuditHeadError(String);

impl FromStr for AuditHead {
    type Err = AuditHeadError;

    fn from_str(text: &str) -> Result<Self, AuditHeadError> {
        let error = || AuditHeadError(text.into());
        let (size, hash) = text.split_once(':').ok_or_else(error)?;
        let size = size.parse::<i64>().ok().filter(|size| *size >= 0).ok_or_else(error)?;
        Ok(Self { size, hash: hash.parse().map_err(|_| error())? })
    }
}

/// A link of a chain as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Its place in the chain, from 1.
    pub position: i64,
    /// The operation that it is about.
    pub operation: OperationId,
    /// Its hash; `None` where what is stored is none.
    pub hash: Option<Digest>,
}

impl Link {
    /// The head of the chain that ends with it.
    pub fn head(&self) -> Option<AuditHead> {
        self.hash.map(|hash| AuditHead { size: self.position, hash })
    }
}
