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
    /// The schema is that of an earlier version.
    #[error("the database's schema is at step {applied} and this version needs step {expected}: run `assay migrate`")]
    Schema {
        /// The last step that the database has behind it.
        applied: i64,
        /// The last step of this version.
        expected: i64,
    },
    /// Row-level security does not hold for whoever connects.
    #[error(
        "the role {role:?} passes by row-level security, the wall between tenants, as superusers and roles with bypassrls do: \
         connect as another role; host/store/README.md has the statements that make one"
    )]
    Unwalled {
        /// The role.
        role: String,
    },
    /// The engine has another way to do it.
    #[error("{0}")]
    Unsupported(&'static str),
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
    /// Whether another transaction was in the way, so that the same tried once more may well succeed: two that told the same event, or
    /// waited for each other.
    pub fn is_collision(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        // Of PostgreSQL: a serialisation failure, a deadlock, a key that was taken meanwhile.
        matches!(error.code().as_deref(), Some("40001" | "40P01" | "23505"))
    }

    /// Whether a text was looked for that no database of this engine can hold: PostgreSQL knows no U+0000.
    pub fn is_unspeakable(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        error.code().as_deref() == Some("22021")
    }

    pub(crate) fn corrupt(table: &'static str, column: &'static str, value: impl ToString) -> Self {
        Self::Corrupt { table, column, value: value.to_string() }
    }
}

pub(crate) type Result<T, E = StoreError> = std::result::Result<T, E>;
