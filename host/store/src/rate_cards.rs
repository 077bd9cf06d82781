//! Rate cards, as JSON documents of the rating room.

use assay_domain::{
    id::{RateCardId, TenantId},
    time::Timestamp,
};
use sqlx::Row as _;

use crate::{
    connection::{Connection, Tx},
    error::Result,
};

/// A rate card as stored.
#[derive(Debug, Clone)]
pub struct RateCardRow {
    /// Its id.
    pub id: RateCardId,
    /// Its name, unique within the tenant.
    pub name: String,
    /// The card as JSON.
    pub card: String,
}

/// Stores a card; `None` when the name is taken.
pub async fn insert(tx: &mut Tx, tenant: TenantId, name: &str, card: &str, now: Timestamp) -> Result<Option<RateCardId>> {
    let sql = "insert into rate_cards (tenant, name, card, created_at) values ($1, $2, $3, $4) on conflict do nothing returning id";
    let query = sqlx::query_scalar(sql).bind(tenant.0).bind(name).bind(card).bind(now.micros());
    let id: Option<i64> = query.fetch_optional(tx.sql()).await?;
    Ok(id.map(RateCardId))
}

/// Every card of a tenant.
pub async fn all(c: &mut impl Connection, tenant: TenantId) -> Result<Vec<RateCardRow>> {
    let rows = sqlx::query("select id, name, card from rate_cards where tenant = $1 order by id").bind(tenant.0).fetch_all(c.sql()).await?;
    rows.iter().map(|row| Ok(RateCardRow { id: RateCardId(row.try_get(0)?), name: row.try_get(1)?, card: row.try_get(2)? })).collect()
}
