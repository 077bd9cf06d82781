//! What executing disputed judgements again has found: once for each time that a dispute was opened.

use assay_domain::{dispute::Finding, id::DisputeId, time::Timestamp};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    operations::timestamp,
    sql::{query, query_as},
};

/// A finding as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// The number of the step that opened the dispute.
    pub step: i64,
    /// What was found.
    pub finding: Finding,
    /// How it differs, or why it could not be executed.
    pub detail: Option<String>,
    /// When.
    pub found_at: Timestamp,
}

/// Writes down a finding, unless there is one; false when there is.
pub async fn insert_finding(tx: &mut Tx, row: &FindingRow) -> Result<bool> {
    let tenant = tx.tenant();
    let sql = "insert into dispute_findings (step, tenant, finding, detail, found_at) values ($1, $2, $3, $4, $5) on conflict do nothing";
    let statement = query(sql).bind(row.step).bind(tenant.0).bind(row.finding.name()).bind(&row.detail).bind(row.found_at.micros());
    Ok(statement.execute(tx.sql()).await? == 1)
}

/// What was found about a dispute, in order.
pub async fn findings(c: &mut impl Connection, dispute: DisputeId) -> Result<Vec<FindingRow>> {
    let tenant = c.tenant();
    let sql = "select f.step, f.finding, f.detail, f.found_at from dispute_findings f join dispute_steps s on s.id = f.step \
               where s.dispute = $2 and +s.tenant = $1 order by f.step";
    let rows: Vec<(i64, String, Option<String>, i64)> = query_as(sql).bind(tenant.0).bind(dispute.0).fetch_all(c.sql()).await?;
    let row = |(step, name, detail, at): (i64, String, Option<String>, i64)| {
        let finding = Finding::from_name(&name).ok_or_else(|| StoreError::corrupt("dispute_findings", "finding", name))?;
        Ok(FindingRow { step, finding, detail, found_at: timestamp("dispute_findings", "found_at", at)? })
    };
    rows.into_iter().map(row).collect()
}

/// The steps that opened disputes whose judgements were not executed again yet.
pub async fn unexamined(c: &mut impl Connection) -> Result<Vec<(i64, DisputeId)>> {
    let tenant = c.tenant();
    let sql = "select s.id, s.dispute from dispute_steps s where s.tenant = $1 and s.state in ('open', 'appealed') \
               and not exists (select 1 from dispute_findings f where f.step = s.id) order by s.id";
    let rows: Vec<(i64, i64)> = query_as(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    Ok(rows.into_iter().map(|(step, dispute)| (step, DisputeId(dispute))).collect())
}
