//! The log of a bundle.

use assay_domain::canon::Digest;
use serde::{Deserialize, Serialize};

use crate::{note::Note, note_key::VerifierKey};

/// A log: its keys, a checkpoint that every proof leads to, and how it has grown up to that.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledLog {
    /// Which log: `assay/<installation>/<tenant>`.
    pub origin: String,
    /// Its first key: the one to be pinned.
    pub key: VerifierKey,
    /// The keys' hand-overs, the oldest first.
    pub rotations: Vec<Note>,
    /// The newest checkpoint when the bundle was exported.
    pub checkpoint: Note,
    /// Proofs that earlier trees are its beginning: that of the invoice's checkpoint, those of the customer's earlier invoices, and of the
    /// sizes that were asked for.
    pub growth: Vec<Growth>,
}

/// A proof that the tree of so many leaves is the beginning of the checkpoint's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Growth {
    /// The size of the earlier tree.
    pub old: u64,
    /// The consistency proof (RFC 6962), in hexadecimal digits.
    pub proof: Vec<Digest>,
}
