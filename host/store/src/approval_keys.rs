//! What customers approve with: public keys, and which of them approve nothing any more.

use assay_domain::{
    id::{ApprovalKeyId, CustomerId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    operations::timestamp,
    sql::{Row, query, query_scalar},
};

/// A key before it has an id.
#[derive(Debug, Clone)]
pub struct NewApprovalKey<'a> {
    /// Whose.
    pub customer: CustomerId,
    /// For people.
    pub name: &'a str,
    /// In hexadecimal digits.
    pub public_key: &'a str,
    /// The key whose place it takes.
    pub replaces: Option<ApprovalKeyId>,
    /// That key's signature of it.
    pub signature: Option<&'a str>,
    /// Why it takes that place, where nothing is signed.
    pub reason: Option<&'a str>,
    /// Who said so.
    pub actor: &'a str,
}

/// A key as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalKeyRow {
    /// Its id.
    pub id: ApprovalKeyId,
    /// Whose.
    pub customer: CustomerId,
    /// For people.
    pub name: String,
    /// In hexadecimal digits.
    pub public_key: String,
    /// The key whose place it takes.
    pub replaces: Option<ApprovalKeyId>,
    /// Whether that key has signed it.
    pub is_signed: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// Why it approves nothing any more, if it does not.
    pub end: Option<KeyEnd>,
}

/// Why a key approves nothing any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndKind {
    /// Another took its place.
    Replaced,
    /// It was said to.
    Revoked,
}

impl EndKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Replaced => "replaced",
            Self::Revoked => "revoked",
        }
    }
}

/// The end of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEnd {
    /// What ended it.
    pub kind: EndKind,
    /// Why, where somebody said so.
    pub reason: Option<String>,
    /// Since when.
    pub at: Timestamp,
}

/// Stores a key.
pub async fn insert(tx: &mut Tx, new: &NewApprovalKey<'_>, now: Timestamp) -> Result<ApprovalKeyId> {
    let tenant = tx.tenant();
    let sql = "insert into approval_keys (tenant, customer, name, public_key, replaces, signature, reason, actor, created_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id";
    let query = query_scalar(sql).bind(tenant.0).bind(new.customer.0).bind(new.name).bind(new.public_key);
    let query = query.bind(new.replaces.map(|key| key.0)).bind(new.signature).bind(new.reason).bind(new.actor).bind(now.micros());
    Ok(ApprovalKeyId(query.fetch_one(tx.sql()).await?))
}

/// From now on a key approves nothing.
pub async fn end(tx: &mut Tx, key: ApprovalKeyId, end: &KeyEnd, actor: &str) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into approval_key_ends (key, tenant, kind, reason, actor, at) values ($1, $2, $3, $4, $5, $6)";
    let statement = query(sql).bind(key.0).bind(tenant.0).bind(end.kind.name()).bind(&end.reason).bind(actor).bind(end.at.micros());
    statement.execute(tx.sql()).await?;
    Ok(())
}

/// Every key of a customer, oldest first.
pub async fn of(c: &mut impl Connection, customer: CustomerId) -> Result<Vec<ApprovalKeyRow>> {
    let tenant = c.tenant();
    let sql = "select k.id, k.customer, k.name, k.public_key, k.replaces, k.signature, k.created_at, e.kind, e.reason, e.at \
               from approval_keys k left join approval_key_ends e on e.key = k.id where k.tenant = $1 and k.customer = $2 order by k.id";
    query(sql).bind(tenant.0).bind(customer.0).fetch_all(c.sql()).await?.iter().map(key).collect()
}

fn key(row: &Row) -> Result<ApprovalKeyRow> {
    let end = match (row.try_get::<Option<String>>(7)?, row.try_get::<Option<i64>>(9)?) {
        (Some(kind), Some(at)) => {
            Some(KeyEnd { kind: kind_of(kind)?, reason: row.try_get(8)?, at: timestamp("approval_key_ends", "at", at)? })
        }
        _ => None,
    };
    Ok(ApprovalKeyRow {
        id: ApprovalKeyId(row.try_get(0)?),
        customer: CustomerId(row.try_get(1)?),
        name: row.try_get(2)?,
        public_key: row.try_get(3)?,
        replaces: row.try_get::<Option<i64>>(4)?.map(ApprovalKeyId),
        is_signed: row.try_get::<Option<String>>(5)?.is_some(),
        created_at: timestamp("approval_keys", "created_at", row.try_get(6)?)?,
        end,
    })
}

fn kind_of(name: String) -> Result<EndKind> {
    let found = [EndKind::Replaced, EndKind::Revoked].into_iter().find(|kind| kind.name() == name);
    found.ok_or_else(|| StoreError::corrupt("approval_key_ends", "kind", name))
}
