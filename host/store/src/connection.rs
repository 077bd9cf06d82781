//! The ways to the data: readers and writers of one tenant, and those of the installation.

use std::{path::Path, sync::Arc};

use assay_domain::{id::TenantId, operation::Operation, time::Timestamp};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction, pool::PoolConnection};

use crate::{
    error::Result,
    faults::{Faults, Moment, Opening, strike},
    operations, postgres,
    sql::{Sql, query},
    sqlite,
};

/// The database.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    faults: Option<Arc<dyn Faults>>,
}

/// Who reads never waits for who writes to hand back a connection.
#[derive(Clone)]
enum Pools {
    Sqlite { read: SqlitePool, write: SqlitePool },
    Postgres { read: PgPool, write: PgPool },
}

/// Something statements can be run on.
pub trait Database: Send {
    /// The driver's connection.
    fn sql(&mut self) -> Sql<'_>;
}

/// A way to the data of one tenant and of no other. Every statement about a tenant's data takes the tenant from here, so this is
/// the one place where it is decided whose data is seen.
pub trait Connection: Database {
    /// Whose data.
    fn tenant(&self) -> TenantId;
}

enum Link {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

enum Writing {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A connection that only reads.
pub struct Reader(Link, TenantId);

/// The write transaction: dropped, it rolls back.
pub struct Tx(Writing, TenantId, Option<Arc<dyn Faults>>);

/// A connection that reads what belongs to the installation and to no tenant: tenants and keys.
pub struct InstallationReader(Link);

/// The write transaction for what belongs to the installation.
pub struct InstallationTx(Writing, Option<Arc<dyn Faults>>);

macro_rules! databases {
    ($($name:ident is $kind:ident),*) => {$(
        impl Database for $name {
            fn sql(&mut self) -> Sql<'_> {
                match &mut self.0 {
                    $kind::Sqlite(connection) => Sql::Sqlite(connection),
                    $kind::Postgres(connection) => Sql::Postgres(connection),
                }
            }
        }
    )*};
}
databases!(Reader is Link, Tx is Writing, InstallationReader is Link, InstallationTx is Writing);

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

/// Whom a write transaction keeps out while it lasts.
#[derive(Clone, Copy)]
pub(crate) enum Beside {
    /// Every other of the tenant.
    Nobody,
    /// Only those that keep everybody out.
    Others,
}

/// In the place of a tenant where it is about the installation.
const INSTALLATION: TenantId = TenantId(0);

impl Store {
    /// Opens or creates a file of SQLite and brings its schema up to date.
    pub async fn open(path: &Path) -> Result<Self> {
        Self::open_with(path, Opening::default()).await
    }

    /// The same for a database that may be lost, or in which things are to go wrong.
    pub async fn open_with(path: &Path, opening: Opening) -> Result<Self> {
        let (read, write) = sqlite::open(path, opening.is_durable).await?;
        Ok(Self { pools: Pools::Sqlite { read, write }, faults: opening.faults })
    }

    /// Connects to a database of PostgreSQL, `postgres://user:password@host:port/name`, whose schema is this version's.
    pub async fn connect(url: &str, opening: Opening) -> Result<Self> {
        let (read, write) = postgres::connect(url, opening.is_durable).await?;
        Ok(Self { pools: Pools::Postgres { read, write }, faults: opening.faults })
    }

    /// Whether other processes may work on it at the same time.
    pub fn is_shared(&self) -> bool {
        matches!(self.pools, Pools::Postgres { .. })
    }

    /// The connections to a server.
    pub(crate) fn server(&self) -> Option<&PgPool> {
        match &self.pools {
            Pools::Sqlite { .. } => None,
            Pools::Postgres { read, .. } => Some(read),
        }
    }

    /// A connection for reading a tenant's data; it sees the last commit.
    pub async fn read(&self, tenant: TenantId) -> Result<Reader> {
        Ok(Reader(self.link(tenant).await?, tenant))
    }

    /// Starts the write transaction for a tenant's data, waiting for those before it.
    pub async fn begin(&self, tenant: TenantId) -> Result<Tx> {
        Ok(Tx(self.writing(tenant, Beside::Nobody).await?, tenant, self.faults.clone()))
    }

    /// Starts a write transaction that runs beside others of the tenant that say the same, and never beside one of [`begin`](Self::begin).
    /// Who uses it locks the rows that it decides by. On SQLite there is one writer all the same.
    pub async fn begin_beside(&self, tenant: TenantId) -> Result<Tx> {
        Ok(Tx(self.writing(tenant, Beside::Others).await?, tenant, self.faults.clone()))
    }

    /// A connection for reading what belongs to no tenant.
    pub async fn read_installation(&self) -> Result<InstallationReader> {
        Ok(InstallationReader(self.link(INSTALLATION).await?))
    }

    /// Starts the write transaction for what belongs to no tenant.
    pub async fn begin_installation(&self) -> Result<InstallationTx> {
        Ok(InstallationTx(self.writing(INSTALLATION, Beside::Nobody).await?, self.faults.clone()))
    }

    async fn link(&self, tenant: TenantId) -> Result<Link> {
        Ok(match &self.pools {
            Pools::Sqlite { read, .. } => Link::Sqlite(read.acquire().await?),
            Pools::Postgres { read, .. } => {
                let mut connection = read.acquire().await?;
                let tenant = tenant.0.to_string();
                query("select set_config('assay.tenant', $1, false)").bind(tenant).execute(Sql::Postgres(&mut connection)).await?;
                Link::Postgres(connection)
            }
        })
    }

    async fn writing(&self, tenant: TenantId, beside: Beside) -> Result<Writing> {
        strike(self.faults.as_ref(), Moment::Begin)?;
        Ok(match &self.pools {
            Pools::Sqlite { write, .. } => Writing::Sqlite(write.begin_with("begin immediate").await?),
            Pools::Postgres { write, .. } => Writing::Postgres(postgres::begin(write, tenant, beside).await?),
        })
    }

    /// Makes the partitions that are missing, those of the month of `now` and of so many after it; gives back their names. One file has
    /// none.
    pub async fn maintain(&self, now: Timestamp, ahead: u32) -> Result<Vec<String>> {
        match &self.pools {
            Pools::Sqlite { .. } => Ok(Vec::new()),
            Pools::Postgres { write, .. } => postgres::maintain(write, now, ahead).await,
        }
    }

    /// Has a server's planner look at tables that have grown since it last did; a file is planned for as it is.
    pub async fn learn(&self) -> Result<()> {
        match &self.pools {
            Pools::Sqlite { .. } => Ok(()),
            Pools::Postgres { write, .. } => postgres::learn(write).await,
        }
    }

    /// Writes the database into a new file, as it is at this moment; of a server its own programs do that.
    pub async fn backup(&self, to: &Path) -> Result<()> {
        match &self.pools {
            Pools::Sqlite { read, .. } => {
                let to = to.to_string_lossy().into_owned();
                query("vacuum into $1").bind(to).execute(Sql::Sqlite(&mut *read.acquire().await?)).await?;
                Ok(())
            }
            Pools::Postgres { .. } => Err(crate::StoreError::Unsupported(
                "a database on a server is saved with pg_dump, as a superuser or a role that passes by row-level security",
            )),
        }
    }

    /// Lets go of every connection; a file has its write-ahead log folded into it.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres { read, write } => {
                read.close().await;
                write.close().await;
            }
        }
    }
}

impl Tx {
    /// Adds an audit record to those of the commit, where one transaction does what several asked for.
    pub async fn log(&mut self, operation: &Operation) -> Result<()> {
        operations::insert(self, operation).await
    }

    /// Commits what is no change of anything told or decided, but says who works on what, or chains records; it leaves no record.
    pub(crate) async fn keep(self, what: &'static str) -> Result<()> {
        commit(self.0, self.2, what).await
    }

    /// The only commit of a change: the change and its audit record, together or not at all.
    pub async fn commit(mut self, operation: Operation) -> Result<()> {
        operations::insert(&mut self, &operation).await?;
        let Self(writing, _, faults) = self;
        commit(writing, faults, operation.action).await
    }
}

impl InstallationTx {
    /// Commits what brings its own records along, as a copy does, or chains records.
    pub(crate) async fn keep(self, what: &'static str) -> Result<()> {
        commit(self.0, self.1, what).await
    }

    /// Adds an audit record to those of the commit, as [`Tx::log`]. One of a tenant waits for whoever keeps others out of the tenant, as
    /// its number must not be seen after a greater one was chained.
    pub async fn log(&mut self, operation: &Operation) -> Result<()> {
        if let (Writing::Postgres(transaction), Some(tenant)) = (&mut self.0, operation.tenant) {
            postgres::come_beside(transaction, tenant).await?;
        }
        operations::insert(self, operation).await
    }

    /// The only commit, as [`Tx::commit`].
    pub async fn commit(mut self, operation: Operation) -> Result<()> {
        self.log(&operation).await?;
        let Self(writing, faults) = self;
        commit(writing, faults, operation.action).await
    }
}

async fn commit(writing: Writing, faults: Option<Arc<dyn Faults>>, action: &'static str) -> Result<()> {
    strike(faults.as_ref(), Moment::Commit(action))?;
    match writing {
        Writing::Sqlite(transaction) => transaction.commit().await?,
        Writing::Postgres(transaction) => transaction.commit().await?,
    }
    strike(faults.as_ref(), Moment::Committed(action))
}
