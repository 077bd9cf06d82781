//! Uploaded components, stored by digest, and each tenant's rules.

use assay_domain::{canon::Digest, id::RuleId, manifest::Manifest, time::Timestamp};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    page::{Page, paged},
    sql::{query, query_scalar},
};

/// A rule as stored, without its component.
#[derive(Debug, Clone)]
pub struct RuleRow {
    /// Its id.
    pub id: RuleId,
    /// The component's hash.
    pub digest: Digest,
    /// The manifest's name.
    pub name: String,
    /// The contract version it speaks.
    pub contract: String,
    /// Its declaration.
    pub manifest: Manifest,
}

/// Stores a component and the tenant's rule; gives back the id, new or old.
pub async fn insert(tx: &mut Tx, digest: Digest, contract: &str, manifest: &Manifest, bytes: &[u8], now: Timestamp) -> Result<RuleId> {
    let tenant = tx.tenant();
    let component = "insert into components (digest, bytes) values ($1, $2) on conflict do nothing";
    query(component).bind(digest.as_bytes().as_slice()).bind(bytes).execute(tx.sql()).await?;
    let json = serde_json::to_string(manifest).map_err(|error| StoreError::corrupt("rules", "manifest", error))?;
    let sql =
        "insert into rules (tenant, digest, name, contract, manifest, created_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    let statement = query(sql).bind(tenant.0).bind(digest.as_bytes().as_slice()).bind(&manifest.name).bind(contract);
    statement.bind(json).bind(now.micros()).execute(tx.sql()).await?;
    let id = "select id from rules where tenant = $1 and digest = $2";
    Ok(RuleId(query_scalar(id).bind(tenant.0).bind(digest.as_bytes().as_slice()).fetch_one(tx.sql()).await?))
}

/// Every rule of a tenant, oldest first.
pub async fn all(c: &mut impl Connection) -> Result<Vec<RuleRow>> {
    page(c, Page::ALL).await
}

/// Some rules of a tenant, oldest first.
pub async fn page(c: &mut impl Connection, page: Page) -> Result<Vec<RuleRow>> {
    let tenant = c.tenant();
    let rows = paged(c, "select id, digest, name, contract, manifest from rules where tenant = $1", "id", tenant, page).await?;
    rows.iter()
        .map(|row| {
            let manifest: String = row.try_get(4)?;
            Ok(RuleRow {
                id: RuleId(row.try_get(0)?),
                digest: digest("rules", row.try_get(1)?)?,
                name: row.try_get(2)?,
                contract: row.try_get(3)?,
                manifest: serde_json::from_str(&manifest).map_err(|_| StoreError::corrupt("rules", "manifest", manifest))?,
            })
        })
        .collect()
}

/// The bytes of a component that the tenant has uploaded.
pub async fn component(c: &mut impl Connection, digest: Digest) -> Result<Option<Vec<u8>>> {
    let tenant = c.tenant();
    let sql = "select c.bytes from components c join rules r on r.digest = c.digest where r.tenant = $1 and c.digest = $2";
    query_scalar(sql).bind(tenant.0).bind(digest.as_bytes().as_slice()).fetch_optional(c.sql()).await
}

pub(crate) fn digest(table: &'static str, bytes: Vec<u8>) -> Result<Digest> {
    let bytes: [u8; 32] = bytes.try_into().map_err(|bytes: Vec<u8>| StoreError::corrupt(table, "digest", bytes.len()))?;
    Ok(Digest::from_bytes(bytes))
}
