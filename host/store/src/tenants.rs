//! Tenants: each has a live side and a test side, which share nothing but their name.

use assay_domain::{id::TenantId, key::Mode, time::Timestamp};

use crate::{
    connection::{Database, InstallationTx},
    error::Result,
    sql::{Row, query, query_scalar},
};

/// One side of a tenant as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRow {
    /// The side's id.
    pub id: TenantId,
    /// The tenant's short name, unique in the installation.
    pub slug: String,
    /// Its name for people.
    pub title: String,
    /// Which side.
    pub mode: Mode,
    /// The id of the live side, which is the tenant's own.
    pub live: TenantId,
}

/// Creates a tenant with both sides and gives back the live one; `None` when the slug is taken.
pub async fn insert(tx: &mut InstallationTx, slug: &str, title: &str, now: Timestamp) -> Result<Option<TenantId>> {
    let sql = "insert into tenants (slug, title, created_at) values ($1, $2, $3) on conflict do nothing returning id";
    let id: Option<i64> = query_scalar(sql).bind(slug).bind(title).bind(now.micros()).fetch_optional(tx.sql()).await?;
    let Some(live) = id else {
        return Ok(None);
    };
    // A slug has no colon, so the name of a test side is taken by nobody else.
    let sql = "insert into tenants (slug, title, created_at, live) values ($1, $2, $3, $4)";
    let statement = query(sql).bind(format!("{slug}:test")).bind(title).bind(now.micros()).bind(live);
    statement.execute(tx.sql()).await?;
    Ok(Some(TenantId(live)))
}

/// Both sides of every tenant, in order of creation.
pub async fn all(c: &mut impl Database) -> Result<Vec<TenantRow>> {
    let rows = query("select id, slug, title, live from tenants order by id").fetch_all(c.sql()).await?;
    rows.iter().map(tenant).collect()
}

/// One side of a tenant.
pub async fn by_id(c: &mut impl Database, id: TenantId) -> Result<Option<TenantRow>> {
    let sql = "select id, slug, title, live from tenants where id = $1";
    query(sql).bind(id.0).fetch_optional(c.sql()).await?.as_ref().map(tenant).transpose()
}

fn tenant(row: &Row) -> Result<TenantRow> {
    let (id, slug, live): (i64, String, Option<i64>) = (row.try_get(0)?, row.try_get(1)?, row.try_get(3)?);
    let slug = slug.strip_suffix(":test").map(str::to_owned).unwrap_or(slug);
    let mode = if live.is_some() { Mode::Test } else { Mode::Live };
    Ok(TenantRow { id: TenantId(id), slug, title: row.try_get(2)?, mode, live: TenantId(live.unwrap_or(id)) })
}
