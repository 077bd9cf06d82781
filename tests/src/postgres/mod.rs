//! PostgreSQL for the tests: a cluster of their own, started from the installed server programs and gone with the process that started it,
//! however that ends. Databases are made by copying one that has the schema already.

mod cluster;
mod programs;

use std::{
    env::VarError,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::runtime::Builder;

pub use self::cluster::Cluster;

/// Whether this run of the tests is on PostgreSQL.
#[expect(clippy::disallowed_methods, reason = "whoever runs the tests has no other way to say so")]
pub fn is_wanted() -> bool {
    match std::env::var("ASSAY_TESTS_ON").as_deref() {
        Err(VarError::NotPresent) | Ok("sqlite") => false,
        Ok("postgres") => true,
        other => panic!("ASSAY_TESTS_ON is {other:?}: the tests run on sqlite, as they do unless told otherwise, or on postgres"),
    }
}

/// The cluster that the tests of this process share. What is in it may be lost with the power.
fn shared() -> &'static Cluster {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start(false, false))
}

/// A fresh, empty database of the shared cluster, with the rights of a superuser.
pub fn database() -> String {
    superuser(&shared().create(&name()))
}

/// A fresh database of the shared cluster with the schema, with the rights of the ordinary role that owns it.
pub fn migrated() -> String {
    shared().migrated(&name())
}

/// A fresh copy of a database of the shared cluster that nobody is connected to.
pub fn copied(url: &str) -> String {
    let (_, from) = url.rsplit_once('/').expect("the address of a database");
    shared().copied(from, &name())
}

/// The same on a server that loses nothing with the power, as a good one is; it waits for the disk.
pub fn durable() -> String {
    static DURABLE: OnceLock<Cluster> = OnceLock::new();
    DURABLE.get_or_init(|| Cluster::start(true, false)).migrated(&name())
}

fn name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// The same database with the rights of a superuser, who sees every tenant.
pub fn superuser(url: &str) -> String {
    url.replacen("postgres://assay", "postgres://postgres", 1)
}

/// Removes a database, whoever is connected to it.
pub fn drop_database(url: &str) {
    let url = superuser(url);
    let (server, name) = url.rsplit_once('/').expect("the address of a database");
    let dropped = execute(&format!("{server}/postgres"), &format!("drop database if exists {name} with (force)"));
    // A test that is failing must not fail a second time: that would end all others with it.
    if !thread::panicking() {
        dropped.unwrap_or_else(|error| panic!("{name} cannot be dropped: {error}"));
    }
}

/// Runs statements that ask for nothing.
fn execute(url: &str, sql: &str) -> Result<(), sqlx::Error> {
    run(async {
        let mut connection = PgConnection::connect(url).await?;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
        connection.close().await
    })
}

/// Runs to its end on a thread of its own, as whoever asks may be within a runtime.
fn run<T: Send>(work: impl Future<Output = T> + Send) -> T {
    let runtime = || Builder::new_current_thread().enable_all().build().expect("a runtime");
    thread::scope(|scope| scope.spawn(move || runtime().block_on(work)).join().expect("it ends"))
}
