//! Lists in pieces: by the number of the last row seen, so that a piece costs the same wherever it lies.

use assay_domain::id::TenantId;

use crate::{
    connection::Database,
    error::Result,
    sql::{Row, query},
};

/// A piece of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The number of the row after which it starts; zero for the first piece.
    pub after: i64,
    /// At most so many rows.
    pub limit: u32,
}

impl Page {
    /// Everything at once, for lists that are short by nature.
    pub const ALL: Self = Self { after: 0, limit: u32::MAX };

    /// The one row with a number; the next one where it is missing, so whoever asks compares.
    pub const fn at(number: i64) -> Self {
        Self { after: number.saturating_sub(1), limit: 1 }
    }
}

/// Runs a statement whose `$1` is the tenant, and takes the page that is ordered by a column.
pub(crate) async fn paged(c: &mut impl Database, sql: &str, column: &str, tenant: TenantId, page: Page) -> Result<Vec<Row>> {
    let sql = format!("{sql} and {column} > $2 order by {column} limit $3");
    query(sql).bind(tenant.0).bind(page.after).bind(page.limit).fetch_all(c.sql()).await
}
