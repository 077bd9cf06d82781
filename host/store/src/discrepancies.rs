//! Discrepancies: evaluations that came out otherwise when they were executed again, and laws that rules broke.

use assay_domain::{
    id::{DiscrepancyId, EngineId, EvaluationId},
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Tx},
    error::Result,
    operations::timestamp,
    page::{Page, paged},
    sql::{Row, query_scalar},
};

/// One discrepancy to record.
#[derive(Debug, Clone)]
pub struct NewDiscrepancy {
    /// What was executed again.
    pub evaluation: EvaluationId,
    /// On which engine.
    pub engine: EngineId,
    /// What did not hold: `replay`, `irrelevant-event` or `decided-verdict`.
    pub check: &'static str,
    /// What was recorded, or answered first.
    pub recorded: String,
    /// What was found.
    pub found: String,
}

/// Records discrepancies, each once for an evaluation, an engine and a check; gives back how many are new.
pub async fn insert(tx: &mut Tx, rows: &[NewDiscrepancy], now: Timestamp) -> Result<u64> {
    let tenant = tx.tenant();
    let head = "insert into discrepancies (tenant, evaluation, engine, kind, recorded, found, found_at) ";
    bulk::insert(tx, head, " on conflict do nothing", rows, |row, new| {
        row.push_bind(tenant.0).push_bind(new.evaluation.0).push_bind(new.engine.0).push_bind(new.check);
        row.push_bind(new.recorded.clone()).push_bind(new.found.clone()).push_bind(now.micros());
    })
    .await
}

/// One discrepancy as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscrepancyRow {
    /// Its id.
    pub id: DiscrepancyId,
    /// What was executed again.
    pub evaluation: EvaluationId,
    /// The sender's key for the interaction that was judged.
    pub subject: String,
    /// The definition's slug.
    pub definition: String,
    /// Which of its versions judged.
    pub version: u32,
    /// The engine that found it.
    pub engine: EngineId,
    /// What did not hold: `replay`, `irrelevant-event` or `decided-verdict`.
    pub check: String,
    /// What was recorded, or answered first.
    pub recorded: String,
    /// What was found.
    pub found: String,
    /// When it was found first.
    pub found_at: Timestamp,
}

/// Some discrepancies of a tenant, oldest first.
pub async fn page(c: &mut impl Connection, page: Page) -> Result<Vec<DiscrepancyRow>> {
    let tenant = c.tenant();
    let sql = "select x.id, x.evaluation, i.subject, d.slug, v.number, x.engine, x.kind, x.recorded, x.found, x.found_at \
               from discrepancies x join evaluations e on e.id = x.evaluation join interactions i on i.id = e.interaction \
               join versions v on v.id = e.version join definitions d on d.id = v.definition where x.tenant = $1";
    paged(c, sql, "x.id", tenant, page).await?.iter().map(discrepancy).collect()
}

/// How many discrepancies a tenant has.
pub async fn count(c: &mut impl Connection) -> Result<i64> {
    let tenant = c.tenant();
    let sql = "select count(*) from discrepancies where tenant = $1";
    query_scalar(sql).bind(tenant.0).fetch_one(c.sql()).await
}

fn discrepancy(row: &Row) -> Result<DiscrepancyRow> {
    Ok(DiscrepancyRow {
        id: DiscrepancyId(row.try_get(0)?),
        evaluation: EvaluationId(row.try_get(1)?),
        subject: row.try_get(2)?,
        definition: row.try_get(3)?,
        version: row.try_get(4)?,
        engine: EngineId(row.try_get(5)?),
        check: row.try_get(6)?,
        recorded: row.try_get(7)?,
        found: row.try_get(8)?,
        found_at: timestamp("discrepancies", "found_at", row.try_get(9)?)?,
    })
}
