//! PostgreSQL for the tests: a cluster of their own, started from the installed server programs, gone with the process that started it.

mod cluster;

use std::sync::{
    Mutex, OnceLock,
    atomic::{AtomicU64, Ordering},
};

use assay_domain::time::Timestamp;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

pub use self::cluster::Cluster;

/// Whether this run of the tests is on PostgreSQL.
#[expect(clippy::disallowed_methods, reason = "whoever runs the tests has no other way to say so")]
pub fn is_wanted() -> bool {
    match std::env::var("ASSAY_TESTS_ON").as_deref() {
        Err(_) | Ok("sqlite") => false,
        Ok("postgres") => true,
        Ok(other) => panic!("ASSAY_TESTS_ON is {other:?}: say sqlite or postgres"),
    }
}

/// The cluster that the tests of this process share. It need not survive a loss of power.
fn shared() -> &'static Cluster {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start(false, false))
}

/// A fresh, empty database, with the rights of a superuser.
pub fn database() -> String {
    superuser(&shared().create(&name()))
}

/// A fresh database with the schema, with the rights of an ordinary role that owns it.
pub fn migrated() -> String {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    static CLONING: Mutex<()> = Mutex::new(());
    let template = TEMPLATE.get_or_init(|| {
        let url = shared().create("template");
        let now: Timestamp = "2026-11-01T00:00:00Z".parse().expect("a time");
        let to_migrate = url.clone();
        run(async move { assay_store::migrate(&to_migrate, now).await.expect("a schema") });
        url
    });
    let name = name();
    // Of a template nothing may be connected to, one copy is made at a time.
    let _turn = CLONING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    shared().execute(&format!("create database {name} owner assay template {}", database_of(template)));
    shared().url(&name)
}

/// The same database with the rights of a superuser, who sees every tenant.
pub fn superuser(url: &str) -> String {
    url.replacen("postgres://assay@", "postgres://postgres@", 1)
}

/// Removes a database, whoever is connected to it.
pub fn drop_database(url: &str) {
    shared().execute(&format!("drop database if exists {} with (force)", database_of(url)));
}

fn name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn database_of(url: &str) -> &str {
    url.rsplit('/').next().expect("a name")
}

/// Runs a statement with the rights of a superuser.
fn execute(url: &str, sql: String) {
    let url = url.to_owned();
    run(async move {
        let mut connection = PgConnection::connect(&url).await.expect("a connection");
        sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut connection).await.expect(&sql);
        connection.close().await.expect("closed");
    });
}

/// Runs to its end on a thread of its own, as whoever asks may be within a runtime.
fn run<T: Send>(work: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| {
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        scope.spawn(move || runtime().block_on(work)).join().expect("done")
    })
}
