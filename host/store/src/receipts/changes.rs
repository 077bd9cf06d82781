//! Changes of usage in the order of their numbers, as receipts are written of them.

use assay_domain::{
    decimal::Quantity,
    id::{CustomerId, DefinitionId, DisputeId, EvaluationId, InteractionId, VersionId},
    outcome::{Meter, Usage},
    time::Timestamp,
};

use crate::{
    connection::Connection,
    error::{Result, StoreError},
    operations::{optional_timestamp, parsed, timestamp},
    sql::{Row, query, query_scalar},
};

/// A change of usage as stored.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    /// Its number.
    pub number: i64,
    /// What changed.
    pub usage: Usage,
    /// Under which definition.
    pub definition: DefinitionId,
    /// By which interaction.
    pub interaction: InteractionId,
    /// In which evaluation.
    pub evaluation: EvaluationId,
    /// By the ruling on which dispute, where no verdict has changed it.
    pub dispute: Option<DisputeId>,
    /// When it was recorded; `None` from before that was written down.
    pub recorded_at: Option<Timestamp>,
}

/// Whether there is a change of usage without a receipt.
pub async fn is_behind(c: &mut impl Connection) -> Result<bool> {
    let sql = "select exists (select 1 from usage where tenant = $1 and id > \
               coalesce((select r.usage from receipts r where r.tenant = $1 order by r.leaf desc limit 1), 0))";
    query_scalar(sql).bind(c.tenant().0).fetch_one(c.sql()).await
}

/// The changes of usage after a number, at most so many, in order.
pub async fn changes(c: &mut impl Connection, after: i64, limit: u32) -> Result<Vec<ChangeRow>> {
    let sql = "select id, customer, meter, version, quantity, dated_at, class, value, credit, definition, interaction, evaluation, dispute, \
               recorded_at from usage where tenant = $1 and id > $2 order by id limit $3";
    let rows = query(sql).bind(c.tenant().0).bind(after).bind(limit).fetch_all(c.sql()).await?;
    rows.iter().map(change).collect()
}

fn change(row: &Row) -> Result<ChangeRow> {
    let meter: String = row.try_get(2)?;
    let usage = Usage {
        meter: Meter::from_name(&meter).ok_or_else(|| StoreError::corrupt("usage", "meter", meter))?,
        customer: CustomerId(row.try_get(1)?),
        version: VersionId(row.try_get(3)?),
        quantity: Quantity::from_micros(row.try_get(4)?),
        dated_at: timestamp("usage", "dated_at", row.try_get(5)?)?,
        class: row.try_get(6)?,
        value: parsed("usage", "value", row.try_get(7)?)?,
        credit: parsed("usage", "credit", row.try_get(8)?)?,
    };
    Ok(ChangeRow {
        number: row.try_get(0)?,
        usage,
        definition: DefinitionId(row.try_get(9)?),
        interaction: InteractionId(row.try_get(10)?),
        evaluation: EvaluationId(row.try_get(11)?),
        dispute: row.try_get::<Option<i64>>(12)?.map(DisputeId),
        recorded_at: optional_timestamp("usage", "recorded_at", row.try_get(13)?)?,
    })
}
