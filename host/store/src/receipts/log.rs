//! The log of a tenant: its keys, the tiles of its tree, and its checkpoints.

use std::collections::BTreeMap;

use assay_domain::time::Timestamp;

use super::bytes;
use crate::{
    bulk,
    connection::{Connection, Database as _, Tx},
    error::Result,
    operations::timestamp,
    sql::{Builder, Row, query, query_scalar},
};

/// A key of the log.
#[derive(Clone, PartialEq, Eq)]
pub struct LogKeyRow {
    /// Its place among the log's keys, from 1.
    pub number: i64,
    /// What it is made from.
    pub seed: [u8; 32],
    /// The size of the log from which it signs.
    pub since: i64,
    /// The note by which the key before hands over to it.
    pub rotation: Option<String>,
}

/// The keys of the log, the oldest first; none before its first use.
pub async fn keys(c: &mut impl Connection) -> Result<Vec<LogKeyRow>> {
    let sql = "select number, seed, since, rotation from log_keys where tenant = $1 order by number";
    let rows = query(sql).bind(c.tenant().0).fetch_all(c.sql()).await?;
    let key = |row: &Row| {
        let seed = bytes("log_keys", "seed", row.try_get(1)?)?;
        Ok(LogKeyRow { number: row.try_get(0)?, seed, since: row.try_get(2)?, rotation: row.try_get(3)? })
    };
    rows.iter().map(key).collect()
}

/// Adds a key.
pub async fn insert_key(tx: &mut Tx, key: &LogKeyRow, now: Timestamp) -> Result<()> {
    let sql = "insert into log_keys (tenant, number, seed, since, rotation, created_at) values ($1, $2, $3, $4, $5, $6)";
    let statement = query(sql).bind(tx.tenant().0).bind(key.number).bind(key.seed.as_slice()).bind(key.since).bind(&key.rotation);
    statement.bind(now.micros()).execute(tx.sql()).await?;
    Ok(())
}

/// The number of the installation, by which its logs are told from those of others; `None` before it is drawn.
pub async fn installation(c: &mut impl Connection) -> Result<Option<i64>> {
    query_scalar("select next from sequences where name = 'installation'").fetch_optional(c.sql()).await
}

/// The same; drawn already, it stays what it is.
pub async fn draw_installation(tx: &mut Tx, drawn: i64) -> Result<i64> {
    let sql = "insert into sequences (name, next) values ('installation', $1) on conflict (name) do update set next = sequences.next \
               returning next";
    query_scalar(sql).bind(drawn).fetch_one(tx.sql()).await
}

/// A tile of the log's tree, as wide as it is by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileRow {
    /// Its level.
    pub level: i64,
    /// Its place in its level.
    pub position: i64,
    /// Hash after hash.
    pub hashes: Vec<u8>,
}

/// Tiles by level and place; those that are not there are missing.
pub async fn tiles(c: &mut impl Connection, places: &[(i64, i64)]) -> Result<Vec<TileRow>> {
    let mut levels: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    places.iter().for_each(|(level, position)| levels.entry(*level).or_default().push(*position));
    let mut found = Vec::with_capacity(places.len());
    for (level, positions) in levels {
        for chunk in bulk::lists(c, &positions) {
            let mut sql = Builder::new("select level, position, hashes from log_tiles where tenant = ");
            sql.push_bind(c.tenant().0).push(" and level = ").push_bind(level).push(" and position").push_in(chunk);
            for row in sql.build().fetch_all(c.sql()).await? {
                found.push(TileRow { level: row.try_get(0)?, position: row.try_get(1)?, hashes: row.try_get(2)? });
            }
        }
    }
    Ok(found)
}

/// Stores tiles that are new or have grown.
pub async fn put_tiles(tx: &mut Tx, rows: &[TileRow]) -> Result<()> {
    let tenant = tx.tenant();
    let head = "insert into log_tiles (tenant, level, position, hashes) ";
    let tail = " on conflict (tenant, level, position) do update set hashes = excluded.hashes";
    bulk::insert(tx, head, tail, rows, |row, tile| {
        row.push_bind(tenant.0).push_bind(tile.level).push_bind(tile.position).push_bind(tile.hashes.clone());
    })
    .await?;
    Ok(())
}

/// A checkpoint as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRow {
    /// How large the log was.
    pub size: i64,
    /// The signed note.
    pub note: String,
    /// When it was signed.
    pub at: Timestamp,
}

fn checkpoint(row: &Row) -> Result<CheckpointRow> {
    Ok(CheckpointRow { size: row.try_get(0)?, note: row.try_get(1)?, at: timestamp("checkpoints", "at", row.try_get(2)?)? })
}

/// Adds a checkpoint.
pub async fn insert_checkpoint(tx: &mut Tx, size: i64, note: &str, now: Timestamp) -> Result<()> {
    let sql = "insert into checkpoints (tenant, size, note, at) values ($1, $2, $3, $4)";
    query(sql).bind(tx.tenant().0).bind(size).bind(note).bind(now.micros()).execute(tx.sql()).await?;
    Ok(())
}

/// The newest checkpoint.
pub async fn latest_checkpoint(c: &mut impl Connection) -> Result<Option<CheckpointRow>> {
    let sql = "select size, note, at from checkpoints where tenant = $1 order by size desc limit 1";
    query(sql).bind(c.tenant().0).fetch_optional(c.sql()).await?.as_ref().map(checkpoint).transpose()
}

/// The checkpoint of a size.
pub async fn checkpoint_at(c: &mut impl Connection, size: i64) -> Result<Option<CheckpointRow>> {
    let sql = "select size, note, at from checkpoints where tenant = $1 and size = $2";
    query(sql).bind(c.tenant().0).bind(size).fetch_optional(c.sql()).await?.as_ref().map(checkpoint).transpose()
}

/// Every checkpoint, the smallest first.
pub async fn checkpoints(c: &mut impl Connection) -> Result<Vec<CheckpointRow>> {
    let sql = "select size, note, at from checkpoints where tenant = $1 order by size";
    query(sql).bind(c.tenant().0).fetch_all(c.sql()).await?.iter().map(checkpoint).collect()
}
