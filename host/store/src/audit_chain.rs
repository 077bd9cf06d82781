//! The chain over the audit log: a link for each operation of a tenant, or of the installation itself, in the order of their numbers.
//!
//! Whoever commits writes operations without links. These come afterwards, in a transaction that keeps out everybody who could still add
//! an operation with a smaller number, so that none ever comes to stand between two that are linked.

use assay_domain::{
    audit::{AuditHead, Content, Link, Recorded, Unreadable},
    canon::Digest,
    id::{OperationId, TenantId},
};

use crate::{
    bulk,
    connection::{Connection as _, Database, InstallationReader, InstallationTx, Reader, Store, Tx},
    error::{Result, StoreError},
    sql::{Builder, Row, query, query_scalar},
};

/// What a commit of links is called.
const ACTION: &str = "audit.chain";

/// A way to one audit log.
pub trait Logged: Database {
    /// Whose it is; `None` for the installation's own.
    fn whose(&self) -> Option<TenantId>;
}

impl Logged for Reader {
    fn whose(&self) -> Option<TenantId> {
        Some(self.tenant())
    }
}

impl Logged for Tx {
    fn whose(&self) -> Option<TenantId> {
        Some(self.tenant())
    }
}

impl Logged for InstallationReader {
    fn whose(&self) -> Option<TenantId> {
        None
    }
}

impl Logged for InstallationTx {
    fn whose(&self) -> Option<TenantId> {
        None
    }
}

/// In the place of a tenant, where 0 stands for the installation.
fn number(whose: Option<TenantId>) -> i64 {
    whose.map_or(0, |tenant| tenant.0)
}

/// The operations of the log whose number is `$1`.
fn is_of(whose: Option<TenantId>) -> &'static str {
    if whose.is_some() { "tenant = $1" } else { "tenant is null and $1 = 0" }
}

/// The operations after the last that has a link, of the log whose number is `$1`; `$2` is before all.
fn is_waiting(whose: Option<TenantId>) -> String {
    let last = "select operation from audit_chain where tenant = $1 order by position desc limit 1";
    format!("operations where {} and id > coalesce(({last}), $2)", is_of(whose))
}

/// Adds links for the next operations of a log, at most so many; gives back how many. An operation that cannot be read gets none, nor
/// does any after it.
pub async fn extend(store: &Store, whose: Option<TenantId>, limit: u32) -> Result<u32> {
    if !is_behind(store, whose).await? {
        return Ok(0);
    }
    match whose {
        Some(tenant) => {
            let mut tx = store.begin(tenant).await?;
            let added = append(&mut tx, limit).await?;
            tx.keep(ACTION).await?;
            Ok(added)
        }
        None => {
            let mut tx = store.begin_installation().await?;
            let added = append(&mut tx, limit).await?;
            tx.keep(ACTION).await?;
            Ok(added)
        }
    }
}

async fn is_behind(store: &Store, whose: Option<TenantId>) -> Result<bool> {
    let sql = format!("select exists (select 1 from {})", is_waiting(whose));
    let query = query_scalar(sql).bind(number(whose)).bind(i64::MIN);
    match whose {
        Some(tenant) => query.fetch_one(store.read(tenant).await?.sql()).await,
        None => query.fetch_one(store.read_installation().await?.sql()).await,
    }
}

async fn append(tx: &mut impl Logged, limit: u32) -> Result<u32> {
    let last = last(tx).await?;
    let Some(first) = last.map_or(Some(i64::MIN), |link| link.operation.0.checked_add(1)) else { return Ok(0) };
    let mut head = last.map_or(Ok(AuditHead::EMPTY), |link| head_of(&link))?;
    let mut links = Vec::new();
    for operation in log(tx, OperationId(first), limit).await? {
        match head.with(&operation) {
            Ok(next) => head = next,
            // Those before it are linked all the same.
            Err(_) if !links.is_empty() => break,
            Err(Unreadable(column)) => return Err(StoreError::corrupt("operations", column, operation.id)),
        }
        links.push((head, operation.id));
    }
    insert(tx, &links).await?;
    Ok(u32::try_from(links.len()).unwrap_or(limit))
}

async fn insert(tx: &mut impl Logged, links: &[(AuditHead, OperationId)]) -> Result<()> {
    let tenant = number(tx.whose());
    for chunk in bulk::chunks(links) {
        let mut sql = Builder::new("insert into audit_chain (tenant, position, operation, hash) ");
        sql.push_values(chunk, |row, (head, operation)| {
            row.push_bind(tenant).push_bind(head.size).push_bind(operation.0).push_bind(head.hash.as_bytes().to_vec());
        });
        sql.build().execute(tx.sql()).await?;
    }
    Ok(())
}

/// The head of a chain; that of an empty one where it has not begun.
pub async fn head(c: &mut impl Logged) -> Result<AuditHead> {
    last(c).await?.map_or(Ok(AuditHead::EMPTY), |link| head_of(&link))
}

fn head_of(link: &Link) -> Result<AuditHead> {
    link.head().ok_or_else(|| StoreError::corrupt("audit_chain", "hash", link.position))
}

async fn last(c: &mut impl Logged) -> Result<Option<Link>> {
    let sql = "select position, operation, hash from audit_chain where tenant = $1 order by position desc limit 1";
    query(sql).bind(number(c.whose())).fetch_optional(c.sql()).await?.as_ref().map(link).transpose()
}

/// Some links of a chain from a place on, in order.
pub async fn links(c: &mut impl Logged, from: i64, limit: u32) -> Result<Vec<Link>> {
    let sql = "select position, operation, hash from audit_chain where tenant = $1 and position >= $2 order by position limit $3";
    query(sql).bind(number(c.whose())).bind(from).bind(limit).fetch_all(c.sql()).await?.iter().map(link).collect()
}

fn link(row: &Row) -> Result<Link> {
    let hash = row.try_get::<Vec<u8>>(2).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    Ok(Link { position: row.try_get(0)?, operation: OperationId(row.try_get(1)?), hash: hash.map(Digest::from_bytes) })
}

/// How many links a chain has, by the place of the last.
pub async fn length(c: &mut impl Logged) -> Result<i64> {
    let sql = "select coalesce(max(position), 0) from audit_chain where tenant = $1";
    query_scalar(sql).bind(number(c.whose())).fetch_one(c.sql()).await
}

/// How many operations of a log wait for a link.
pub async fn waiting(c: &mut impl Logged) -> Result<i64> {
    let sql = format!("select count(*) from {}", is_waiting(c.whose()));
    query_scalar(sql).bind(number(c.whose())).bind(i64::MIN).fetch_one(c.sql()).await
}

/// Some operations of a log from a number on, in order, as they are stored.
pub async fn log(c: &mut impl Logged, from: OperationId, limit: u32) -> Result<Vec<Recorded>> {
    let whose = c.whose();
    let of = is_of(whose);
    let sql = format!("select id, actor, action, subject, before, after, at from operations where {of} and id >= $2 order by id limit $3");
    let rows = query(sql).bind(number(whose)).bind(from.0).bind(limit).fetch_all(c.sql()).await?;
    rows.iter().map(|row| Ok(Recorded { id: OperationId(row.try_get(0)?), content: content(row, whose) })).collect()
}

fn content(row: &Row, tenant: Option<TenantId>) -> Result<Content, Unreadable> {
    let text = |at: usize, column: &'static str| row.try_get::<String>(at).map_err(|_| Unreadable(column));
    let optional = |at: usize, column: &'static str| row.try_get::<Option<String>>(at).map_err(|_| Unreadable(column));
    Ok(Content {
        tenant,
        actor: text(1, "actor")?,
        action: text(2, "action")?,
        subject: text(3, "subject")?,
        before: optional(4, "before")?,
        after: optional(5, "after")?,
        at: row.try_get(6).map_err(|_| Unreadable("at"))?,
    })
}
