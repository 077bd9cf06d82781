//! The engines that rules ran on, each written down once it was found to judge as the others did.

use assay_domain::{canon::Digest, id::EngineId, time::Timestamp};

use crate::{
    connection::{Database, InstallationTx},
    error::Result,
    sql::{query, query_scalar},
};

/// The number of an engine, if it was written down.
pub async fn find(c: &mut impl Database, fingerprint: Digest) -> Result<Option<EngineId>> {
    let sql = "select id from engines where fingerprint = $1";
    let id: Option<i64> = query_scalar(sql).bind(fingerprint.as_bytes().as_slice()).fetch_optional(c.sql()).await?;
    Ok(id.map(EngineId))
}

/// Writes an engine down; gives back its number, new or old.
pub async fn insert(tx: &mut InstallationTx, fingerprint: Digest, description: &str, now: Timestamp) -> Result<EngineId> {
    let sql = "insert into engines (fingerprint, description, created_at) values ($1, $2, $3) on conflict do nothing";
    let statement = query(sql).bind(fingerprint.as_bytes().as_slice()).bind(description).bind(now.micros());
    statement.execute(tx.sql()).await?;
    let sql = "select id from engines where fingerprint = $1";
    Ok(EngineId(query_scalar(sql).bind(fingerprint.as_bytes().as_slice()).fetch_one(tx.sql()).await?))
}
