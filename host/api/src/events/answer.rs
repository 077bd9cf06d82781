//! What became of events, as the sender is told.

use assay_domain::event::Disposition;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::ViolationBody;

/// What became of one event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventAnswer {
    /// The sender's id.
    pub id: String,
    /// `accepted` or `duplicate`.
    #[schema(example = "accepted")]
    pub disposition: &'static str,
}

/// What became of each event of a batch.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct EventsAnswer {
    /// New events, now durable.
    pub accepted: u64,
    /// Events that were recorded before.
    pub duplicates: u64,
    /// Events whose identity is taken by other content; kept aside.
    pub conflicts: u64,
    /// Lines that are no events; nothing of them is recorded.
    pub rejected: u64,
    /// One by one, in the order sent.
    pub lines: Vec<LineAnswer>,
    #[serde(skip)]
    last_line: u64,
}

/// What became of one line, or of one element of an array.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineAnswer {
    /// Its number, from 1.
    pub line: u64,
    /// The sender's id, where one could be read.
    pub id: Option<String>,
    /// `accepted`, `duplicate`, `conflict` or `rejected`.
    #[schema(example = "accepted")]
    pub disposition: &'static str,
    /// Why it was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub violation: Option<ViolationBody>,
}

impl EventsAnswer {
    pub(super) fn add(&mut self, line: u64, id: Option<String>, disposition: Disposition, minimal: bool) {
        self.last_line = line;
        let name = disposition.name();
        let violation = match disposition {
            Disposition::Accepted => {
                self.accepted += 1;
                None
            }
            Disposition::Duplicate => {
                self.duplicates += 1;
                None
            }
            Disposition::Conflict => {
                self.conflicts += 1;
                None
            }
            Disposition::Rejected(violation) => {
                self.rejected += 1;
                Some(violation.into())
            }
        };
        if !(minimal && name == "accepted") {
            self.lines.push(LineAnswer { line, id, disposition: name, violation });
        }
    }

    /// The number of the last line that has its answer.
    pub(super) fn last_line(&self) -> u64 {
        self.last_line
    }
}
