//! Disputes that later versions of their definition must get right, and how versions did.

use assay_domain::{
    canon::Digest,
    decimal::Quantity,
    id::{DefinitionId, DisputeId},
    time::Timestamp,
};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    operations::timestamp,
    sql::{Row, query, query_as},
};

/// What there should have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixtureRow {
    /// Of which dispute.
    pub dispute: DisputeId,
    /// The decision's name.
    pub decision: String,
    /// The reason's code, where it matters.
    pub reason: Option<String>,
    /// How much of the outcome, where it matters.
    pub quantity: Option<Quantity>,
    /// Who has saved it.
    pub actor: String,
    /// When.
    pub saved_at: Timestamp,
}

/// Saves a dispute as a fixture.
pub async fn insert_fixture(tx: &mut Tx, row: &FixtureRow) -> Result<()> {
    let tenant = tx.tenant();
    let sql =
        "insert into dispute_fixtures (dispute, tenant, decision, reason, quantity, actor, saved_at) values ($1, $2, $3, $4, $5, $6, $7)";
    let statement = query(sql).bind(row.dispute.0).bind(tenant.0).bind(&row.decision).bind(&row.reason);
    let statement = statement.bind(row.quantity.map(Quantity::micros)).bind(&row.actor).bind(row.saved_at.micros());
    statement.execute(tx.sql()).await?;
    Ok(())
}

const COLUMNS: &str = "select x.dispute, x.decision, x.reason, x.quantity, x.actor, x.saved_at from dispute_fixtures x ";

fn row(row: &Row) -> Result<FixtureRow> {
    Ok(FixtureRow {
        dispute: DisputeId(row.try_get(0)?),
        decision: row.try_get(1)?,
        reason: row.try_get(2)?,
        quantity: row.try_get::<Option<i64>>(3)?.map(Quantity::from_micros),
        actor: row.try_get(4)?,
        saved_at: timestamp("dispute_fixtures", "saved_at", row.try_get(5)?)?,
    })
}

/// What was saved of a dispute.
pub async fn fixture(c: &mut impl Connection, dispute: DisputeId) -> Result<Option<FixtureRow>> {
    let tenant = c.tenant();
    let sql = format!("{COLUMNS} where x.dispute = $2 and x.tenant = $1");
    query(sql).bind(tenant.0).bind(dispute.0).fetch_optional(c.sql()).await?.as_ref().map(row).transpose()
}

/// What was saved of the disputes under a definition, oldest dispute first.
pub async fn fixtures_of(c: &mut impl Connection, definition: DefinitionId) -> Result<Vec<FixtureRow>> {
    let tenant = c.tenant();
    let sql = format!("{COLUMNS} join disputes d on d.id = x.dispute where x.tenant = $1 and d.definition = $2 order by x.dispute");
    query(sql).bind(tenant.0).bind(definition.0).fetch_all(c.sql()).await?.iter().map(row).collect()
}

/// How a version did with a fixture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialResult {
    /// It decides as it must.
    Passed,
    /// It does not.
    Failed,
    /// What happened cannot be read any more.
    Unreadable,
}

impl TrialResult {
    const ALL: [(Self, &'static str); 3] = [(Self::Passed, "passed"), (Self::Failed, "failed"), (Self::Unreadable, "unreadable")];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(result, _)| *result == self).map_or("failed", |(_, name)| name)
    }
}

/// How a version did with the fixture of a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialRow {
    /// Of which dispute.
    pub dispute: DisputeId,
    /// How it did.
    pub result: TrialResult,
    /// What it decides, or why that cannot be said.
    pub found: String,
}

/// Writes down how what a hash stands for did; what is there stays, as it always does alike.
pub async fn insert_trial(tx: &mut Tx, hash: Digest, row: &TrialRow, now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into fixture_trials (dispute, hash, tenant, result, found, tried_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    let statement = query(sql).bind(row.dispute.0).bind(hash.as_bytes().to_vec()).bind(tenant.0).bind(row.result.name()).bind(&row.found);
    statement.bind(now.micros()).execute(tx.sql()).await?;
    Ok(())
}

/// How what a hash stands for did with the fixtures under a definition.
pub async fn trials(c: &mut impl Connection, definition: DefinitionId, hash: Digest) -> Result<Vec<TrialRow>> {
    let tenant = c.tenant();
    let sql = "select t.dispute, t.result, t.found from fixture_trials t join disputes d on d.id = t.dispute \
               where t.tenant = $1 and d.definition = $2 and t.hash = $3 order by t.dispute";
    let query = query_as(sql).bind(tenant.0).bind(definition.0).bind(hash.as_bytes().to_vec());
    let rows: Vec<(i64, String, String)> = query.fetch_all(c.sql()).await?;
    let row = |(dispute, name, found): (i64, String, String)| {
        let result = TrialResult::ALL.iter().find(|(_, known)| *known == name).map(|(result, _)| *result);
        let result = result.ok_or_else(|| StoreError::corrupt("fixture_trials", "result", name))?;
        Ok(TrialRow { dispute: DisputeId(dispute), result, found })
    };
    rows.into_iter().map(row).collect()
}
