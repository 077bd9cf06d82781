//! Opening the database, and the two ways to it: readers, and the one writer.

use std::{path::Path, time::Duration};

use assay_domain::operation::Operation;
use sqlx::{
    SqlSafeStr, Sqlite, SqliteConnection, SqlitePool, Transaction,
    migrate::{Migration, MigrationType, Migrator},
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{error::Result, operations};

/// The database.
#[derive(Clone)]
pub struct Store {
    read: SqlitePool,
    write: SqlitePool,
}

/// Something statements can be run on.
pub trait Connection: Send {
    /// The driver's connection.
    fn sql(&mut self) -> &mut SqliteConnection;
}

/// A connection that only reads.
pub struct Reader(PoolConnection<Sqlite>);

/// The write transaction: dropped, it rolls back.
pub struct Tx(Transaction<'static, Sqlite>);

impl Connection for Reader {
    fn sql(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}

impl Connection for Tx {
    fn sql(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}

/// Readers beside the one writer.
const READERS: u32 = 4;
/// How long a writer of another process is waited for.
const BUSY: Duration = Duration::from_secs(30);

impl Store {
    /// Opens or creates the database file and brings its schema up to date.
    pub async fn open(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Accepted means durable: an answered request survives power loss.
            .synchronous(SqliteSynchronous::Full)
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
        migrator().run(&write).await?;
        let read = SqlitePoolOptions::new().max_connections(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { read, write })
    }

    /// A connection for reading; it sees the last commit.
    pub async fn read(&self) -> Result<Reader> {
        Ok(Reader(self.read.acquire().await?))
    }

    /// Starts the write transaction, waiting for the one before it.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(Tx(self.write.begin_with("begin immediate").await?))
    }

    /// Folds the write-ahead log into the file and closes every connection.
    pub async fn close(self) {
        self.read.close().await;
        self.write.close().await;
    }
}

impl Tx {
    /// The only commit: the change and its audit record, together or not at all.
    pub async fn commit(mut self, operation: Operation) -> Result<()> {
        operations::insert(&mut self, &operation).await?;
        Ok(self.0.commit().await?)
    }
}

fn migrator() -> Migrator {
    let foundation = sqlx::SqlStr::from_static(include_str!("../migrations/sqlite/0001_foundation.sql"));
    let migrations = vec![Migration::new(1, "foundation".into(), MigrationType::Simple, foundation.into_sql_str(), false)];
    Migrator { migrations: migrations.into(), ..Migrator::DEFAULT }
}
