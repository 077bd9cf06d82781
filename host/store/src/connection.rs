//! Opening the database, and the ways to it: readers and the one writer of a tenant, and those of the installation.

use std::{path::Path, sync::Arc, time::Duration};

use assay_domain::{id::TenantId, operation::Operation};
use sqlx::{
    SqlSafeStr, Sqlite, SqliteConnection, SqlitePool, Transaction,
    migrate::{Migration, MigrationType, Migrator},
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    error::Result,
    faults::{Faults, Moment, Opening, strike},
    operations,
};

/// The database.
#[derive(Clone)]
pub struct Store {
    read: SqlitePool,
    write: SqlitePool,
    faults: Option<Arc<dyn Faults>>,
}

/// Something statements can be run on.
pub trait Database: Send {
    /// The driver's connection.
    fn sql(&mut self) -> &mut SqliteConnection;
}

/// A way to the data of one tenant and of no other. Every statement about a tenant's data takes the tenant from here, so this is
/// the one place where it is decided whose data is seen.
pub trait Connection: Database {
    /// Whose data.
    fn tenant(&self) -> TenantId;
}

/// A connection that only reads.
pub struct Reader(PoolConnection<Sqlite>, TenantId);

/// The write transaction: dropped, it rolls back.
pub struct Tx(Transaction<'static, Sqlite>, TenantId, Option<Arc<dyn Faults>>);

/// A connection that reads what belongs to the installation and to no tenant: tenants and keys.
pub struct InstallationReader(PoolConnection<Sqlite>);

/// The write transaction for what belongs to the installation.
pub struct InstallationTx(Transaction<'static, Sqlite>, Option<Arc<dyn Faults>>);

macro_rules! databases {
    ($($name:ident),*) => {$(
        impl Database for $name {
            fn sql(&mut self) -> &mut SqliteConnection {
                &mut self.0
            }
        }
    )*};
}
databases!(Reader, Tx, InstallationReader, InstallationTx);

impl Connection for Reader {
    fn tenant(&self) -> TenantId {
        self.1
    }
}

impl Connection for Tx {
    fn tenant(&self) -> TenantId {
        self.1
    }
}

/// Readers beside the one writer.
const READERS: u32 = 6;
/// How long a writer of another process is waited for.
const BUSY: Duration = Duration::from_secs(30);

impl Store {
    /// Opens or creates the database file and brings its schema up to date.
    pub async fn open(path: &Path) -> Result<Self> {
        Self::open_with(path, Opening::default()).await
    }

    /// The same for a database that may be lost, or in which things are to go wrong.
    pub async fn open_with(path: &Path, opening: Opening) -> Result<Self> {
        // Accepted means durable: an answered request survives power loss.
        let synchronous = if opening.is_durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off };
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
        migrator().run(&write).await?;
        let read = SqlitePoolOptions::new().max_connections(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { read, write, faults: opening.faults })
    }

    /// A connection for reading a tenant's data; it sees the last commit.
    pub async fn read(&self, tenant: TenantId) -> Result<Reader> {
        Ok(Reader(self.read.acquire().await?, tenant))
    }

    /// Starts the write transaction for a tenant's data, waiting for the one before it.
    pub async fn begin(&self, tenant: TenantId) -> Result<Tx> {
        Ok(Tx(self.begin_write().await?, tenant, self.faults.clone()))
    }

    /// A connection for reading what belongs to no tenant.
    pub async fn read_installation(&self) -> Result<InstallationReader> {
        Ok(InstallationReader(self.read.acquire().await?))
    }

    /// Starts the write transaction for what belongs to no tenant.
    pub async fn begin_installation(&self) -> Result<InstallationTx> {
        Ok(InstallationTx(self.begin_write().await?, self.faults.clone()))
    }

    async fn begin_write(&self) -> Result<Transaction<'static, Sqlite>> {
        strike(self.faults.as_ref(), Moment::Begin)?;
        Ok(self.write.begin_with("begin immediate").await?)
    }

    /// Folds the write-ahead log into the file and closes every connection.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

impl Tx {
    /// Adds an audit record to those of the commit, where one transaction does what several asked for.
    pub async fn log(&mut self, operation: &Operation) -> Result<()> {
        operations::insert(self, operation).await
    }

    /// The only commit: the change and its audit record, together or not at all.
    pub async fn commit(mut self, operation: Operation) -> Result<()> {
        operations::insert(&mut self, &operation).await?;
        let Self(transaction, _, faults) = self;
        commit(transaction, faults, operation.action).await
    }
}

impl InstallationTx {
    /// Adds an audit record to those of the commit, as [`Tx::log`].
    pub async fn log(&mut self, operation: &Operation) -> Result<()> {
        operations::insert(self, operation).await
    }

    /// The only commit, as [`Tx::commit`].
    pub async fn commit(mut self, operation: Operation) -> Result<()> {
        operations::insert(&mut self, &operation).await?;
        let Self(transaction, faults) = self;
        commit(transaction, faults, operation.action).await
    }
}

async fn commit(transaction: Transaction<'static, Sqlite>, faults: Option<Arc<dyn Faults>>, action: &'static str) -> Result<()> {
    strike(faults.as_ref(), Moment::Commit(action))?;
    transaction.commit().await?;
    strike(faults.as_ref(), Moment::Committed(action))
}

/// Everything that makes the schema, in order.
pub(crate) fn migrator() -> Migrator {
    let migration = |version, name: &'static str, sql: &'static str| {
        Migration::new(version, name.into(), MigrationType::Simple, sqlx::SqlStr::from_static(sql).into_sql_str(), false)
    };
    let migrations = vec![
        migration(1, "foundation", include_str!("../migrations/sqlite/0001_foundation.sql")),
        migration(2, "service", include_str!("../migrations/sqlite/0002_service.sql")),
        migration(3, "sandbox", include_str!("../migrations/sqlite/0003_sandbox.sql")),
        migration(4, "settlement", include_str!("../migrations/sqlite/0004_settlement.sql")),
    ];
    Migrator { migrations: migrations.into(), ..Migrator::DEFAULT }
}
