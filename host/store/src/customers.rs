//! Customers of a tenant.

use std::collections::HashMap;

use assay_domain::{id::CustomerId, time::Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    bulk,
    connection::{Connection, Database as _, Tx},
    error::Result,
    page::{Page, paged},
    sql::{Builder, Row, query, query_scalar},
};

/// A customer as stored.
#[derive(Debug, Clone)]
pub struct CustomerRow {
    /// Its id.
    pub id: CustomerId,
    /// The tenant's own key for it.
    pub key: String,
    /// What makes it one.
    pub standing: Standing,
}

/// What makes a customer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A person or an agreement has named it.
    Confirmed,
    /// An interaction belongs to it, by what events say.
    Unconfirmed,
    /// Events name it, but only where another was named first: nothing belongs to it.
    Mentioned,
}

impl Standing {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Unconfirmed => "unconfirmed",
            Self::Mentioned => "mentioned",
        }
    }

    /// Whether it is more than a name in an event.
    pub fn is_owner(self) -> bool {
        self != Self::Mentioned
    }
}

/// Creates the customers that are not there yet, unconfirmed.
pub async fn see(tx: &mut Tx, keys: &[String], now: Timestamp) -> Result<u64> {
    let tenant = tx.tenant();
    let head = "insert into customers (tenant, key, confirmed, created_at) ";
    bulk::insert(tx, head, " on conflict do nothing", keys, |row, key| {
        row.push_bind(tenant.0).push_bind(key.clone()).push_bind(0i64).push_bind(now.micros());
    })
    .await
}

/// Marks customers as confirmed.
pub async fn confirm(tx: &mut Tx, customer: CustomerId) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "update customers set confirmed = 1 where tenant = $1 and id = $2";
    query(sql).bind(tenant.0).bind(customer.0).execute(tx.sql()).await?;
    Ok(())
}

/// Every customer of a tenant, by key.
pub async fn all(c: &mut impl Connection) -> Result<Vec<CustomerRow>> {
    let mut all = page(c, Page::ALL).await?;
    all.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(all)
}

/// Some customers of a tenant, in order of creation.
pub async fn page(c: &mut impl Connection, page: Page) -> Result<Vec<CustomerRow>> {
    let tenant = c.tenant();
    let sql = "select id, key, confirmed, exists (select 1 from interactions i where i.tenant = c.tenant and i.customer = c.id) \
               from customers c where tenant = $1";
    paged(c, sql, "id", tenant, page).await?.iter().map(customer).collect()
}

fn customer(row: &Row) -> Result<CustomerRow> {
    let standing = match (row.try_get::<i64>(2)?, row.try_get::<i64>(3)?) {
        (0, 0) => Standing::Mentioned,
        (0, _) => Standing::Unconfirmed,
        _ => Standing::Confirmed,
    };
    Ok(CustomerRow { id: CustomerId(row.try_get(0)?), key: row.try_get(1)?, standing })
}

/// The customer with a key.
pub async fn by_key(c: &mut impl Connection, key: &str) -> Result<Option<CustomerId>> {
    let tenant = c.tenant();
    let sql = "select id from customers where tenant = $1 and key = $2";
    let id: Option<i64> = query_scalar(sql).bind(tenant.0).bind(key).fetch_optional(c.sql()).await?;
    Ok(id.map(CustomerId))
}

/// The customers with given keys.
pub async fn by_keys(c: &mut impl Connection, keys: &[String]) -> Result<HashMap<String, CustomerId>> {
    let tenant = c.tenant();
    let mut found = HashMap::with_capacity(keys.len());
    for chunk in bulk::lists(c, keys) {
        let mut sql = Builder::new("select key, id from customers where tenant = ");
        sql.push_bind(tenant.0).push(" and key");
        sql.push_in(chunk);
        let rows: Vec<(String, i64)> = sql.build_query_as().fetch_all(c.sql()).await?;
        found.extend(rows.into_iter().map(|(key, id)| (key, CustomerId(id))));
    }
    Ok(found)
}

/// The customer with a key or an id.
pub async fn by_name(c: &mut impl Connection, name: &str) -> Result<Option<CustomerRow>> {
    let id = match by_key(c, name).await? {
        Some(id) => id,
        None => name.parse().unwrap_or(CustomerId(0)),
    };
    let found = page(c, Page::at(id.0)).await?;
    Ok(found.into_iter().find(|customer| customer.id == id))
}

/// The keys of given customers.
pub async fn keys(c: &mut impl Connection, ids: &[CustomerId]) -> Result<HashMap<CustomerId, String>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in bulk::lists(c, &ids) {
        let mut sql = Builder::new("select id, key from customers where tenant = ");
        sql.push_bind(c.tenant().0).push(" and id");
        sql.push_in(chunk);
        let rows: Vec<(i64, String)> = sql.build_query_as().fetch_all(c.sql()).await?;
        found.extend(rows.into_iter().map(|(id, key)| (CustomerId(id), key)));
    }
    Ok(found)
}
