//! Receipts and the log as they are shown.

use std::collections::HashMap;

use assay_domain::{
    canon::Digest,
    id::{CustomerId, ReceiptId},
    time::Timestamp,
};
use assay_receipt::{
    checkpoint::Checkpoint,
    commitment::{self, Salt},
    log_proof::GrowthProof,
    note::Note,
    note_key::VerifierKey,
    path::LogPath,
    receipt::Receipt,
    tile::{BundleId, TileId},
};
use assay_store::{
    Connection, Page, customers,
    receipts::{self, ReceiptFilter},
};

use super::{
    bundle::{Stored, consistency, no_log, stored},
    log::{Log, corrupt, latest_checkpoint, signed, tiles, unsigned},
    unknown_receipt,
    write::distinct,
};
use crate::{
    Assay, Caller,
    customers::unknown_customer,
    error::{AppError, Result},
    interactions::find,
};

/// A receipt, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptView {
    /// Its id.
    pub id: ReceiptId,
    /// The tenant's key for whose it is.
    pub customer: String,
    /// Which leaf of the log it is; the first is 0.
    pub leaf: u64,
    /// When it was written.
    pub recorded_at: Timestamp,
    /// The receipt.
    pub receipt: Receipt,
}

/// Which receipts to list; what is absent does not narrow.
#[derive(Debug, Clone, Default)]
pub struct ReceiptQuery {
    /// Those of this customer, by key or id.
    pub customer: Option<String>,
    /// Those about this interaction, by id or subject.
    pub interaction: Option<String>,
    /// Those that this document was issued with, by number or id: the receipts of its customers up to those that it names, since the
    /// document before.
    pub invoice: Option<String>,
}

/// The log of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogView {
    /// Which log: `assay/<installation>/<tenant>`.
    pub origin: String,
    /// Its first key: the one that agreements state.
    pub key: VerifierKey,
    /// The key that signs now.
    pub latest_key: VerifierKey,
    /// The keys' hand-overs, the oldest first.
    pub rotations: Vec<Note>,
    /// The newest checkpoint.
    pub checkpoint: Note,
    /// How large the log is.
    pub size: u64,
    /// When that was signed.
    pub signed_at: Timestamp,
}

impl Assay {
    /// Some receipts that a query lets through, in the order of the changes of usage that they are about; `page.after` is the number of one.
    pub async fn receipts(&self, caller: &Caller, query: &ReceiptQuery, page: Page) -> Result<Vec<ReceiptView>> {
        self.write_receipts_or_tell(caller.tenant).await;
        let filter = self.receipt_filter(caller, query).await?;
        let found = match &query.invoice {
            Some(name) => self.of_document(caller, name, filter, page).await?,
            None => stored(receipts::page(&mut self.store.read(caller.tenant).await?, filter, page.after, page.limit).await?)?,
        };
        views(&mut self.store.read(caller.tenant).await?, found).await
    }

    async fn receipt_filter(&self, caller: &Caller, query: &ReceiptQuery) -> Result<ReceiptFilter> {
        let mut reader = self.store.read(caller.tenant).await?;
        let customer = match &query.customer {
            Some(name) => Some(customers::by_name(&mut reader, name).await?.ok_or_else(|| unknown_customer(name))?.id),
            None => None,
        };
        let interaction = match &query.interaction {
            Some(name) => Some(find(&mut reader, name).await?.id),
            None => None,
        };
        Ok(ReceiptFilter { customer, interaction })
    }

    /// The receipts that a document was issued with.
    async fn of_document(&self, caller: &Caller, name: &str, filter: ReceiptFilter, page: Page) -> Result<Vec<Stored>> {
        let document = self.invoice(caller, name, None).await?.invoice.id;
        let mut reader = self.store.read(caller.tenant).await?;
        let mut rows = Vec::new();
        for head in receipts::of_invoice(&mut reader, document).await? {
            let before = receipts::before(&mut reader, document, head.customer).await?;
            let after = before.and_then(|before| before.head).map_or(0, |(number, _)| number);
            let last = head.head.map_or(0, |(number, _)| number);
            rows.extend(receipts::chain(&mut reader, head.customer, after, last).await?);
        }
        rows.retain(|row| {
            let is_of = filter.customer.is_none_or(|customer| row.customer == customer);
            is_of && filter.interaction.is_none_or(|interaction| row.interaction == interaction) && row.usage > page.after
        });
        rows.sort_by_key(|row| row.usage);
        rows.truncate(page.limit as usize);
        stored(rows)
    }

    /// One receipt.
    pub async fn receipt(&self, caller: &Caller, id: ReceiptId) -> Result<ReceiptView> {
        self.write_receipts_or_tell(caller.tenant).await;
        let mut reader = self.store.read(caller.tenant).await?;
        let row = receipts::by_usage(&mut reader, id.0).await?.ok_or_else(|| unknown_receipt(id))?;
        let found = views(&mut reader, stored(vec![row])?).await?;
        found.into_iter().next().ok_or_else(|| unknown_receipt(id))
    }

    /// The log as it is by now; it begins when somebody first asks for it.
    pub async fn log(&self, caller: &Caller) -> Result<LogView> {
        self.write_receipts_to_bill(caller.tenant).await?;
        let mut reader = self.store.read(caller.tenant).await?;
        let log = Log::read(&mut reader).await?.ok_or_else(no_log)?;
        let checkpoint = latest_checkpoint(&mut reader).await?;
        Ok(LogView {
            key: log.first()?,
            latest_key: log.latest()?.verifier().clone(),
            rotations: log.rotations()?,
            checkpoint: note(&checkpoint.note)?,
            size: unsigned(checkpoint.size),
            signed_at: checkpoint.at,
            origin: log.origin,
        })
    }

    /// The newest checkpoint with the proof that the log has only grown since a size that it had.
    pub async fn log_growth(&self, caller: &Caller, old: u64) -> Result<GrowthProof> {
        let log = self.log(caller).await?;
        if old > log.size {
            let problem = format!("the log has {} leaves and never had {old}", log.size);
            return Err(AppError::conflict(problem, "name a size that it had: that of a checkpoint"));
        }
        let mut reader = self.store.read(caller.tenant).await?;
        Ok(GrowthProof { old, consistency: consistency(&mut reader, old, log.size).await?, checkpoint: log.checkpoint })
    }

    /// What the log serves under a path of C2SP `tlog-tiles`; a tile that is not there, or not yet as wide, is not found.
    pub async fn log_file(&self, caller: &Caller, path: &str) -> Result<Vec<u8>> {
        let path: LogPath = path.parse().map_err(|_| not_there(path))?;
        if path == LogPath::Checkpoint {
            return Ok(self.log(caller).await?.checkpoint.to_string().into_bytes());
        }
        let mut reader = self.store.read(caller.tenant).await?;
        let size = receipts::latest_checkpoint(&mut reader).await?.map_or(0, |newest| unsigned(newest.size));
        match path {
            LogPath::Tile(id) => tile(&mut reader, id, size).await,
            LogPath::Entries(id) => entries(&mut reader, id, size).await,
            LogPath::Checkpoint => Err(not_there(path)),
        }
    }

    /// Every checkpoint of the log, the smallest first.
    pub async fn checkpoints(&self, caller: &Caller) -> Result<Vec<Checkpoint>> {
        let rows = receipts::checkpoints(&mut self.store.read(caller.tenant).await?).await?;
        rows.iter()
            .map(|row| note(&row.note)?.text().parse::<Checkpoint>().map_err(|error| corrupt("checkpoints", "note", error)))
            .collect()
    }
}

async fn views(c: &mut impl Connection, found: Vec<Stored>) -> Result<Vec<ReceiptView>> {
    let ids: Vec<CustomerId> = distinct(found.iter().map(|(row, _)| row.customer));
    let customers: HashMap<CustomerId, String> = customers::keys(c, &ids).await?;
    let view = |(row, receipt): Stored| ReceiptView {
        id: ReceiptId(row.usage),
        customer: customers.get(&row.customer).cloned().unwrap_or_default(),
        leaf: unsigned(row.leaf),
        recorded_at: row.recorded_at,
        receipt,
    };
    Ok(found.into_iter().map(view).collect())
}

fn note(text: &str) -> Result<Note> {
    text.parse::<Note>().map_err(|error| corrupt("checkpoints", "note", error))
}

fn not_there(path: impl ToString) -> AppError {
    AppError::not_found("file of the log", path.to_string(), "the newest checkpoint says how large the log is")
}

/// A tile as it is by now, or as it was when it was narrower.
async fn tile(c: &mut impl Connection, id: TileId, size: u64) -> Result<Vec<u8>> {
    let shift = u32::from(id.level) * 8;
    let hashes = size.checked_shr(shift).unwrap_or(0);
    let end = id.index.checked_mul(256).and_then(|first| first.checked_add(u64::from(id.width)));
    if end.is_none_or(|end| end > hashes) {
        return Err(not_there(id));
    }
    Ok(tiles(c, &[id]).await?.iter().flat_map(|tile| tile.to_bytes()).collect())
}

/// The entries of a tile of the lowest level: the commitments of receipts.
async fn entries(c: &mut impl Connection, id: BundleId, size: u64) -> Result<Vec<u8>> {
    let numbers = id.entries().filter(|numbers| numbers.end <= size).ok_or_else(|| not_there(id))?;
    let leaves = receipts::leaves(c, signed(numbers.start), u32::from(id.width)).await?;
    let entry = |(salt, digest): &([u8; 32], Digest)| commitment::leaf(&Salt::new(*salt), digest);
    let commitments: Vec<Digest> = leaves.iter().map(entry).collect();
    Ok(BundleId::write(&commitments))
}
