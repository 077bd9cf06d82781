//! The chain of a customer: every receipt has a number and the hash of the one before, so that one that was left out shows.
//!
//! A chain that was cut off at its end looks whole by itself. Whoever knows its head, which every invoice names, sees that too.

use assay_domain::canon::Digest;
use serde::{Deserialize, Serialize};

/// The newest receipt of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainHead {
    /// Its number; the customer's first is 1.
    pub number: i64,
    /// Its digest.
    pub digest: Digest,
}

/// A receipt, as far as the chain is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Its number.
    pub number: i64,
    /// The digest of the one before; `None` of the first.
    pub previous: Option<Digest>,
    /// Its own digest.
    pub digest: Digest,
}

/// Where a chain breaks first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Receipts were left out.
    #[error("receipt {expected} of the customer is missing: {found} comes in its place")]
    Missing {
        /// The number of the first that is missing.
        expected: i64,
        /// The number that comes instead.
        found: i64,
    },
    /// One comes again, or behind a later one.
    #[error("receipt {found} of the customer comes again, or out of its order: {expected} was to come")]
    Repeated {
        /// The number that was to come.
        expected: i64,
        /// The number that comes instead.
        found: i64,
    },
    /// It says that another receipt comes before it.
    #[error("receipt {number} of the customer goes on from another receipt than the one before it: one of the two was swapped or altered")]
    Broken {
        /// Its number.
        number: i64,
    },
    /// It ends too early or too late.
    #[error("the chain of the customer was to end with receipt {expected}, and ends with {found}")]
    End {
        /// The number of the head.
        expected: i64,
        /// The number of the last receipt; 0 where there is none.
        found: i64,
    },
    /// It ends with another receipt of the same number.
    #[error("receipt {number}, the last of the customer, is another than the one that the chain was to end with")]
    OtherHead {
        /// Its number.
        number: i64,
    },
}

/// Follows the receipts of a customer, from the first on or from one that is known; gives back the last. Refuses the first that does not
/// go on from the one before.
pub fn follow(from: Option<ChainHead>, links: impl IntoIterator<Item = Link>) -> Result<Option<ChainHead>, ChainError> {
    links.into_iter().try_fold(from, |head, link| step(head, link).map(Some))
}

/// Follows them up to a head that somebody has named, and refuses a chain that ends elsewhere.
pub fn follow_to(end: ChainHead, from: Option<ChainHead>, links: impl IntoIterator<Item = Link>) -> Result<(), ChainError> {
    let last = follow(from, links)?;
    match last {
        Some(last) if last == end => Ok(()),
        Some(last) if last.number == end.number => Err(ChainError::OtherHead { number: end.number }),
        last => Err(ChainError::End { expected: end.number, found: last.map_or(0, |last| last.number) }),
    }
}

fn step(head: Option<ChainHead>, link: Link) -> Result<ChainHead, ChainError> {
    let Link { number: found, previous, digest } = link;
    let expected = head.map_or(1, |head| head.number.saturating_add(1));
    if found > expected {
        return Err(ChainError::Missing { expected, found });
    }
    if found < expected {
        return Err(ChainError::Repeated { expected, found });
    }
    if previous != head.map(|head| head.digest) {
        return Err(ChainError::Broken { number: found });
    }
    Ok(ChainHead { number: found, digest })
}
