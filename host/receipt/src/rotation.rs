//! The keys of a log: the one that was pinned, and those that it handed over to.
//!
//! A hand-over is a note that the old key signs: the origin, up to which size of the log the old key signs, both keys. From that size on the
//! new key signs; at that very size either may, so that one checkpoint can bear both.

use std::{fmt, str::FromStr};

use crate::{
    note::{Note, NoteError},
    note_key::{NoteKey, VerifierKey, VerifierKeyError},
    text::decimal,
};

/// The first line of a hand-over: no origin of a log, so that it is no checkpoint.
const HEAD: &str = "assay log key rotation 1";

/// A log's key hands over to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Which log.
    pub origin: String,
    /// The size of the log up to which the old key signs, and from which the new one does.
    pub size: u64,
    /// The key that signs this, and what comes before.
    pub old: VerifierKey,
    /// The key that signs what comes after.
    pub new: VerifierKey,
}

/// What is wrong with a hand-over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// It is another kind of note.
    #[error("the note is no rotation of a log's key: that has the lines {HEAD:?}, origin, size, old key, new key", HEAD = HEAD)]
    Form,
    /// One of its keys is none.
    #[error(transparent)]
    Key(#[from] VerifierKeyError),
    /// It is of another log.
    #[error("the rotation is of the log {found:?}, not of {expected:?}")]
    Origin {
        /// Of which it should be.
        expected: String,
        /// Of which it is.
        found: String,
    },
    /// It goes on from another key.
    #[error("the rotation goes on from the key {found}, and the log's key was {expected}")]
    Old {
        /// The key before.
        expected: Box<VerifierKey>,
        /// The key that it names.
        found: Box<VerifierKey>,
    },
    /// It goes back behind an earlier one.
    #[error("the rotation is at the size {found} of the log, and there was one at {last} before")]
    Backwards {
        /// Of the rotation before.
        last: u64,
        /// Of this one.
        found: u64,
    },
    /// The old key has not signed it.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Rotation {
    /// Signs it with the old key. Refuses lines that could be read otherwise.
    pub fn sign(&self, old: &NoteKey) -> Result<Note, RotationError> {
        if self.old != *old.verifier() {
            return Err(RotationError::Old { expected: Box::new(self.old.clone()), found: Box::new(old.verifier().clone()) });
        }
        let text = self.to_string();
        if text.parse::<Self>()? != *self {
            return Err(RotationError::Form);
        }
        Ok(Note::sign(text, old)?)
    }
}

impl fmt::Display for Rotation {
    /// The text that is signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, size, old, new } = self;
        writeln!(f, "{HEAD}\n{origin}\n{size}\n{old}\n{new}")
    }
}

impl FromStr for Rotation {
    type Err = RotationError;

    /// From the text that is signed; who has signed it is another question.
    fn from_str(text: &str) -> Result<Self, RotationError> {
        let lines: Vec<&str> = text.lines().collect();
        let [HEAD, origin, size, old, new] = lines.as_slice() else {
            return Err(RotationError::Form);
        };
        let size = decimal(size).ok_or(RotationError::Form)?;
        let rotation = Self { origin: (*origin).to_owned(), size, old: old.parse()?, new: new.parse()? };
        if rotation.origin.is_empty() || rotation.to_string() != text { Err(RotationError::Form) } else { Ok(rotation) }
    }
}

/// The keys of a log, each for some sizes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKeys {
    pinned: VerifierKey,
    /// Those that followed, each from a size on; the sizes do not fall.
    followed: Vec<(u64, VerifierKey)>,
}

impl LogKeys {
    /// The one key that is known of a log.
    pub fn pinned(key: VerifierKey) -> Self {
        Self { pinned: key, followed: Vec::new() }
    }

    /// The key that is known of a log, and the hand-overs since, the oldest first.
    pub fn follow<'n>(key: VerifierKey, origin: &str, rotations: impl IntoIterator<Item = &'n Note>) -> Result<Self, RotationError> {
        rotations.into_iter().try_fold(Self::pinned(key), |keys, note| keys.rotate(origin, note))
    }

    /// With one more key, if the latest one has signed so.
    pub fn rotate(mut self, origin: &str, note: &Note) -> Result<Self, RotationError> {
        let Rotation { origin: found, size, old, new } = note.text().parse()?;
        if found != origin {
            return Err(RotationError::Origin { expected: origin.into(), found });
        }
        if old != *self.latest() {
            return Err(RotationError::Old { expected: Box::new(self.latest().clone()), found: Box::new(old) });
        }
        note.verify([self.latest()])?;
        let last = self.followed.last().map_or(0, |(from, _)| *from);
        if size < last {
            return Err(RotationError::Backwards { last, found: size });
        }
        self.followed.push((size, new));
        Ok(self)
    }

    /// The key that signs now.
    pub fn latest(&self) -> &VerifierKey {
        self.followed.last().map_or(&self.pinned, |(_, key)| key)
    }

    /// The keys that sign a log of this size: one, and where one has handed over to another at this size both.
    pub fn at(&self, size: u64) -> Vec<&VerifierKey> {
        let starts = std::iter::once(0).chain(self.followed.iter().map(|(from, _)| *from));
        let ends = self.followed.iter().map(|(from, _)| *from).chain(std::iter::once(u64::MAX));
        let keys = std::iter::once(&self.pinned).chain(self.followed.iter().map(|(_, key)| key));
        keys.zip(starts.zip(ends)).filter(|(_, (start, end))| (*start..=*end).contains(&size)).map(|(key, _)| key).collect()
    }
}
