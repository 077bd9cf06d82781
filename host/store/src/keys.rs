//! Keys and the browser sessions they opened. Secrets are known by their hashes only.

use assay_domain::{
    canon::Digest,
    id::{CustomerId, KeyId, TenantId},
    key::Roles,
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Database, Tx},
    error::{Result, StoreError},
    operations::{optional_timestamp, timestamp},
    page::{Page, paged},
    rules::digest,
    sql::{Builder, Row, query, query_scalar},
};

/// A key as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Its id.
    pub id: KeyId,
    /// Whose; `None` for one of the installation.
    pub tenant: Option<TenantId>,
    /// For people.
    pub name: String,
    /// What it may do.
    pub roles: Roles,
    /// The customer whose it is; `None` for one of the tenant's own.
    pub customer: Option<CustomerId>,
    /// The hash of its secret.
    pub secret: Digest,
    /// Since when.
    pub created_at: Timestamp,
    /// From when it opens nothing; `None` for never.
    pub expires_at: Option<Timestamp>,
}

/// A key to store.
#[derive(Debug, Clone)]
pub struct NewKey<'a> {
    /// For people.
    pub name: &'a str,
    /// What it may do.
    pub roles: Roles,
    /// The customer whose it is.
    pub customer: Option<CustomerId>,
    /// The hash of its secret.
    pub secret: Digest,
    /// From when it opens nothing.
    pub expires_at: Option<Timestamp>,
}

/// Stores a key of a tenant, or of the installation.
pub async fn insert(c: &mut impl Database, tenant: Option<TenantId>, new: &NewKey<'_>, now: Timestamp) -> Result<KeyId> {
    let sql = "insert into keys (tenant, name, roles, secret, created_at, expires_at, customer) \
               values ($1, $2, $3, $4, $5, $6, $7) returning id";
    let query = query_scalar(sql).bind(tenant.map(|tenant| tenant.0)).bind(new.name).bind(new.roles.to_string());
    let query = query.bind(new.secret.as_bytes().to_vec()).bind(now.micros()).bind(new.expires_at.map(Timestamp::micros));
    Ok(KeyId(query.bind(new.customer.map(|customer| customer.0)).fetch_one(c.sql()).await?))
}

const COLUMNS: &str = "select id, tenant, name, roles, secret, created_at, expires_at, customer from keys ";

/// Any key, for finding out who calls.
pub async fn find(c: &mut impl Database, id: KeyId) -> Result<Option<KeyRow>> {
    let sql = format!("{COLUMNS} where id = $1");
    query(sql).bind(id.0).fetch_optional(c.sql()).await?.as_ref().map(key).transpose()
}

/// The tenant's key with an id.
pub async fn by_id(c: &mut impl Connection, id: KeyId) -> Result<Option<KeyRow>> {
    let tenant = c.tenant();
    Ok(find(c, id).await?.filter(|key| key.tenant == Some(tenant)))
}

/// The tenant's keys, oldest first.
pub async fn page(c: &mut impl Connection, page: Page) -> Result<Vec<KeyRow>> {
    let tenant = c.tenant();
    paged(c, &format!("{COLUMNS} where tenant = $1"), "id", tenant, page).await?.iter().map(key).collect()
}

/// The keys of given customers, those that have ended included.
pub async fn of_customers(c: &mut impl Connection, customers: &[CustomerId]) -> Result<Vec<KeyId>> {
    let ids: Vec<i64> = customers.iter().map(|customer| customer.0).collect();
    let mut found = Vec::new();
    for chunk in bulk::lists(c, &ids) {
        let mut sql = Builder::new("select id from keys where tenant = ");
        sql.push_bind(c.tenant().0).push(" and customer");
        sql.push_in(chunk);
        let rows: Vec<(i64,)> = sql.build_query_as().fetch_all(c.sql()).await?;
        found.extend(rows.into_iter().map(|(id,)| KeyId(id)));
    }
    Ok(found)
}

/// Lets a key of the tenant end at a time, if it does not end before.
pub async fn expire(tx: &mut Tx, id: KeyId, at: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "update keys set expires_at = case when expires_at < $3 then expires_at else $3 end where tenant = $1 and id = $2";
    query(sql).bind(tenant.0).bind(id.0).bind(at.micros()).execute(tx.sql()).await?;
    Ok(())
}

/// Remembers a browser that a key let in.
pub async fn insert_session(c: &mut impl Database, secret: Digest, key: KeyId, until: Timestamp, now: Timestamp) -> Result<()> {
    let sql = "insert into sessions (secret, key, created_at, expires_at) values ($1, $2, $3, $4)";
    let statement = query(sql).bind(secret.as_bytes().to_vec()).bind(key.0).bind(now.micros()).bind(until.micros());
    statement.execute(c.sql()).await?;
    Ok(())
}

/// The key behind a session that has not ended.
pub async fn of_session(c: &mut impl Database, secret: Digest, now: Timestamp) -> Result<Option<KeyRow>> {
    let sql = "select key from sessions where secret = $1 and expires_at > $2";
    let query = query_scalar(sql).bind(secret.as_bytes().to_vec()).bind(now.micros());
    match query.fetch_optional(c.sql()).await? {
        Some(id) => find(c, KeyId(id)).await,
        None => Ok(None),
    }
}

/// Forgets a session, and every one that has ended.
pub async fn end_session(c: &mut impl Database, secret: Digest, now: Timestamp) -> Result<()> {
    let sql = "delete from sessions where secret = $1 or expires_at <= $2";
    query(sql).bind(secret.as_bytes().to_vec()).bind(now.micros()).execute(c.sql()).await?;
    Ok(())
}

fn key(row: &Row) -> Result<KeyRow> {
    let roles: String = row.try_get(3)?;
    Ok(KeyRow {
        id: KeyId(row.try_get(0)?),
        tenant: row.try_get::<Option<i64>>(1)?.map(TenantId),
        name: row.try_get(2)?,
        roles: roles.parse().map_err(|_| StoreError::corrupt("keys", "roles", roles))?,
        secret: digest("keys", row.try_get(4)?)?,
        created_at: timestamp("keys", "created_at", row.try_get(5)?)?,
        expires_at: optional_timestamp("keys", "expires_at", row.try_get(6)?)?,
        customer: row.try_get::<Option<i64>>(7)?.map(CustomerId),
    })
}
