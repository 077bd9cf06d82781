//! The sequencer: walks the changes of usage of a tenant in the order of their numbers, and writes a receipt of each.
//!
//! Who settles writes none, so that workers settle beside each other. The sequencer keeps everybody else of the tenant out for the time of a
//! batch, so no smaller number can appear behind it, and two of them come one after the other.

use std::{collections::HashMap, time::Duration as Wait};

use assay_domain::id::{CustomerId, InvoiceId, TenantId};
use assay_receipt::{
    chain::ChainHead,
    commitment::{self, Salt},
    edge::Edge,
    merkle::leaf_hash,
    tile::Tile,
};
use assay_store::{
    Connection, Tx,
    billing::NewInvoice,
    receipts::{self, ChangeRow, NewReceipt, TileRow},
};
use tokio::sync::watch;

use super::{
    log::{Log, corrupt, edge, latest_checkpoint, signed, unsigned},
    write::{Sources, distinct},
};
use crate::{Assay, error::Result};

/// How long after everything has a receipt it is looked again. Who writes receipts keeps out for a moment whoever else writes for the tenant.
const RECEIPT_PULSE: Wait = Wait::from_secs(5);
/// Receipts that are written in one transaction.
const BATCH: u32 = 1_000;

impl Assay {
    /// Writes a receipt of every change of usage that is settled by now.
    pub(crate) async fn write_receipts(&self, tenant: TenantId) -> Result<()> {
        while self.write_batch(tenant).await? {}
        Ok(())
    }

    /// The same, and has the log begin if it has not: what is issued from then on names a checkpoint.
    pub(crate) async fn write_receipts_to_bill(&self, tenant: TenantId) -> Result<()> {
        self.write_receipts(tenant).await?;
        if receipts::latest_checkpoint(&mut self.store.read(tenant).await?).await?.is_none() {
            let mut tx = self.store.begin(tenant).await?;
            Log::open(&mut tx, self.entropy.as_ref(), self.now()).await?;
            receipts::keep(tx).await?;
        }
        Ok(())
    }

    /// The same on the way to something else, which goes on if that fails: what is left is written later.
    pub(crate) async fn write_receipts_or_tell(&self, tenant: TenantId) {
        if let Err(error) = self.write_receipts(tenant).await {
            self.failed("writing receipts", &error);
        }
    }

    /// Writes the next receipts with a checkpoint for all of them; gives back whether there may be more.
    async fn write_batch(&self, tenant: TenantId) -> Result<bool> {
        if !receipts::is_behind(&mut self.store.read(tenant).await?).await? {
            return Ok(false);
        }
        let now = self.now();
        let mut tx = self.store.begin(tenant).await?;
        let log = Log::open(&mut tx, self.entropy.as_ref(), now).await?;
        let reached = receipts::reached(&mut tx).await?;
        let changes = receipts::changes(&mut tx, reached, BATCH).await?;
        // Another process may have been faster.
        if !changes.is_empty() {
            let size = latest_checkpoint(&mut tx).await?.size;
            let mut edge = edge(&mut tx, unsigned(size)).await?;
            let rows = self.receipts_of(&mut tx, &log.origin, &changes, size).await?;
            let tiles = append(&mut edge, &rows);
            receipts::insert(&mut tx, &rows, now).await?;
            receipts::put_tiles(&mut tx, &tiles).await?;
            log.sign(&mut tx, edge.head(), now).await?;
        }
        receipts::keep(tx).await?;
        Ok(u32::try_from(changes.len()).is_ok_and(|written| written == BATCH))
    }

    /// The receipts of changes, each going on from its customer's newest, as the leaves of the log from one on.
    async fn receipts_of(&self, tx: &mut Tx, origin: &str, changes: &[ChangeRow], first: i64) -> Result<Vec<NewReceipt>> {
        let sources = Sources::read(tx, self.entropy.as_ref(), changes).await?;
        let mut heads = heads(tx, &distinct(changes.iter().map(|change| change.usage.customer))).await?;
        let mut rows = Vec::with_capacity(changes.len());
        for (leaf, change) in (first..).zip(changes) {
            let customer = change.usage.customer;
            let receipt = sources.receipt(origin, change, heads.get(&customer).copied())?;
            let (number, digest) = (receipt.number, receipt.digest());
            heads.insert(customer, ChainHead { number, digest });
            rows.push(NewReceipt {
                usage: change.number,
                customer,
                number,
                leaf,
                interaction: change.interaction,
                dated_at: change.usage.dated_at,
                digest,
                salt: self.entropy.secret(),
                receipt: serde_json::to_string(&receipt).map_err(|error| corrupt("receipts", "receipt", error))?,
            });
        }
        Ok(rows)
    }

    /// Writes receipts for every tenant.
    pub(crate) async fn receipt_all(&self) {
        match self.every_side().await {
            Ok(sides) => {
                for tenant in sides {
                    self.write_receipts_or_tell(tenant).await;
                }
            }
            Err(error) => self.failed("writing receipts", &error),
        }
    }

    /// Writes receipts for every tenant again and again until it is told to stop.
    pub(crate) async fn receipt_on(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            self.receipt_all().await;
            tokio::select! {
                () = tokio::time::sleep(RECEIPT_PULSE) => {}
                // Whoever would tell it to stop has gone.
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }
}

/// Has a document name the newest receipt of each customer whose usage it bills, and the checkpoint that it is issued under.
pub(crate) async fn name_heads(tx: &mut Tx, invoice: InvoiceId, document: &NewInvoice) -> Result<()> {
    let customers = distinct(document.lines.iter().map(|line| line.customer));
    let size = latest_checkpoint(tx).await?.size;
    Ok(receipts::insert_invoice_heads(tx, invoice, &customers, size).await?)
}

/// The newest receipts of customers.
pub(super) async fn heads(c: &mut impl Connection, customers: &[CustomerId]) -> Result<HashMap<CustomerId, ChainHead>> {
    let heads = receipts::heads(c, customers).await?;
    Ok(heads.into_iter().map(|(customer, (number, digest))| (customer, ChainHead { number, digest })).collect())
}

/// Appends the leaves of receipts to the tree; gives back the tiles that are new or have grown.
fn append(edge: &mut Edge, rows: &[NewReceipt]) -> Vec<TileRow> {
    let leaf = |row: &NewReceipt| leaf_hash(commitment::leaf(&Salt::new(row.salt), &row.digest).as_bytes());
    let tile = |tile: Tile| {
        let id = tile.id();
        TileRow { level: i64::from(id.level), position: signed(id.index), hashes: tile.to_bytes() }
    };
    edge.append(rows.iter().map(leaf)).into_iter().map(tile).collect()
}
