//! What can go wrong with storage.

/// An error of the database or of what it holds.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database's schema cannot be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored value is not what the schema says.
    #[error("{table}.{column} holds {value:?}, which this version cannot read")]
    Corrupt {
        /// Which table.
        table: &'static str,
        /// Which column.
        column: &'static str,
        /// What was found.
        value: String,
    },
}

impl StoreError {
    pub(crate) fn corrupt(table: &'static str, column: &'static str, value: impl ToString) -> Self {
        Self::Corrupt { table, column, value: value.to_string() }
    }
}

pub(crate) type Result<T, E = StoreError> = std::result::Result<T, E>;
