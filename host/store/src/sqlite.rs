//! SQLite: one file, many readers, one writer.

use std::{path::Path, time::Duration};

use sqlx::{
    SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{error::Result, migrations::migrator};

/// Readers beside the one writer.
const READERS: u32 = 6;
/// How long a writer of another process is waited for.
const BUSY: Duration = Duration::from_secs(30);

/// Opens or creates the file and brings its schema up to date; gives back the readers and the writer.
pub(crate) async fn open(path: &Path, is_durable: bool) -> Result<(SqlitePool, SqlitePool)> {
    // Accepted means durable: an answered request survives power loss.
    let synchronous = if is_durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off };
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .statement_cache_capacity(512)
        // Without it a replacing insert would pass by the triggers that forbid deletion.
        .pragma("recursive_triggers", "on")
        .pragma("temp_store", "memory")
        .pragma("cache_size", "-65536")
        .pragma("mmap_size", "2147418112")
        .pragma("wal_autocheckpoint", "16384");
    let write = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
    migrations().run(&write).await?;
    let read = SqlitePoolOptions::new().max_connections(READERS).connect_with(options.read_only(true)).await?;
    Ok((read, write))
}

/// Everything that makes the schema, in order.
pub(crate) fn migrations() -> Migrator {
    migrator(&[
        include_str!("../migrations/sqlite/0001_foundation.sql"),
        include_str!("../migrations/sqlite/0002_service.sql"),
        include_str!("../migrations/sqlite/0003_sandbox.sql"),
        include_str!("../migrations/sqlite/0004_settlement.sql"),
        include_str!("../migrations/sqlite/0005_scale.sql"),
        include_str!("../migrations/sqlite/0006_audit_chain.sql"),
        include_str!("../migrations/sqlite/0007_lifecycle.sql"),
        include_str!("../migrations/sqlite/0008_receipts.sql"),
        include_str!("../migrations/sqlite/0009_disputes.sql"),
        include_str!("../migrations/sqlite/0010_backtests.sql"),
        include_str!("../migrations/sqlite/0011_attestations.sql"),
        include_str!("../migrations/sqlite/0012_customer_keys.sql"),
        include_str!("../migrations/sqlite/0013_retention.sql"),
        include_str!("../migrations/sqlite/0014_costs.sql"),
    ])
}
