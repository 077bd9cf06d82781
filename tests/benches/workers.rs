//! `cargo xtask bench workers [INTERACTIONS]`: how fast one, two and four workers judge the same backlog on one PostgreSQL.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use std::time::{Duration, Instant};

use assay_domain::{
    definition::Timing,
    event::{Actor, NewEvent},
    time::Timestamp,
};
use assay_tests::{
    assay::{Installation, at},
    bin,
    process::Process,
};
use tempfile::TempDir;

/// Of each interaction: opened, five notes, resolved.
const EVENTS: u64 = 7;
/// Events recorded at once.
const BATCH: usize = 7_000;

fn main() {
    let wanted = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let interactions = wanted.unwrap_or(30_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    println!("| workers | evaluator threads each | interactions | s | interactions /s | events /s | x one worker |");
    println!("|---|---|---|---|---|---|---|");
    let mut first = None;
    for (workers, threads) in [(1, 1), (2, 1), (4, 1), (1, 2)] {
        let seconds = runtime.block_on(measure(workers, threads, interactions));
        let one = *first.get_or_insert(seconds);
        let (per_second, ratio) = (interactions as f64 / seconds, one / seconds);
        let events = per_second * EVENTS as f64;
        println!("| {workers} | {threads} | {interactions} | {seconds:.2} | {per_second:.0} | {events:.0} | {ratio:.2} |");
    }
}

/// Seconds from the first worker's start of work to the last interaction's verdict.
async fn measure(workers: usize, threads: usize, interactions: u64) -> f64 {
    let installation = Installation::on_server("2026-11-01T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "resolved-ticket", &[], Timing::default(), "2026-01-01T00:00:00Z").await;
    let events: Vec<NewEvent> = (0..EVENTS * interactions).map(event).collect();
    for batch in events.chunks(BATCH) {
        assay.ingest(caller, batch.to_vec()).await.expect("recorded");
    }
    let mut raw = installation.raw().await;
    // So that the workers are up and compiled before there is work.
    raw.run("create table kept as select id, dirty_since from interactions; update interactions set dirty_since = null").await;
    let folder = TempDir::new().expect("a folder");
    bin::keep(folder.path(), installation.url().map(str::to_owned));
    std::fs::write(folder.path().join("assay.toml"), format!("threads = {threads}\n")).expect("a file");
    let processes: Vec<Process> = (0..workers).map(|_| Process::start_worker(folder.path())).collect();
    raw.run("update interactions i set dirty_since = k.dirty_since from kept k where k.id = i.id").await;
    raw.run(&format!("notify assay_facts, '{}'", caller.tenant.0)).await;
    let started = Instant::now();
    while raw.number("select count(*) from interactions where dirty_since is not null").await > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let seconds = started.elapsed().as_secs_f64();
    let judged = raw.number("select count(*) from outcomes").await;
    assert_eq!(judged, i64::try_from(interactions).expect("a count"), "every interaction is judged");
    assert!(processes.into_iter().all(|process| process.terminate().success()), "the workers end well");
    seconds
}

fn event(line: u64) -> NewEvent {
    let (interaction, turn) = (line / EVENTS, line % EVENTS);
    let opened = at("2026-03-01T00:00:00Z").micros() + i64::try_from(interaction % (27 * 86_400)).expect("seconds") * 1_000_000;
    let time = opened + i64::try_from(turn).expect("a turn") * 600_000_000;
    let kind = match turn {
        0 => "ticket.opened",
        6 => "ticket.resolved",
        _ => "note.added",
    };
    NewEvent {
        source: "bench".into(),
        id: format!("E{line}"),
        kind: kind.into(),
        subject: format!("T{interaction}"),
        occurred_at: Timestamp::from_micros(time).expect("a time"),
        sequence: i64::try_from(turn).expect("a turn"),
        customer: Some(format!("C{}", interaction % 100)),
        actor: Actor::Ai,
        data: r#"{"state":"New","priority":3}"#.into(),
    }
}
