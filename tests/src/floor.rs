//! The floor that throughput is measured against: copying every row of a finished database into an empty one with the same schema,
//! indexes and settings; of a file 10,000 rows a transaction, of a server with `copy`.

#![expect(clippy::disallowed_methods, reason = "a floor is wall time")]

use std::{path::Path, time::Instant};

use assay_store::{Store, copy::TABLES};
use futures_util::TryStreamExt as _;
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::postgres;

/// Copies every row into an empty database; gives back how many and the seconds.
pub async fn copy(finished: &Path) -> (u64, f64) {
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("floor.db");
    Store::open(&file).await.expect("an empty database").close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&file)
        .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
        .pragma("temp_store", "memory")
        .pragma("cache_size", "-65536")
        .pragma("wal_autocheckpoint", "16384");
    let mut to = SqliteConnection::connect_with(&options).await.expect("a connection");
    sqlx::query("attach database $1 as finished").bind(finished.to_string_lossy().into_owned()).execute(&mut to).await.expect("attached");
    let mut tables: Vec<(String, String)> = sqlx::query_as(
        "select name, sql from main.sqlite_schema where type = 'table' and name not like '\\_%' escape '\\' and name not like 'sqlite%'",
    )
    .fetch_all(&mut to)
    .await
    .expect("tables");
    // Those first that others refer to.
    tables.sort_by_key(|(table, _)| TABLES.iter().position(|name| name == table));
    let (started, mut rows) = (Instant::now(), 0);
    for (table, sql) in &tables {
        // Tables without row ids are read in the order of their first column.
        let key = match (sql.contains("without rowid"), table.as_str()) {
            (false, _) => "rowid",
            (true, "outcomes" | "costs") => "interaction",
            (true, _) => "1",
        };
        rows += copy_table(&mut to, table, key).await;
    }
    (rows, started.elapsed().as_secs_f64())
}

async fn copy_table(to: &mut SqliteConnection, table: &str, key: &str) -> u64 {
    let last: Option<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select max({key}) from finished.{table}")))
        .fetch_one(&mut *to)
        .await
        .expect("a maximum");
    let copy = format!("insert into main.{table} select * from finished.{table} where {key} > $1 and {key} <= $2");
    let (mut after, mut rows) = (0, 0);
    while after < last.unwrap_or(0) {
        sqlx::query("begin immediate").execute(&mut *to).await.expect("begun");
        let copied =
            sqlx::query(sqlx::AssertSqlSafe(copy.clone())).bind(after).bind(after + 10_000).execute(&mut *to).await.expect("copied");
        sqlx::query("commit").execute(&mut *to).await.expect("committed");
        rows += copied.rows_affected();
        after += 10_000;
    }
    rows
}

/// The same of a server: every table is read into memory, then written with `copy`, one transaction each. Only the writing counts.
pub async fn copy_server(finished: &str) -> (u64, f64) {
    let empty = postgres::durable();
    let mut from = PgConnection::connect(&postgres::superuser(finished)).await.expect("the finished database");
    let mut to = PgConnection::connect(&postgres::superuser(&empty)).await.expect("the empty database");
    let (mut rows, mut seconds) = (0, 0.0);
    for table in TABLES.into_iter().chain(["identities"]) {
        let read = from.copy_out_raw(&format!("copy (select * from {table}) to stdout (format binary)")).await.expect("read");
        let chunks: Vec<_> = read.try_collect().await.expect("rows");
        let started = Instant::now();
        let mut write = to.copy_in_raw(&format!("copy {table} from stdin (format binary)")).await.expect("written");
        for chunk in chunks {
            write.send(chunk).await.expect("written");
        }
        rows += write.finish().await.expect("copied");
        seconds += started.elapsed().as_secs_f64();
    }
    drop((from, to));
    postgres::drop_database(&empty);
    (rows, seconds)
}
