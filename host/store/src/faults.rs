//! What goes wrong on purpose, and the other choices of whoever opens a database that is not the product's own.

use std::{fmt, io, sync::Arc};

use crate::error::{Result, StoreError};

/// A moment of a write transaction at which something may go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// Before it begins: it may be tried again.
    Begin,
    /// Before the commit of an action: it rolls back.
    Commit(&'static str),
    /// After the commit of an action: whoever waits for it never hears that it happened.
    Committed(&'static str),
}

/// Says when something goes wrong. The product has none: everything that goes wrong there does so by itself.
pub trait Faults: Send + Sync {
    /// Called at every moment of every write transaction; an error happens there and then.
    fn strike(&self, moment: Moment) -> io::Result<()>;
}

/// How a database is opened. The default is the product's way.
#[derive(Clone)]
pub struct Opening {
    /// Whether a commit waits for the disk.
    pub is_durable: bool,
    /// What goes wrong on purpose.
    pub faults: Option<Arc<dyn Faults>>,
}

impl Default for Opening {
    fn default() -> Self {
        Self { is_durable: true, faults: None }
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { is_durable, faults } = self;
        f.debug_struct("Opening").field("is_durable", is_durable).field("faults", &faults.is_some()).finish()
    }
}

/// Lets go wrong what should at this moment.
pub(crate) fn strike(faults: Option<&Arc<dyn Faults>>, moment: Moment) -> Result<()> {
    let struck = faults.map_or(Ok(()), |faults| faults.strike(moment));
    struck.map_err(|error| StoreError::Database(sqlx::Error::Io(error)))
}
