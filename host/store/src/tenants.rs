//! Tenants.

use assay_domain::{id::TenantId, time::Timestamp};
use sqlx::Row as _;

use crate::{
    connection::{Connection, Tx},
    error::Result,
};

/// A tenant as stored.
#[derive(Debug, Clone)]
pub struct TenantRow {
    /// Its id.
    pub id: TenantId,
    /// Its short name, unique in the installation.
    pub slug: String,
    /// Its name for people.
    pub title: String,
}

/// Creates a tenant; `None` when the slug is taken.
pub async fn insert(tx: &mut Tx, slug: &str, title: &str, now: Timestamp) -> Result<Option<TenantId>> {
    let sql = "insert into tenants (slug, title, created_at) values ($1, $2, $3) on conflict do nothing returning id";
    let id: Option<i64> = sqlx::query_scalar(sql).bind(slug).bind(title).bind(now.micros()).fetch_optional(tx.sql()).await?;
    Ok(id.map(TenantId))
}

/// Every tenant, in order of creation.
pub async fn all(c: &mut impl Connection) -> Result<Vec<TenantRow>> {
    let rows = sqlx::query("select id, slug, title from tenants order by id").fetch_all(c.sql()).await?;
    rows.iter().map(|row| Ok(TenantRow { id: TenantId(row.try_get(0)?), slug: row.try_get(1)?, title: row.try_get(2)? })).collect()
}
