//! Receipts, the log that holds their commitments, and what documents name of both.

mod billed;
mod changes;
mod facts;
mod heads;
mod log;
mod veils;

use std::collections::HashMap;

use assay_domain::{
    canon::Digest,
    id::{CustomerId, InteractionId},
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Tx},
    error::{Result, StoreError},
    operations::timestamp,
    rules::digest,
    sql::{Builder, Row, query, query_scalar},
};

pub use self::{
    billed::{CountedRow, PostedLineRow, counted, posted},
    changes::{ChangeRow, changes, is_behind},
    facts::{FactRow, facts},
    heads::{InvoiceHead, before, insert_invoice_heads, of_invoice, sizes_before},
    log::{
        CheckpointRow, LogKeyRow, TileRow, checkpoint_at, checkpoints, draw_installation, insert_checkpoint, insert_key, installation,
        keys, latest_checkpoint, put_tiles, tiles,
    },
    veils::{erase, erased, insert_veils, subjects, veils},
};

/// What a commit of receipts is called.
const ACTION: &str = "receipts.write";

/// A receipt before it is stored.
#[derive(Debug, Clone)]
pub struct NewReceipt {
    /// The number of the change of usage that it is about.
    pub usage: i64,
    /// Whose it is.
    pub customer: CustomerId,
    /// Its number in the customer's chain.
    pub number: i64,
    /// Which leaf of the log it is.
    pub leaf: i64,
    /// What was judged.
    pub interaction: InteractionId,
    /// When its change counts.
    pub dated_at: Timestamp,
    /// The hash of its canonical document.
    pub digest: Digest,
    /// The salt of its leaf.
    pub salt: [u8; 32],
    /// Its JSON form.
    pub receipt: String,
}

/// A receipt as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// The number of the change of usage that it is about.
    pub usage: i64,
    /// Whose it is.
    pub customer: CustomerId,
    /// Its number in the customer's chain.
    pub number: i64,
    /// Which leaf of the log it is.
    pub leaf: i64,
    /// What was judged.
    pub interaction: InteractionId,
    /// The hash of its canonical document.
    pub digest: Digest,
    /// The salt of its leaf.
    pub salt: [u8; 32],
    /// Its JSON form.
    pub receipt: String,
    /// When it was written.
    pub recorded_at: Timestamp,
}

/// Commits receipts and what the log says of itself. They tell of what was settled under operations of its own, so they leave no other.
pub async fn keep(tx: Tx) -> Result<()> {
    tx.keep(ACTION).await
}

/// Stores receipts.
pub async fn insert(tx: &mut Tx, rows: &[NewReceipt], now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let head = "insert into receipts (usage, tenant, customer, number, leaf, interaction, dated_at, digest, salt, receipt, recorded_at) ";
    bulk::insert(tx, head, "", rows, |row, new| {
        row.push_bind(new.usage).push_bind(tenant.0).push_bind(new.customer.0).push_bind(new.number).push_bind(new.leaf);
        row.push_bind(new.interaction.0).push_bind(new.dated_at.micros()).push_bind(new.digest.as_bytes().to_vec());
        row.push_bind(new.salt.to_vec()).push_bind(new.receipt.clone()).push_bind(now.micros());
    })
    .await?;
    Ok(())
}

const COLUMNS: &str =
    "select r.usage, r.customer, r.number, r.leaf, r.interaction, r.digest, r.salt, r.receipt, r.recorded_at from receipts r ";

fn receipt(row: &Row) -> Result<ReceiptRow> {
    Ok(ReceiptRow {
        usage: row.try_get(0)?,
        customer: CustomerId(row.try_get(1)?),
        number: row.try_get(2)?,
        leaf: row.try_get(3)?,
        interaction: InteractionId(row.try_get(4)?),
        digest: digest("receipts", row.try_get(5)?)?,
        salt: bytes("receipts", "salt", row.try_get(6)?)?,
        receipt: row.try_get(7)?,
        recorded_at: timestamp("receipts", "recorded_at", row.try_get(8)?)?,
    })
}

/// Thirty-two stored bytes. What is stored is not said, as it may be a secret.
fn bytes(table: &'static str, column: &'static str, stored: Vec<u8>) -> Result<[u8; 32]> {
    stored.try_into().map_err(|stored: Vec<u8>| StoreError::corrupt(table, column, stored.len()))
}

/// The number of the last change of usage that has a receipt; zero where none has.
pub async fn reached(c: &mut impl Connection) -> Result<i64> {
    let tenant = c.tenant();
    let sql = "select coalesce((select usage from receipts where tenant = $1 order by leaf desc limit 1), 0)";
    query_scalar(sql).bind(tenant.0).fetch_one(c.sql()).await
}

/// The receipt of a change of usage.
pub async fn by_usage(c: &mut impl Connection, usage: i64) -> Result<Option<ReceiptRow>> {
    let sql = format!("{COLUMNS} where r.tenant = $1 and r.usage = $2");
    query(sql).bind(c.tenant().0).bind(usage).fetch_optional(c.sql()).await?.as_ref().map(receipt).transpose()
}

/// Which receipts to list; what is absent does not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReceiptFilter {
    /// Those of this customer.
    pub customer: Option<CustomerId>,
    /// Those about this interaction.
    pub interaction: Option<InteractionId>,
}

/// Some receipts after a change of usage, in the order of their changes.
pub async fn page(c: &mut impl Connection, filter: ReceiptFilter, after: i64, limit: u32) -> Result<Vec<ReceiptRow>> {
    let mut sql = Builder::new(COLUMNS);
    sql.push("where r.tenant = ").push_bind(c.tenant().0).push(" and r.usage > ").push_bind(after);
    if let Some(customer) = filter.customer {
        sql.push(" and r.customer = ").push_bind(customer.0);
    }
    if let Some(interaction) = filter.interaction {
        sql.push(" and r.interaction = ").push_bind(interaction.0);
    }
    sql.push(" order by r.usage limit ").push_bind(limit);
    sql.build().fetch_all(c.sql()).await?.iter().map(receipt).collect()
}

/// The receipts of a customer after a number and up to another, in order.
pub async fn chain(c: &mut impl Connection, customer: CustomerId, after: i64, until: i64) -> Result<Vec<ReceiptRow>> {
    let sql = format!("{COLUMNS} where r.tenant = $1 and r.customer = $2 and r.number > $3 and r.number <= $4 order by r.number");
    let statement = query(sql).bind(c.tenant().0).bind(customer.0).bind(after).bind(until);
    statement.fetch_all(c.sql()).await?.iter().map(receipt).collect()
}

/// The receipts of a customer up to a number that count in a time, half-open, in order.
pub async fn dated(c: &mut impl Connection, customer: CustomerId, until: i64, time: (Timestamp, Timestamp)) -> Result<Vec<ReceiptRow>> {
    let sql = format!(
        "{COLUMNS} where r.tenant = $1 and r.customer = $2 and r.dated_at >= $3 and r.dated_at < $4 and r.number <= $5 order by r.number"
    );
    let statement = query(sql).bind(c.tenant().0).bind(customer.0).bind(time.0.micros()).bind(time.1.micros()).bind(until);
    statement.fetch_all(c.sql()).await?.iter().map(receipt).collect()
}

/// What the leaves of the log from one on commit to, in order: salt and digest of so many receipts at most.
pub async fn leaves(c: &mut impl Connection, from: i64, limit: u32) -> Result<Vec<([u8; 32], Digest)>> {
    let sql = "select salt, digest from receipts where tenant = $1 and leaf >= $2 order by leaf limit $3";
    let rows = query(sql).bind(c.tenant().0).bind(from).bind(limit).fetch_all(c.sql()).await?;
    rows.iter().map(|row| Ok((bytes("receipts", "salt", row.try_get(0)?)?, digest("receipts", row.try_get(1)?)?))).collect()
}

/// The newest receipts of customers: number and digest. Those without any are missing.
pub async fn heads(c: &mut impl Connection, customers: &[CustomerId]) -> Result<HashMap<CustomerId, (i64, Digest)>> {
    let ids: Vec<i64> = customers.iter().map(|customer| customer.0).collect();
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in bulk::lists(c, &ids) {
        // Each is found at the end of its chain.
        let mut sql = Builder::new(
            "select u.id, (select r.number from receipts r where r.tenant = u.tenant and r.customer = u.id order by r.number desc limit 1), \
             (select r.digest from receipts r where r.tenant = u.tenant and r.customer = u.id order by r.number desc limit 1) \
             from customers u where u.tenant = ",
        );
        sql.push_bind(c.tenant().0).push(" and u.id").push_in(chunk);
        for row in sql.build().fetch_all(c.sql()).await? {
            if let (Some(number), Some(stored)) = (row.try_get::<Option<i64>>(1)?, row.try_get::<Option<Vec<u8>>>(2)?) {
                found.insert(CustomerId(row.try_get(0)?), (number, digest("receipts", stored)?));
            }
        }
    }
    Ok(found)
}
