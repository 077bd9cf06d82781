//! Rate cards, as JSON documents of the rating room.

use assay_domain::{id::RateCardId, time::Timestamp};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::Result,
    page::{Page, paged},
    sql::query_scalar,
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
pub async fn insert(tx: &mut Tx, name: &str, card: &str, now: Timestamp) -> Result<Option<RateCardId>> {
    let tenant = tx.tenant();
    let sql = "insert into rate_cards (tenant, name, card, created_at) values ($1, $2, $3, $4) on conflict do nothing returning id";
    let query = query_scalar(sql).bind(tenant.0).bind(name).bind(card).bind(now.micros());
    let id: Option<i64> = query.fetch_optional(tx.sql()).await?;
    Ok(id.map(RateCardId))
}

/// Every card of a tenant.
pub async fn all(c: &mut impl Connection) -> Result<Vec<RateCardRow>> {
    page(c, Page::ALL).await
}

/// Some cards of a tenant, oldest first.
pub async fn page(c: &mut impl Connection, page: Page) -> Result<Vec<RateCardRow>> {
    let tenant = c.tenant();
    let rows = paged(c, "select id, name, card from rate_cards where tenant = $1", "id", tenant, page).await?;
    rows.iter().map(|row| Ok(RateCardRow { id: RateCardId(row.try_get(0)?), name: row.try_get(1)?, card: row.try_get(2)? })).collect()
}
