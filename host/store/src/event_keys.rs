//! What senders sign events with: public keys, and which of them vouch for nothing any more.

use assay_domain::{
    id::{CustomerId, EventKeyId},
    time::Timestamp,
};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::Result,
    operations::{optional_timestamp, timestamp},
    page::{Page, paged},
    sql::{Row, query, query_scalar},
};

/// A key before it has an id.
#[derive(Debug, Clone, Copy)]
pub struct NewEventKey<'a> {
    /// Whose events it vouches for.
    pub source: &'a str,
    /// The customer that they must name, where it is a customer's.
    pub customer: Option<CustomerId>,
    /// In hexadecimal digits.
    pub public_key: &'a str,
    /// Who said so.
    pub actor: &'a str,
}

/// A key as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventKeyRow {
    /// Its id.
    pub id: EventKeyId,
    /// Whose events it vouches for.
    pub source: String,
    /// The key of the customer that they must name.
    pub customer: Option<String>,
    /// In hexadecimal digits.
    pub public_key: String,
    /// Since when.
    pub created_at: Timestamp,
    /// From when it vouches for nothing.
    pub ended_at: Option<Timestamp>,
}

/// Stores a key.
pub async fn insert(tx: &mut Tx, new: &NewEventKey<'_>, now: Timestamp) -> Result<EventKeyId> {
    let tenant = tx.tenant();
    let sql =
        "insert into event_keys (tenant, source, customer, public_key, actor, created_at) values ($1, $2, $3, $4, $5, $6) returning id";
    let query = query_scalar(sql).bind(tenant.0).bind(new.source).bind(new.customer.map(|customer| customer.0));
    Ok(EventKeyId(query.bind(new.public_key).bind(new.actor).bind(now.micros()).fetch_one(tx.sql()).await?))
}

/// From now on a key vouches for nothing.
pub async fn end(tx: &mut Tx, key: EventKeyId, reason: &str, actor: &str, now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into event_key_ends (key, tenant, reason, actor, at) values ($1, $2, $3, $4, $5)";
    query(sql).bind(key.0).bind(tenant.0).bind(reason).bind(actor).bind(now.micros()).execute(tx.sql()).await?;
    Ok(())
}

const SELECT: &str = "select k.id, k.source, u.key, k.public_key, k.created_at, e.at from event_keys k \
                      left join customers u on u.id = k.customer left join event_key_ends e on e.key = k.id where k.tenant = $1";

/// Some keys of a tenant, oldest first, those that vouch for nothing any more included.
pub async fn page(c: &mut impl Connection, page: Page) -> Result<Vec<EventKeyRow>> {
    let tenant = c.tenant();
    paged(c, SELECT, "k.id", tenant, page).await?.iter().map(key).collect()
}

/// Those that vouch for something.
pub async fn live(c: &mut impl Connection) -> Result<Vec<EventKeyRow>> {
    let tenant = c.tenant();
    query(format!("{SELECT} and e.key is null")).bind(tenant.0).fetch_all(c.sql()).await?.iter().map(key).collect()
}

/// The tenant's key with an id.
pub async fn by_id(c: &mut impl Connection, id: EventKeyId) -> Result<Option<EventKeyRow>> {
    Ok(page(c, Page::at(id.0)).await?.into_iter().find(|row| row.id == id))
}

/// The key of a source with these digits, whether it vouches for anything or not.
pub async fn by_digits(c: &mut impl Connection, source: &str, public_key: &str) -> Result<Option<EventKeyId>> {
    let tenant = c.tenant();
    let sql = "select id from event_keys where tenant = $1 and source = $2 and public_key = $3";
    let id: Option<i64> = query_scalar(sql).bind(tenant.0).bind(source).bind(public_key).fetch_optional(c.sql()).await?;
    Ok(id.map(EventKeyId))
}

fn key(row: &Row) -> Result<EventKeyRow> {
    Ok(EventKeyRow {
        id: EventKeyId(row.try_get(0)?),
        source: row.try_get(1)?,
        customer: row.try_get(2)?,
        public_key: row.try_get(3)?,
        created_at: timestamp("event_keys", "created_at", row.try_get(4)?)?,
        ended_at: optional_timestamp("event_key_ends", "at", row.try_get(5)?)?,
    })
}
