//! Proofs as files that need nothing beside them but the log's key.
//!
//! That an entry is in the log: C2SP `tlog-proof`, whose extra data is the salt of the entry. That a log has only grown since an earlier
//! checkpoint: the form in which C2SP `tlog-witness` sends a checkpoint to witnesses.

use std::{fmt, str::FromStr};

use assay_domain::canon::Digest;

use crate::{
    checkpoint::{Checkpoint, CheckpointError},
    merkle::leaf_hash,
    note::{Note, NoteError},
    proof::{ConsistencyProof, InclusionProof, ProofError},
    rotation::LogKeys,
    text::{base64, decimal, from_base64, hash_from_base64, serde_as_text},
};

const HEAD: &str = "c2sp.org/tlog-proof@v1";
/// Hashes of a proof: a tree has no more levels.
const HASHES_MAX: usize = 64;

/// What is wrong with such a file, or with what it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogProofError {
    /// It begins otherwise.
    #[error("the first line is not {0:?}")]
    Head(&'static str),
    /// A line that says something else than it should.
    #[error("line {line} is not {expected}")]
    Line {
        /// Which; the first is 1.
        line: usize,
        /// What it should be.
        expected: &'static str,
    },
    /// Nothing divides the proof from the checkpoint.
    #[error("no empty line divides the proof from the checkpoint")]
    Undivided,
    /// The checkpoint's note is none.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The checkpoint is wrong, or not the log's.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The proof does not hold.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// It goes on from another checkpoint.
    #[error("the proof goes on from {found} leaves, and the earlier checkpoint has {expected}")]
    OtherStart {
        /// The size of the earlier checkpoint.
        expected: u64,
        /// The size that it goes on from.
        found: u64,
    },
}

/// That an entry is in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    /// What it takes besides to find the entry: the salt of a receipt. Nobody vouches for it.
    pub extra: Option<Vec<u8>>,
    /// The proof itself.
    pub inclusion: InclusionProof,
    /// The checkpoint that it leads to.
    pub checkpoint: Note,
}

impl LogProof {
    /// The checkpoint, if the log has signed it and the entry is in it.
    pub fn verify(&self, entry: &Digest, origin: &str, keys: &LogKeys) -> Result<Checkpoint, LogProofError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, origin, keys)?;
        self.inclusion.verify(&leaf_hash(entry.as_bytes()), &checkpoint.tree)?;
        Ok(checkpoint)
    }
}

impl fmt::Display for LogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", base64(extra))?;
        }
        writeln!(f, "index {}", self.inclusion.index)?;
        write_hashes(f, &self.inclusion.hashes)?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for LogProof {
    type Err = LogProofError;

    fn from_str(text: &str) -> Result<Self, LogProofError> {
        let (mut lines, checkpoint) = Lines::divide(text)?;
        if lines.take() != Some(HEAD) {
            return Err(LogProofError::Head(HEAD));
        }
        let extra = match lines.take_after("extra ") {
            Some(extra) => Some(from_base64(extra).ok_or_else(|| lines.wrong("`extra` and base 64"))?),
            None => None,
        };
        let index = lines.take().and_then(|line| line.strip_prefix("index ")).and_then(decimal);
        let index = index.ok_or_else(|| lines.wrong("`index` and a number"))?;
        Ok(Self { extra, inclusion: InclusionProof { index, hashes: lines.hashes()? }, checkpoint })
    }
}

/// That a log has only grown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrowthProof {
    /// Its size before.
    pub old: u64,
    /// The proof itself.
    pub consistency: ConsistencyProof,
    /// The later checkpoint.
    pub checkpoint: Note,
}

impl GrowthProof {
    /// The later checkpoint, if the log has signed it and the earlier one, which is believed, is its beginning.
    pub fn verify(&self, old: &Checkpoint, keys: &LogKeys) -> Result<Checkpoint, LogProofError> {
        let new = Checkpoint::open(&self.checkpoint, &old.origin, keys)?;
        if self.old != old.tree.size {
            return Err(LogProofError::OtherStart { expected: old.tree.size, found: self.old });
        }
        self.consistency.verify(&old.tree, &new.tree)?;
        Ok(new)
    }
}

impl fmt::Display for GrowthProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        write_hashes(f, &self.consistency.hashes)?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for GrowthProof {
    type Err = LogProofError;

    fn from_str(text: &str) -> Result<Self, LogProofError> {
        let (mut lines, checkpoint) = Lines::divide(text)?;
        let old = lines.take().and_then(|line| line.strip_prefix("old ")).and_then(decimal);
        let old = old.ok_or_else(|| lines.wrong("`old` and a number"))?;
        Ok(Self { old, consistency: ConsistencyProof { hashes: lines.hashes()? }, checkpoint })
    }
}
serde_as_text!(LogProof, GrowthProof);

fn write_hashes(f: &mut fmt::Formatter<'_>, hashes: &[Digest]) -> fmt::Result {
    hashes.iter().try_for_each(|hash| writeln!(f, "{}", base64(hash.as_bytes())))
}

/// The lines before the checkpoint, one after the other.
struct Lines<'a> {
    rest: Vec<&'a str>,
    taken: usize,
}

impl<'a> Lines<'a> {
    /// The lines up to the first empty one, and the note after it.
    fn divide(text: &'a str) -> Result<(Self, Note), LogProofError> {
        let (lines, note) = text.split_once("\n\n").ok_or(LogProofError::Undivided)?;
        let mut rest: Vec<&str> = lines.split('\n').collect();
        rest.reverse();
        Ok((Self { rest, taken: 0 }, note.parse()?))
    }

    fn take(&mut self) -> Option<&'a str> {
        self.taken += 1;
        self.rest.pop()
    }

    /// What comes after a word, if the next line begins with it.
    fn take_after(&mut self, word: &str) -> Option<&'a str> {
        let after = self.rest.last()?.strip_prefix(word)?;
        self.take();
        Some(after)
    }

    /// What is wrong with the line that was taken last.
    fn wrong(&self, expected: &'static str) -> LogProofError {
        LogProofError::Line { line: self.taken, expected }
    }

    /// All that is left.
    fn hashes(mut self) -> Result<Vec<Digest>, LogProofError> {
        let mut hashes = Vec::new();
        while let Some(line) = self.take() {
            let hash = hash_from_base64(line).filter(|_| hashes.len() < HASHES_MAX);
            hashes.push(hash.ok_or_else(|| self.wrong("a hash in base 64, and one of 64 at most"))?);
        }
        Ok(hashes)
    }
}
