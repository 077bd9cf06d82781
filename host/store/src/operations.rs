//! The audit log.

use assay_domain::{id::OperationId, operation::Operation, time::Timestamp};

use crate::{
    connection::{Connection, Database},
    error::{Result, StoreError},
    sql::query,
};

/// Written by the only commit.
pub(crate) async fn insert(tx: &mut impl Database, operation: &Operation) -> Result<()> {
    let sql = "insert into operations (tenant, actor, action, subject, before, after, at) values ($1, $2, $3, $4, $5, $6, $7)";
    let statement = query(sql).bind(operation.tenant.map(|tenant| tenant.0)).bind(&operation.actor).bind(operation.action);
    let statement = statement.bind(&operation.subject).bind(&operation.before).bind(&operation.after).bind(operation.at.micros());
    statement.execute(tx.sql()).await?;
    Ok(())
}

/// One entry as it is shown.
#[derive(Debug, Clone)]
pub struct OperationRow {
    /// Its id.
    pub id: OperationId,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub subject: String,
    /// JSON of what was there before.
    pub before: Option<String>,
    /// JSON of what is there now.
    pub after: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// The latest entries of a tenant before a number, newest first.
pub async fn latest(c: &mut impl Connection, before: i64, limit: u32) -> Result<Vec<OperationRow>> {
    let tenant = c.tenant();
    let sql =
        "select id, actor, action, subject, before, after, at from operations where tenant = $1 and id < $2 order by id desc limit $3";
    let rows = query(sql).bind(tenant.0).bind(before).bind(limit).fetch_all(c.sql()).await?;
    rows.iter()
        .map(|row| {
            Ok(OperationRow {
                id: OperationId(row.try_get(0)?),
                actor: row.try_get(1)?,
                action: row.try_get(2)?,
                subject: row.try_get(3)?,
                before: row.try_get(4)?,
                after: row.try_get(5)?,
                at: timestamp("operations", "at", row.try_get(6)?)?,
            })
        })
        .collect()
}

pub(crate) fn timestamp(table: &'static str, column: &'static str, micros: i64) -> Result<Timestamp> {
    Timestamp::from_micros(micros).ok_or_else(|| StoreError::corrupt(table, column, micros))
}

pub(crate) fn optional_timestamp(table: &'static str, column: &'static str, micros: Option<i64>) -> Result<Option<Timestamp>> {
    micros.map(|micros| timestamp(table, column, micros)).transpose()
}

/// A value that is stored as its text.
pub(crate) fn parsed<T: std::str::FromStr>(table: &'static str, column: &'static str, text: Option<String>) -> Result<Option<T>> {
    text.map(|text| text.parse().map_err(|_| StoreError::corrupt(table, column, text))).transpose()
}
