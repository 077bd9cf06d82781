//! The audit log's entry: nothing commits without one.

use crate::{id::TenantId, time::Timestamp};

/// What was done, by whom, to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Whose data it changed; `None` for the installation itself.
    pub tenant: Option<TenantId>,
    /// Who did it: `cli:alice`, `worker`.
    pub actor: String,
    /// What: `events.ingest`, `invoice.issue`.
    pub action: &'static str,
    /// To what: an id or a key.
    pub subject: String,
    /// JSON of what was there before, where something was.
    pub before: Option<String>,
    /// JSON of what is there now.
    pub after: Option<String>,
    /// When.
    pub at: Timestamp,
}
