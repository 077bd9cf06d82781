//! What whoever verifies knows without the bundle: the less is pinned, the more of it is the word of whoever has exported it.

use assay_domain::canon::Digest;
use assay_receipt::{
    chain::ChainHead,
    checkpoint::{Checkpoint, CheckpointError},
    log_proof::GrowthProof,
    note::Note,
    note_key::VerifierKey,
    rotation::LogKeys,
    signature::PublicKey,
};

/// What is known without the bundle. Whatever is empty is taken from the bundle, and the result says so.
#[derive(Debug, Clone, Default)]
pub struct Pins {
    /// The log's key: its first one, or one that it has handed over to since.
    pub log_key: Option<VerifierKey>,
    /// Checkpoints of the log that were kept.
    pub kept: Vec<Kept>,
    /// Components that were received otherwise.
    pub components: Vec<Vec<u8>>,
    /// The keys that the customer approves definitions with.
    pub approval_keys: Vec<PublicKey>,
    /// Heads of the customer's chain that were kept.
    pub heads: Vec<ChainHead>,
}

/// A checkpoint that was kept, or a proof that leads to one.
#[derive(Debug, Clone)]
pub struct Kept {
    /// What to call it: the name of its file.
    pub name: String,
    /// What is in it.
    pub what: KeptNote,
}

/// What a file with a kept checkpoint holds.
#[derive(Debug, Clone)]
pub enum KeptNote {
    /// A checkpoint.
    Checkpoint(Note),
    /// A later checkpoint, with the proof that the log has only grown up to it.
    Growth(GrowthProof),
}

/// A file that cannot be used to check anything by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct UnusableKept {
    /// What it is called.
    pub name: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Kept {
    /// Reads a file: a checkpoint, or a proof of growth as the service gives it.
    pub fn read(name: impl Into<String>, text: &str) -> Result<Self, UnusableKept> {
        let name = name.into();
        let read = if text.starts_with("old ") {
            text.parse::<GrowthProof>().map(KeptNote::Growth).map_err(|error| error.to_string())
        } else {
            text.parse::<Note>().map(KeptNote::Checkpoint).map_err(|error| error.to_string())
        };
        match read {
            Ok(what) => Ok(Self { name, what }),
            Err(problem) => Err(UnusableKept { name, problem }),
        }
    }

    /// The checkpoint that was kept. One that the log has not signed proves nothing against it, so it is refused.
    pub(crate) fn checkpoint(&self, origin: &str, keys: &LogKeys) -> Result<Checkpoint, UnusableKept> {
        let note = match &self.what {
            KeptNote::Checkpoint(note) => note,
            KeptNote::Growth(growth) => &growth.checkpoint,
        };
        let unusable =
            |error: CheckpointError| UnusableKept { name: self.name.clone(), problem: format!("it is no checkpoint of this log: {error}") };
        Checkpoint::open(note, origin, keys).map_err(unusable)
    }
}

impl Pins {
    /// The component with a digest, if it was received otherwise.
    pub(crate) fn component(&self, digest: Digest) -> Option<&[u8]> {
        self.components.iter().find(|bytes| Digest::of(bytes) == digest).map(Vec::as_slice)
    }
}
