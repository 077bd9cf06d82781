//! The log of a tenant: its keys, which are made at its first use, and the tiles of its tree.

use std::collections::HashMap;

use assay_domain::{entropy::Entropy, key::Mode, time::Timestamp};
use assay_receipt::{
    checkpoint::Checkpoint,
    edge::Edge,
    merkle::TreeHead,
    note::Note,
    note_key::{NoteKey, VerifierKey},
    rotation::Rotation,
    signature::SecretKey,
    tile::{Tile, TileId},
};
use assay_store::{
    Connection, StoreError, Tx,
    receipts::{self, CheckpointRow, LogKeyRow},
    tenants,
};

use crate::{
    Assay, Caller,
    error::{AppError, Result},
};

/// Bytes of a hash in a tile.
const HASH_BYTES: usize = 32;

/// The log of a tenant.
pub(super) struct Log {
    pub(super) origin: String,
    keys: Vec<LogKeyRow>,
}

impl Log {
    /// The log; `None` before its first use.
    pub(super) async fn read(c: &mut impl Connection) -> Result<Option<Self>> {
        let (keys, installation) = (receipts::keys(c).await?, receipts::installation(c).await?);
        match installation.filter(|_| !keys.is_empty()) {
            Some(installation) => Ok(Some(Self { origin: origin(c, installation).await?, keys })),
            None => Ok(None),
        }
    }

    /// The log; at its first use with a key that is drawn, and a checkpoint of the empty tree.
    pub(super) async fn open(tx: &mut Tx, entropy: &dyn Entropy, now: Timestamp) -> Result<Self> {
        if let Some(log) = Self::read(tx).await? {
            return Ok(log);
        }
        let drawn = entropy.secret().iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        let installation = receipts::draw_installation(tx, i64::try_from(drawn >> 1).unwrap_or_default()).await?;
        let key = LogKeyRow { number: 1, seed: entropy.secret(), since: 0, rotation: None };
        receipts::insert_key(tx, &key, now).await?;
        let log = Self { origin: origin(tx, installation).await?, keys: vec![key] };
        log.sign(tx, Edge::default().head(), now).await?;
        Ok(log)
    }

    /// Signs how large the tree is by now, and its root.
    pub(super) async fn sign(&self, tx: &mut Tx, tree: TreeHead, now: Timestamp) -> Result<()> {
        let note =
            Checkpoint::new(self.origin.clone(), tree).sign(&self.latest()?).map_err(|error| corrupt("checkpoints", "note", error))?;
        Ok(receipts::insert_checkpoint(tx, signed(tree.size), &note.to_string(), now).await?)
    }

    /// The key that signs now.
    pub(super) fn latest(&self) -> Result<NoteKey> {
        self.note_key(self.keys.last())
    }

    /// The first key: the one to be pinned.
    pub(super) fn first(&self) -> Result<VerifierKey> {
        Ok(self.note_key(self.keys.first())?.verifier().clone())
    }

    /// The keys' hand-overs, the oldest first.
    pub(super) fn rotations(&self) -> Result<Vec<Note>> {
        let notes = self.keys.iter().filter_map(|key| key.rotation.as_ref());
        notes.map(|note| note.parse::<Note>().map_err(|error| corrupt("log_keys", "rotation", error))).collect()
    }

    fn note_key(&self, row: Option<&LogKeyRow>) -> Result<NoteKey> {
        let row = row.ok_or_else(|| corrupt("log_keys", "number", 1))?;
        self.named(row.seed)
    }

    fn named(&self, seed: [u8; 32]) -> Result<NoteKey> {
        NoteKey::new(self.origin.clone(), SecretKey::from_seed(seed)).map_err(|error| corrupt("tenants", "slug", error))
    }

    /// Hands over to a new key, from the size that the log has.
    async fn rotate(&mut self, tx: &mut Tx, seed: [u8; 32], now: Timestamp) -> Result<()> {
        let (old, new) = (self.latest()?, self.named(seed)?);
        let since = latest_checkpoint(tx).await?.size;
        let rotation =
            Rotation { origin: self.origin.clone(), size: unsigned(since), old: old.verifier().clone(), new: new.verifier().clone() };
        let note = rotation.sign(&old).map_err(|error| corrupt("log_keys", "rotation", error))?;
        let number = self.keys.last().map_or(1, |key| key.number + 1);
        let key = LogKeyRow { number, seed, since, rotation: Some(note.to_string()) };
        receipts::insert_key(tx, &key, now).await?;
        self.keys.push(key);
        Ok(())
    }
}

/// `assay/<installation>/<tenant>`; of the test side, the tenant's name says so.
async fn origin(c: &mut impl Connection, installation: i64) -> Result<String> {
    let tenant = c.tenant();
    let side = tenants::by_id(c, tenant).await?.ok_or_else(|| corrupt("log_keys", "tenant", tenant))?;
    let slug = if side.mode == Mode::Test { format!("{}:test", side.slug) } else { side.slug };
    Ok(format!("assay/{installation:016x}/{slug}"))
}

pub(super) fn corrupt(table: &'static str, column: &'static str, value: impl ToString) -> AppError {
    StoreError::Corrupt { table, column, value: value.to_string() }.into()
}

/// How the database holds a size or a place of the log.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A size or a place of the log as it is stored.
pub(super) fn unsigned(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or_default()
}

/// The newest checkpoint of a log that was used.
pub(super) async fn latest_checkpoint(c: &mut impl Connection) -> Result<CheckpointRow> {
    receipts::latest_checkpoint(c).await?.ok_or_else(|| corrupt("checkpoints", "size", "nothing"))
}

/// Tiles, each as wide as it is asked for.
pub(super) async fn tiles(c: &mut impl Connection, ids: &[TileId]) -> Result<Vec<Tile>> {
    let place = |id: &TileId| (i64::from(id.level), signed(id.index));
    let places: Vec<(i64, i64)> = ids.iter().map(place).collect();
    let rows = receipts::tiles(c, &places).await?;
    let rows: HashMap<(i64, i64), Vec<u8>> = rows.into_iter().map(|row| ((row.level, row.position), row.hashes)).collect();
    let tile = |id: &TileId| {
        let hashes = rows.get(&place(id)).and_then(|hashes| hashes.get(..usize::from(id.width) * HASH_BYTES));
        Tile::read(*id, hashes.unwrap_or_default()).map_err(|error| corrupt("log_tiles", "hashes", error))
    };
    ids.iter().map(tile).collect()
}

/// The right edge of the tree of so many leaves, which are all there are.
pub(super) async fn edge(c: &mut impl Connection, size: u64) -> Result<Edge> {
    let tiles = tiles(c, &TileId::partial(size)).await?;
    Edge::resume(size, tiles).map_err(|error| corrupt("log_tiles", "hashes", error))
}

impl Assay {
    /// Has the log's key hand over to a new one; gives back the new one.
    pub async fn rotate_log_key(&self, caller: &Caller) -> Result<VerifierKey> {
        let now = self.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        let mut log = Log::open(&mut tx, self.entropy.as_ref(), now).await?;
        let old = log.latest()?.verifier().to_string();
        log.rotate(&mut tx, self.entropy.secret(), now).await?;
        let new = log.latest()?.verifier().clone();
        let before = serde_json::json!({ "key": old }).to_string();
        let after = serde_json::json!({ "key": new }).to_string();
        tx.commit(caller.operation("log.rotate", &log.origin, Some(before), Some(after), now)).await?;
        Ok(new)
    }
}
