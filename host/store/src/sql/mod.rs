//! One set of statements for two engines: a statement is put together once, and the connection it is run on decides where.
//!
//! Placeholders are `$1`, `$2`, …. Values are integers, text and bytes. A unary plus before a column keeps SQLite's planner from an
//! index; PostgreSQL, whose keys all start with the tenant, never sees it. What stands in a comment, `/*for update*/`, is said to
//! PostgreSQL alone.

mod builder;
mod query;
mod row;
mod value;

use sqlx::{PgConnection, SqliteConnection};

pub(crate) use self::{
    builder::{Builder, Values},
    query::{Query, query, query_as, query_scalar},
    row::{FromRow, Row},
    value::Value,
};

/// A connection of either engine, for one statement.
pub enum Sql<'c> {
    /// To a file.
    Sqlite(&'c mut SqliteConnection),
    /// To a server.
    Postgres(&'c mut PgConnection),
}
