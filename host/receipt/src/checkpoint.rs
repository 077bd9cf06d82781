//! Checkpoints: a log's word for how large it is and what its root is, as a signed note (C2SP `tlog-checkpoint`).
//!
//! Three lines: the origin, the size in decimal digits, the root in base 64. More lines may follow, of which nothing is known here.

use std::{fmt, str::FromStr};

use crate::{
    merkle::TreeHead,
    note::{Note, NoteError},
    note_key::NoteKey,
    rotation::LogKeys,
    text::{base64, decimal, hash_from_base64},
};

/// What a log says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: `assay/<installation>/<tenant>`.
    pub origin: String,
    /// How large it is, and its root.
    pub tree: TreeHead,
    /// Lines after these.
    pub extensions: Vec<String>,
}

/// What is wrong with a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Its lines cannot be told apart.
    #[error("a checkpoint has at least three lines, none of them is empty, and each ends with a line feed")]
    Lines,
    /// Its size is no number.
    #[error("{0:?} is no size of a log: it is a number in decimal digits without leading zeros")]
    Size(String),
    /// Its root is no hash.
    #[error("{0:?} is no root of a log: it is 32 bytes in base 64")]
    Root(String),
    /// It is of another log.
    #[error("the checkpoint is of the log {found:?}, not of {expected:?}")]
    Origin {
        /// Of which it should be.
        expected: String,
        /// Of which it is.
        found: String,
    },
    /// Its note is wrong, or nobody has signed it who should.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Checkpoint {
    /// What a log of this size says.
    pub fn new(origin: impl Into<String>, tree: TreeHead) -> Self {
        Self { origin: origin.into(), tree, extensions: Vec::new() }
    }

    /// Signs it. Refuses one whose origin or lines could be read otherwise.
    pub fn sign(&self, key: &NoteKey) -> Result<Note, CheckpointError> {
        let text = self.to_string();
        if text.parse::<Self>().as_ref() != Ok(self) {
            return Err(CheckpointError::Lines);
        }
        Ok(Note::sign(text, key)?)
    }

    /// The checkpoint of a note, if the log of this origin has signed it with the key that was in force for its size.
    pub fn open(note: &Note, origin: &str, keys: &LogKeys) -> Result<Self, CheckpointError> {
        let checkpoint: Self = note.text().parse()?;
        if checkpoint.origin != origin {
            return Err(CheckpointError::Origin { expected: origin.into(), found: checkpoint.origin });
        }
        note.verify(keys.at(checkpoint.tree.size))?;
        Ok(checkpoint)
    }
}

impl fmt::Display for Checkpoint {
    /// The text that is signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, tree, extensions } = self;
        writeln!(f, "{origin}\n{}\n{}", tree.size, base64(tree.root.as_bytes()))?;
        extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    /// From the text that is signed; who has signed it is another question.
    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let lines: Vec<&str> = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?.split('\n').collect();
        let [origin, size, root, extensions @ ..] = lines.as_slice() else {
            return Err(CheckpointError::Lines);
        };
        if lines.iter().any(|line| line.is_empty()) {
            return Err(CheckpointError::Lines);
        }
        let size = decimal(size).ok_or_else(|| CheckpointError::Size((*size).to_owned()))?;
        let root = hash_from_base64(root).ok_or_else(|| CheckpointError::Root((*root).to_owned()))?;
        let extensions = extensions.iter().map(|line| (*line).to_owned()).collect();
        Ok(Self { origin: (*origin).to_owned(), tree: TreeHead { size, root }, extensions })
    }
}
