//! What was answered under idempotency keys: written in the transaction that it answers for.

use assay_domain::{canon::Digest, time::Timestamp};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::Result,
    rules::digest,
    sql::{query, query_as, query_scalar},
};

/// A remembered answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The hash of the request that it answered.
    pub request: Digest,
    /// What was done, as JSON.
    pub answer: String,
}

/// What was answered under a key.
pub async fn find(c: &mut impl Connection, key: &str) -> Result<Option<Answer>> {
    let tenant = c.tenant();
    let sql = "select request, answer from answers where tenant = $1 and key = $2";
    let row: Option<(Vec<u8>, String)> = query_as(sql).bind(tenant.0).bind(key).fetch_optional(c.sql()).await?;
    row.map(|(request, answer)| Ok(Answer { request: digest("answers", request)?, answer })).transpose()
}

/// Remembers an answer.
pub async fn insert(tx: &mut Tx, key: &str, answer: &Answer, now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into answers (tenant, key, request, answer, created_at) values ($1, $2, $3, $4, $5)";
    let statement = query(sql).bind(tenant.0).bind(key).bind(answer.request.as_bytes().to_vec()).bind(&answer.answer);
    statement.bind(now.micros()).execute(tx.sql()).await?;
    Ok(())
}

/// Forgets the tenant's answers given before a time; gives back how many there were.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let tenant = tx.tenant();
    let sql = "delete from answers where tenant = $1 and created_at < $2";
    query(sql).bind(tenant.0).bind(before.micros()).execute(tx.sql()).await
}

/// Whether any of the tenant's answers were given before a time.
pub async fn any_before(c: &mut impl Connection, before: Timestamp) -> Result<bool> {
    let tenant = c.tenant();
    let sql = "select exists (select 1 from answers where tenant = $1 and created_at < $2)";
    query_scalar(sql).bind(tenant.0).bind(before.micros()).fetch_one(c.sql()).await
}
