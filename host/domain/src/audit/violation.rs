//! What can be wrong with an audit log.

use std::fmt;

use crate::id::OperationId;

/// What is wrong with an audit log, and where first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditViolation {
    /// The place in the chain, from 1; of a log that was cut off or rewritten, the last that was looked at.
    pub position: i64,
    /// The first operation that it concerns; `None` where nothing is left.
    pub operation: Option<OperationId>,
    /// What it is.
    pub wrong: Wrong,
}

/// What can be wrong with an audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The operation is not what was chained.
    Altered,
    /// The operation holds what nobody can have recorded.
    Unreadable {
        /// In which column.
        column: &'static str,
    },
    /// What was chained under its number is now under another.
    Moved {
        /// The other.
        to: OperationId,
    },
    /// The operation is not there any more.
    Missing,
    /// The operation has no link, and later ones have.
    Unchained,
    /// The link is not what was written; the operation is what was chained.
    LinkAltered,
    /// There is no link at the place, and later ones are there.
    LinkMissing,
    /// The operation and its link do not agree, and nothing tells which of them was changed.
    Broken,
    /// The chain is shorter than when its head was kept.
    Truncated {
        /// How long it was then.
        kept: i64,
    },
    /// At the place where the head was kept it is another chain.
    Rewritten,
}

impl Wrong {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Unreadable { .. } => "unreadable",
            Self::Moved { .. } => "moved",
            Self::Missing => "missing",
            Self::Unchained => "unchained",
            Self::LinkAltered => "link-altered",
            Self::LinkMissing => "link-missing",
            Self::Broken => "broken",
            Self::Truncated { .. } => "truncated",
            Self::Rewritten => "rewritten",
        }
    }
}

impl fmt::Display for AuditViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.position;
        let named = self.operation.map_or_else(|| "nothing".to_owned(), |operation| operation.to_string());
        match self.wrong {
            Wrong::Altered => write!(f, "{named}, operation {n} of the log, is not what was recorded: something in it was changed"),
            Wrong::Unreadable { column } => {
                write!(f, "{named}, operation {n} of the log, is not what was recorded: its {column} was made unreadable")
            }
            Wrong::Moved { to } => write!(f, "{named}, operation {n} of the log, is out of order: what was recorded as it is now {to}"),
            Wrong::Missing => write!(f, "{named}, operation {n} of the log, is missing: it was recorded and is not there any more"),
            Wrong::Unchained => {
                write!(f, "{named}, before operation {n} of the log, is not in its chain: it was put in or moved there afterwards")
            }
            Wrong::LinkAltered => {
                write!(f, "the link of {named}, operation {n} of the log, was changed; the operation itself is as it was recorded")
            }
            Wrong::LinkMissing => {
                write!(f, "link {n} of the chain is missing: that of {named}, or of what was taken away before it together with its link")
            }
            Wrong::Broken => {
                write!(f, "{named}, operation {n} of the log, and its link do not agree: one was changed, or what was before it taken away")
            }
            Wrong::Truncated { kept } => {
                write!(
                    f,
                    "the log ends after {n} operations, with {named}, and its head was kept when it had {kept}: its end was taken away"
                )
            }
            Wrong::Rewritten => {
                write!(
                    f,
                    "up to {named}, operation {n} of the log, it agrees with its chain and not with the head that was kept: it was rewritten"
                )
            }
        }
    }
}
