//! Webhooks: where sources deliver events, and the secrets that deliveries are signed with.

use assay_domain::{
    id::{WebhookEndpointId, WebhookSecretId},
    time::Timestamp,
};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::Result,
    operations::{optional_timestamp, timestamp},
    page::{Page, paged},
    sql::{Row, query, query_scalar},
};

/// An endpoint as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointRow {
    /// Its id.
    pub id: WebhookEndpointId,
    /// Whose events come in by it.
    pub source: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// A secret as it is shown: without itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretRow {
    /// Its id.
    pub id: WebhookSecretId,
    /// Of which endpoint.
    pub endpoint: WebhookEndpointId,
    /// Since when.
    pub created_at: Timestamp,
    /// From when it lets nothing in.
    pub ended_at: Option<Timestamp>,
}

/// A secret that lets deliveries in.
#[derive(Clone, PartialEq, Eq)]
pub struct LiveSecret {
    /// Its id.
    pub id: WebhookSecretId,
    /// Of which endpoint.
    pub endpoint: WebhookEndpointId,
    /// Whose events come in by it.
    pub source: String,
    /// What both sides know.
    pub secret: String,
}

/// Stores an endpoint, which nothing opens yet.
pub async fn insert(tx: &mut Tx, source: &str, actor: &str, now: Timestamp) -> Result<WebhookEndpointId> {
    let tenant = tx.tenant();
    let sql = "insert into webhook_endpoints (tenant, source, actor, created_at) values ($1, $2, $3, $4) returning id";
    let query = query_scalar(sql).bind(tenant.0).bind(source).bind(actor).bind(now.micros());
    Ok(WebhookEndpointId(query.fetch_one(tx.sql()).await?))
}

/// Stores a secret of an endpoint.
pub async fn insert_secret(tx: &mut Tx, endpoint: WebhookEndpointId, secret: &str, actor: &str, now: Timestamp) -> Result<WebhookSecretId> {
    let tenant = tx.tenant();
    let sql = "insert into webhook_secrets (tenant, endpoint, secret, actor, created_at) values ($1, $2, $3, $4, $5) returning id";
    let query = query_scalar(sql).bind(tenant.0).bind(endpoint.0).bind(secret).bind(actor).bind(now.micros());
    Ok(WebhookSecretId(query.fetch_one(tx.sql()).await?))
}

/// From now on a secret lets nothing in.
pub async fn end_secret(tx: &mut Tx, secret: WebhookSecretId, reason: &str, actor: &str, now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into webhook_secret_ends (secret, tenant, reason, actor, at) values ($1, $2, $3, $4, $5)";
    query(sql).bind(secret.0).bind(tenant.0).bind(reason).bind(actor).bind(now.micros()).execute(tx.sql()).await?;
    Ok(())
}

/// Some endpoints of a tenant, oldest first.
pub async fn page(c: &mut impl Connection, page: Page) -> Result<Vec<EndpointRow>> {
    let tenant = c.tenant();
    let sql = "select id, source, created_at from webhook_endpoints where tenant = $1";
    let endpoint = |row: &Row| {
        let created_at = timestamp("webhook_endpoints", "created_at", row.try_get(2)?)?;
        Ok(EndpointRow { id: WebhookEndpointId(row.try_get(0)?), source: row.try_get(1)?, created_at })
    };
    paged(c, sql, "id", tenant, page).await?.iter().map(endpoint).collect()
}

/// The tenant's endpoint with an id.
pub async fn by_id(c: &mut impl Connection, id: WebhookEndpointId) -> Result<Option<EndpointRow>> {
    Ok(page(c, Page::at(id.0)).await?.into_iter().find(|row| row.id == id))
}

/// Every secret of every endpoint, oldest first, those that let nothing in any more included.
pub async fn secrets(c: &mut impl Connection) -> Result<Vec<SecretRow>> {
    let tenant = c.tenant();
    let sql = "select s.id, s.endpoint, s.created_at, e.at from webhook_secrets s left join webhook_secret_ends e on e.secret = s.id \
               where s.tenant = $1 order by s.id";
    let secret = |row: &Row| {
        Ok(SecretRow {
            id: WebhookSecretId(row.try_get(0)?),
            endpoint: WebhookEndpointId(row.try_get(1)?),
            created_at: timestamp("webhook_secrets", "created_at", row.try_get(2)?)?,
            ended_at: optional_timestamp("webhook_secret_ends", "at", row.try_get(3)?)?,
        })
    };
    query(sql).bind(tenant.0).fetch_all(c.sql()).await?.iter().map(secret).collect()
}

/// Whether an endpoint has or had this very secret.
pub async fn knows(c: &mut impl Connection, endpoint: WebhookEndpointId, secret: &str) -> Result<bool> {
    let tenant = c.tenant();
    let sql = "select count(*) from webhook_secrets where tenant = $1 and endpoint = $2 and secret = $3";
    query_scalar(sql).bind(tenant.0).bind(endpoint.0).bind(secret).fetch_one(c.sql()).await
}

/// The secrets that let deliveries in, themselves included.
pub async fn live(c: &mut impl Connection) -> Result<Vec<LiveSecret>> {
    let tenant = c.tenant();
    let sql = "select s.id, s.endpoint, w.source, s.secret from webhook_secrets s join webhook_endpoints w on w.id = s.endpoint \
               left join webhook_secret_ends e on e.secret = s.id where s.tenant = $1 and e.secret is null order by s.id";
    let secret = |row: &Row| {
        let (id, endpoint) = (WebhookSecretId(row.try_get(0)?), WebhookEndpointId(row.try_get(1)?));
        Ok(LiveSecret { id, endpoint, source: row.try_get(2)?, secret: row.try_get(3)? })
    };
    query(sql).bind(tenant.0).fetch_all(c.sql()).await?.iter().map(secret).collect()
}
