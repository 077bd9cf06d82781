//! Merged customers: whose bill goes to whom.

use std::collections::HashMap;

use assay_domain::{id::CustomerId, time::Timestamp};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::Result,
    sql::{query, query_as},
};

/// A customer whose bill another one gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeRow {
    /// Whose bill.
    pub customer: CustomerId,
    /// Who gets it, unless that one is merged too.
    pub payer: CustomerId,
    /// Who said so.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub recorded_at: Timestamp,
}

/// Records that a customer's bill goes to another one.
pub async fn insert(tx: &mut Tx, row: &MergeRow) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into merges (customer, tenant, payer, actor, reason, recorded_at) values ($1, $2, $3, $4, $5, $6)";
    let statement = query(sql).bind(row.customer.0).bind(tenant.0).bind(row.payer.0).bind(&row.actor).bind(&row.reason);
    statement.bind(row.recorded_at.micros()).execute(tx.sql()).await?;
    Ok(())
}

/// Every merged customer with the one who pays in the end.
pub async fn payers(c: &mut impl Connection) -> Result<HashMap<CustomerId, CustomerId>> {
    let tenant = c.tenant();
    let sql = "select customer, payer from merges where tenant = $1";
    let rows: Vec<(i64, i64)> = query_as(sql).bind(tenant.0).fetch_all(c.sql()).await?;
    let next: HashMap<CustomerId, CustomerId> =
        rows.into_iter().map(|(customer, payer)| (CustomerId(customer), CustomerId(payer))).collect();
    Ok(next.keys().map(|customer| (*customer, last(&next, *customer))).collect())
}

/// Follows the merges from a customer on. There are as many steps as merges at most, so that even a circle would have an end.
fn last(next: &HashMap<CustomerId, CustomerId>, customer: CustomerId) -> CustomerId {
    let chain = std::iter::successors(Some(customer), |customer| next.get(customer).copied());
    chain.take(next.len() + 1).last().unwrap_or(customer)
}
