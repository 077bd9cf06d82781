//! Definitions, their immutable versions, and when each came into force.

use assay_domain::{
    approval::Approvals,
    canon::Digest,
    definition::{Version, VersionContent, VersionState},
    id::{DefinitionId, RuleId, VersionId},
    time::Timestamp,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    approvals,
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    operations::{optional_timestamp, timestamp},
    rules::digest,
    sql::{Row, query, query_as, query_scalar},
};

/// The definition with a slug.
pub async fn by_slug(c: &mut impl Connection, slug: &str) -> Result<Option<DefinitionId>> {
    let tenant = c.tenant();
    let sql = "select id from definitions where tenant = $1 and slug = $2";
    let id: Option<i64> = query_scalar(sql).bind(tenant.0).bind(slug).fetch_optional(c.sql()).await?;
    Ok(id.map(DefinitionId))
}

/// Every definition of a tenant with its slug.
pub async fn all(c: &mut impl Connection) -> Result<Vec<(DefinitionId, String)>> {
    let tenant = c.tenant();
    let sql = "select id, slug from definitions where tenant = $1 order by id";
    let rows: Vec<(i64, String)> = query_as(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    Ok(rows.into_iter().map(|(id, slug)| (DefinitionId(id), slug)).collect())
}

/// Creates a definition.
pub async fn insert(tx: &mut Tx, slug: &str, now: Timestamp) -> Result<DefinitionId> {
    let tenant = tx.tenant();
    let sql = "insert into definitions (tenant, slug, created_at) values ($1, $2, $3) returning id";
    Ok(DefinitionId(query_scalar(sql).bind(tenant.0).bind(slug).bind(now.micros()).fetch_one(tx.sql()).await?))
}

/// Writes down the next version of a definition; gives back its id and number.
pub async fn insert_version(
    tx: &mut Tx,
    definition: DefinitionId,
    rule: RuleId,
    content: &VersionContent,
    now: Timestamp,
) -> Result<(VersionId, u32)> {
    let tenant = tx.tenant();
    let sql = "insert into versions (tenant, definition, number, rule, hash, contract, parameters, reads, timing, created_at) \
               values ($1, $2, (select coalesce(max(number), 0) + 1 from versions where definition = $2), $3, $4, $5, $6, $7, $8, $9) \
               returning id, number";
    let query = query_as(sql).bind(tenant.0).bind(definition.0).bind(rule.0).bind(content.hash().as_bytes().to_vec());
    let query = query.bind(&content.contract).bind(json(&content.parameters)?).bind(json(&content.reads)?).bind(json(&content.timing)?);
    let (id, number): (i64, u32) = query.bind(now.micros()).fetch_one(tx.sql()).await?;
    Ok((VersionId(id), number))
}

/// Puts a version in force from a time.
pub async fn activate(tx: &mut Tx, version: VersionId, from: Timestamp, now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into activations (version, tenant, active_from, created_at) values ($1, $2, $3, $4)";
    query(sql).bind(version.0).bind(tenant.0).bind(from.micros()).bind(now.micros()).execute(tx.sql()).await?;
    Ok(())
}

/// Takes a version out of force for what opens from a time on.
pub async fn retire(tx: &mut Tx, version: VersionId, from: Timestamp, reason: &str, actor: &str, now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into retirements (version, tenant, retired_from, reason, actor, created_at) values ($1, $2, $3, $4, $5, $6)";
    let statement = query(sql).bind(version.0).bind(tenant.0).bind(from.micros()).bind(reason).bind(actor).bind(now.micros());
    statement.execute(tx.sql()).await?;
    Ok(())
}

/// Every version of a tenant, drafts included.
pub async fn versions(c: &mut impl Connection) -> Result<Vec<Version>> {
    let tenant = c.tenant();
    let sql = "select v.id, v.definition, v.number, r.digest, v.contract, v.parameters, v.reads, v.timing, v.hash, a.active_from, \
               t.retired_from from versions v join rules r on r.id = v.rule left join activations a on a.version = v.id \
               left join retirements t on t.version = v.id where v.tenant = $1 order by v.id";
    let rows = query(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    let mut versions = rows.iter().map(version).collect::<Result<Vec<_>>>()?;
    let mut approvals = approvals::by_version(c).await?;
    for version in &mut versions {
        version.approvals = approvals.remove(&version.id).unwrap_or_default();
    }
    Ok(versions)
}

fn version(row: &Row) -> Result<Version> {
    let content = VersionContent {
        component: digest("rules", row.try_get(3)?)?,
        contract: row.try_get(4)?,
        parameters: parse("parameters", row.try_get(5)?)?,
        reads: parse("reads", row.try_get(6)?)?,
        timing: parse("timing", row.try_get(7)?)?,
    };
    let hash: Digest = digest("versions", row.try_get(8)?)?;
    if hash != content.hash() {
        return Err(StoreError::corrupt("versions", "hash", hash));
    }
    let (id, definition) = (VersionId(row.try_get(0)?), DefinitionId(row.try_get(1)?));
    Ok(Version { id, definition, number: row.try_get(2)?, content, state: state(row)?, approvals: Approvals::default() })
}

fn state(row: &Row) -> Result<VersionState> {
    let active_from = optional_timestamp("activations", "active_from", row.try_get(9)?)?;
    Ok(match (row.try_get::<Option<i64>>(10)?, active_from) {
        (Some(from), active_from) => VersionState::Retired { active_from, from: timestamp("retirements", "retired_from", from)? },
        (None, Some(from)) => VersionState::Active { from },
        (None, None) => VersionState::Draft,
    })
}

pub(crate) fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::corrupt("versions", "json", error))
}

pub(crate) fn parse<T: DeserializeOwned>(column: &'static str, text: String) -> Result<T> {
    serde_json::from_str(&text).map_err(|_| StoreError::corrupt("versions", column, text))
}
