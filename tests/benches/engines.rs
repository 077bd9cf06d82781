//! `cargo xtask bench engines [INTERACTIONS…]`: recording, judging and billing on both engines in one run, each beside its own floor: the
//! copy of every row of the finished database into an empty one. Then what each table takes on a server, which is what
//! `host/store/SCALE.md` counts with.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use std::time::Instant;

use assay_app::import::Sourced;
use assay_domain::{
    definition::Timing,
    event::{Actor, NewEvent},
    period::BillingPeriod,
    time::Timestamp,
};
use assay_rating::card::RateCard;
use assay_tests::{
    assay::{Installation, at},
    floor,
};

const CUSTOMERS: u64 = 100;
/// Of each interaction: opened, five notes, resolved.
const EVENTS: u64 = 7;

fn main() {
    let named: Vec<u64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let wanted = if named.is_empty() { vec![30_000] } else { named };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    println!(
        "| engine | events | record /s | judge /s | both /s | bill, interactions /s | floor rows /s | floor events /s | share of floor | log bytes an event |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let mut sizes = Vec::new();
    for interactions in wanted {
        println!("| SQLite {}", runtime.block_on(async { measure(&Installation::on_file(NOW).await, interactions).await }));
        let server = runtime.block_on(Installation::on_server(NOW));
        println!("| PostgreSQL {}", runtime.block_on(measure(&server, interactions)));
        sizes.push((interactions, runtime.block_on(table_sizes(&server))));
    }
    println!("\n| interactions | table | rows an event | bytes a row, indexes included | bytes an event |\n|---|---|---|---|---|");
    for (interactions, tables) in sizes {
        let events = (interactions * EVENTS) as f64;
        for (table, rows, bytes) in tables {
            println!("| {interactions} | {table} | {:.2} | {:.0} | {:.0} |", rows / events, bytes / rows, bytes / events);
        }
    }
}

/// Bytes that a server has written to its log so far.
async fn logged(installation: &Installation) -> i64 {
    match installation.url() {
        Some(_) => installation.raw().await.number("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint").await,
        None => 0,
    }
}

/// Rows and bytes of every table that is not empty; those of months are added up.
async fn table_sizes(installation: &Installation) -> Vec<(String, f64, f64)> {
    let mut raw = installation.raw().await;
    raw.run("vacuum analyze").await;
    let sql = "select coalesce(p.relname, c.relname) || ' ' || sum(greatest(c.reltuples, 0))::bigint || ' ' || \
               sum(pg_total_relation_size(c.oid))::bigint from pg_class c left join pg_inherits i on i.inhrelid = c.oid \
               left join pg_class p on p.oid = i.inhparent where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace \
               group by coalesce(p.relname, c.relname) having sum(c.reltuples) > 1000 order by sum(pg_total_relation_size(c.oid)) desc";
    let lines = raw.texts(sql).await;
    let split = |line: String| {
        let mut words = line.split(' ').map(str::to_owned);
        let mut next = || words.next().unwrap_or_default();
        let (table, rows, bytes) = (next(), next(), next());
        (table, rows.parse().expect("a count"), bytes.parse().expect("bytes"))
    };
    lines.into_iter().map(split).collect()
}

const NOW: &str = "2026-11-01T00:00:00Z";

async fn measure(installation: &Installation, interactions: u64) -> String {
    let Installation { assay, caller, .. } = installation;
    installation.define(caller, "resolved-ticket", &[], Timing::default(), "2026-01-01T00:00:00Z").await;

    let before = logged(installation).await;
    let started = Instant::now();
    let report = assay.import(caller, events(interactions), |_, _| {}).await.expect("an import");
    let recorded = started.elapsed().as_secs_f64();
    assay.drain(caller, |_| {}).await.expect("judged");
    let settled = started.elapsed().as_secs_f64();
    let log = (logged(installation).await - before) as f64;
    let (rows, floor) = match installation.url() {
        Some(url) => floor::copy_server(url).await,
        None => floor::copy(&installation.database()).await,
    };

    installation.agree(caller, "resolved-ticket", &card(), "2026-01-01T00:00:00Z", None).await;
    assay.drain(caller, |_| {}).await.expect("judged again");
    let started = Instant::now();
    let bill = assay.bill(caller, BillingPeriod::containing(at("2026-03-01T00:00:00Z")), |_| {}).await.expect("a bill");
    let billed = started.elapsed().as_secs_f64();
    assert_eq!(bill.invoices, CUSTOMERS, "every customer has an invoice");

    let events = report.accepted as f64;
    format!(
        "| {} | {:.0} | {:.0} | **{:.0}** | {:.0} | {:.0} | {:.0} | **{:.0} %** | {:.0} |",
        report.accepted,
        events / recorded,
        events / (settled - recorded),
        events / settled,
        interactions as f64 / billed,
        rows as f64 / floor,
        events / floor,
        100.0 * floor / settled,
        log / events,
    )
}

/// Of about 950 bytes each, as a service desk tells them.
fn events(interactions: u64) -> impl Iterator<Item = Sourced> + Send + 'static {
    let month = at("2026-03-01T00:00:00Z").micros();
    let text = "The caller writes that the printer on the third floor prints nothing but the upper half of every page. ".repeat(8);
    let data = serde_json::json!({ "state": "New", "priority": 3, "text": text, "group": "Second line" }).to_string();
    (0..EVENTS * interactions).map(move |line| {
        let (interaction, turn) = (line / EVENTS, line % EVENTS);
        let opened = month + i64::try_from(interaction % (27 * 86_400)).expect("seconds") * 1_000_000;
        let time = opened + i64::try_from(turn).expect("a turn") * 600_000_000;
        let kind = match turn {
            0 => "ticket.opened",
            6 => "ticket.resolved",
            _ => "note.added",
        };
        let event = NewEvent {
            source: "bench".into(),
            id: format!("E{line}"),
            kind: kind.into(),
            subject: format!("T{interaction}"),
            occurred_at: Timestamp::from_micros(time).expect("a time"),
            sequence: i64::try_from(turn).expect("a turn"),
            customer: Some(format!("C{}", interaction % CUSTOMERS)),
            actor: Actor::Ai,
            data: data.clone(),
        };
        Sourced { line: line + 1, position: line, event: Ok(event) }
    })
}

fn card() -> RateCard {
    serde_json::from_value(serde_json::json!({ "name": "bench", "currency": "USD", "charges": [
        { "code": "resolutions", "label": "Resolved tickets", "model": "unit", "meter": { "outcome-of": "resolved-ticket" }, "price": "0.99" },
    ] }))
    .expect("a rate card")
}
