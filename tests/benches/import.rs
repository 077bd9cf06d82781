//! `cargo xtask bench import [INTERACTIONS…]`: from a CSV file to settled verdicts, beside the floor: copying every row of the
//! finished database into an empty one with the same schema, indexes and pragmas, 10,000 rows a transaction.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    time::Instant,
};

use assay_app::{
    desk::Desk,
    import::{
        Sourced,
        csv::{CsvEvents, Mapping, Template},
    },
};
use assay_domain::definition::Timing;
use assay_store::Store;
use assay_tests::assay::Installation;
use sqlx::{Connection as _, SqliteConnection};

fn main() {
    let wanted: Vec<u64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if wanted.is_empty() { vec![100_000, 1_000_000] } else { wanted };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    println!(
        "| interactions | events | file | record /s | judge /s | import to settled /s | floor rows /s | floor events /s | share of floor |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for interactions in sizes {
        println!("{}", runtime.block_on(measure(interactions)));
    }
}

async fn measure(interactions: u64) -> String {
    let installation = Installation::new("2026-11-01T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "resolved-ticket", &[], Timing::default(), "2026-01-01T00:00:00Z").await;
    let csv = installation.database().with_extension("csv");
    write_csv(&csv, interactions);
    let bytes = std::fs::metadata(&csv).expect("a file").len();

    let started = Instant::now();
    let report = assay.import(caller, read_csv(&csv), |_, _| {}).await.expect("an import");
    let recorded = started.elapsed().as_secs_f64();
    assay.drain(caller, |_| {}).await.expect("judged");
    let settled = started.elapsed().as_secs_f64();
    let outcomes: i64 = assay.outcome_report(caller).await.expect("a report").rows.iter().map(|row| row.count).sum();
    assert_eq!(u64::try_from(outcomes).ok(), Some(interactions), "every interaction is judged");

    let events = report.accepted as f64;
    let (rows, floor) = copy(&installation.database()).await;
    format!(
        "| {interactions} | {} | {} B/event | {:.0} | {:.0} | **{:.0}** | {:.0} | {:.0} | **{:.0} %** |",
        report.accepted,
        bytes / report.read,
        events / recorded,
        events / (settled - recorded),
        events / settled,
        rows as f64 / floor,
        events / floor,
        100.0 * floor / settled
    )
}

const COLUMNS: [&str; 7] = ["subject", "id", "time", "sequence", "customer", "state", "reopen_count"];

/// The desk's log as a file, with what the rule reads and some text to carry.
fn write_csv(path: &Path, interactions: u64) {
    let mut to = BufWriter::new(File::create(path).expect("a file"));
    writeln!(to, "{},reassignment_count,body", COLUMNS.join(",")).expect("written");
    for event in Desk::new(1, interactions).events() {
        let data: serde_json::Value = serde_json::from_str(&event.data).expect("JSON");
        let text =
            |name: &str| data.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).unwrap_or_default();
        let customer = event.customer.as_deref().unwrap_or("?");
        let (state, reopens, reassigned) = (text("incident_state"), text("reopen_count"), text("reassignment_count"));
        let body = event.data.replace('"', "'");
        writeln!(
            to,
            "{},{},{},{},{customer},{state},{reopens},{reassigned},\"{body}\"",
            event.subject, event.id, event.occurred_at, event.sequence
        )
        .expect("written");
    }
    to.flush().expect("written");
}

fn read_csv(path: &Path) -> impl Iterator<Item = Sourced> + Send + 'static {
    let column = |text: &str| Template::column("column", text).expect("a template");
    let mapping = Mapping {
        subject: column("subject"),
        id: column("id"),
        time: column("time"),
        time_format: "rfc3339".into(),
        customer: Some(column("customer")),
        kind: Template::text("type", "incident.updated").expect("a template"),
        sequence: Some(column("sequence")),
        source: "desk".into(),
        actor: None,
        missing: "?".into(),
    };
    let events = CsvEvents::open(File::open(path).expect("the file"), &mapping).expect("the columns");
    events.map(|line| Sourced { line: line.number, position: 0, event: line.result })
}

/// Copies every row into an empty database; gives back how many and the seconds.
async fn copy(finished: &Path) -> (u64, f64) {
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
    let tables: Vec<(String, String)> = sqlx::query_as(
        "select name, sql from main.sqlite_schema where type = 'table' and name not like '\\_%' escape '\\' and name not like 'sqlite%'",
    )
    .fetch_all(&mut to)
    .await
    .expect("tables");
    let (started, mut rows) = (Instant::now(), 0);
    for (table, sql) in &tables {
        // Tables without row ids are read in the order of their first column.
        let key = match (sql.contains("without rowid"), table.as_str()) {
            (false, _) => "rowid",
            (true, "outcomes") => "interaction",
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
