//! Circuit breakers: how many faults in a row each version has ended in, and which are suspended for them.

use assay_domain::{
    id::{DefinitionId, InteractionId, VersionId},
    time::Timestamp,
};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::Result,
    operations::optional_timestamp,
    sql::{Row, query, query_as, query_scalar},
};

/// The breaker of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakerRow {
    /// Which version.
    pub version: VersionId,
    /// Rises each time a person lets the version try again.
    pub round: i64,
    /// Faults in a row.
    pub faults: u32,
    /// Since when it is suspended.
    pub suspended_at: Option<Timestamp>,
    /// The fault that suspended it.
    pub fault: Option<String>,
}

fn breaker(row: &Row) -> Result<BreakerRow> {
    Ok(BreakerRow {
        version: VersionId(row.try_get(0)?),
        round: row.try_get(1)?,
        faults: row.try_get(2)?,
        suspended_at: optional_timestamp("breakers", "suspended_at", row.try_get(3)?)?,
        fault: row.try_get(4)?,
    })
}

/// The breakers of a tenant's versions; a version that never faulted has none.
pub async fn all(c: &mut impl Connection) -> Result<Vec<BreakerRow>> {
    let tenant = c.tenant();
    let sql = "select version, round, faults, suspended_at, fault from breakers where tenant = $1 order by version";
    query(sql).bind(tenant.0).fetch_all(c.sql()).await?.iter().map(breaker).collect()
}

/// Writes a breaker down, unless another process has suspended it or it was let try again meanwhile; gives back whether it did.
pub async fn put(tx: &mut Tx, row: &BreakerRow) -> Result<bool> {
    let tenant = tx.tenant();
    let sql = "insert into breakers (version, tenant, round, faults, suspended_at, fault) values ($1, $2, $3, $4, $5, $6) \
               on conflict (/*tenant, */version) do update set round = excluded.round, faults = excluded.faults, \
               suspended_at = excluded.suspended_at, fault = excluded.fault \
               where excluded.round > breakers.round or (excluded.round = breakers.round and breakers.suspended_at is null)";
    let statement = query(sql).bind(row.version.0).bind(tenant.0).bind(row.round).bind(row.faults);
    Ok(statement.bind(row.suspended_at.map(Timestamp::micros)).bind(&row.fault).execute(tx.sql()).await? > 0)
}

/// How many versions of each definition are suspended; of those that ever faulted.
pub async fn suspended(c: &mut impl Connection) -> Result<Vec<(DefinitionId, i64)>> {
    let tenant = c.tenant();
    let sql =
        "select v.definition, count(b.suspended_at) from breakers b join versions v on v.id = b.version where b.tenant = $1 group by 1";
    let rows: Vec<(i64, i64)> = query_as(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    Ok(rows.into_iter().map(|(definition, count)| (DefinitionId(definition), count)).collect())
}

/// Lets suspended versions try again: those behind the faults of one interaction, or all; gives back which.
pub async fn resume(tx: &mut Tx, interaction: Option<InteractionId>) -> Result<Vec<VersionId>> {
    let tenant = tx.tenant();
    let sql = "update breakers set round = round + 1, faults = 0, suspended_at = null, fault = null \
               where tenant = $1 and suspended_at is not null and ($2 is null or version in \
               (select version from outcomes where interaction = $2 and fault is not null)) returning version";
    let mut ids: Vec<i64> = query_scalar(sql).bind(tenant.0).bind(interaction.map(|id| id.0)).fetch_all(tx.sql()).await?;
    ids.sort_unstable();
    Ok(ids.into_iter().map(VersionId).collect())
}
