//! `cargo xtask bench http [SECONDS [EVENTS_A_SECOND]] [ingest] [judged] [paced]`: the service as a process, under load over HTTP from
//! two connections.
//!
//! First as many events as it takes, in NDJSON batches of 1,000, durable, beside the floor of copying its rows; then 5,000 events a
//! second with a rule in force, and how long it takes until their verdicts are seen. With `ASSAY_TESTS_ON=postgres` all of it is in a
//! database of a server that waits for its disk, and verdicts are another process's.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use assay_tests::{bin, components, floor, http::Client, postgres, process::Process};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Events of one interaction.
const EVENTS_EACH: u64 = 6;
/// Events of one batch of the first part.
const BATCH: u64 = 1_000;
/// Connections that send.
const SENDERS: u64 = 2;
/// The second part: events a second, in batches of so many.
const PACE: u64 = 5_000;
const SMALL: u64 = 50;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut numbers = words.iter().filter_map(|word| word.parse::<u64>().ok());
    let seconds = numbers.next().unwrap_or(20);
    let most = numbers.next().unwrap_or(u64::MAX);
    let part = |name: &str| words.iter().any(|word| word == name);
    let all = !["ingest", "judged", "paced"].into_iter().any(part);
    if all || part("ingest") {
        sustained(seconds, false, most);
    }
    if all || part("judged") {
        sustained(seconds, true, most);
    }
    if all || part("paced") {
        paced(seconds);
    }
}

/// An installation with a tenant, and a key that may do everything.
fn installation() -> (TempDir, String) {
    let folder = TempDir::new().expect("a folder");
    if postgres::is_wanted() {
        bin::keep(folder.path(), Some(postgres::durable()));
    }
    let made: Value = serde_json::from_str(&bin::ok(folder.path(), &["tenant", "create", "bench", "--json"])).expect("JSON");
    (folder, made["keys"]["live"].as_str().expect("a key").to_owned())
}

/// A batch whose ids and subjects are patched in place, so that making it costs next to nothing.
struct Batch {
    body: Vec<u8>,
    /// Where each line's id and subject have their digits.
    places: Vec<(usize, usize)>,
}

impl Batch {
    fn new(lines: u64, time: &str) -> Self {
        let (mut body, mut places) = (String::new(), Vec::new());
        let filler = "The caller writes that the printer on the third floor prints nothing but the upper half of every page. ".repeat(6);
        for line in 0..lines {
            let last = line % EVENTS_EACH == EVENTS_EACH - 1;
            let kind = if last { "ticket.resolved" } else { "ticket.opened" };
            let id = body.len() + r#"{"specversion":"1.0","id":"E"#.len();
            write!(body, r#"{{"specversion":"1.0","id":"E000000000000","source":"bench","type":"{kind}","subject":"T"#).expect("text");
            places.push((id, body.len()));
            let data = json!({ "state": "New", "priority": line % 4, "text": filler, "group": "Second line" });
            writeln!(
                body,
                r#"000000000000","time":"{time}","sequence":{},"customer":"acme","actor":"ai","data":{data}}}"#,
                line % EVENTS_EACH
            )
            .expect("text");
        }
        Self { body: body.into_bytes(), places }
    }

    /// Gives the events numbers from `first` on.
    fn number(&mut self, first: u64) {
        for (line, (id, subject)) in (0_u64..).zip(&self.places) {
            let number = first + line;
            self.body[*id..id + 12].copy_from_slice(format!("{number:012}").as_bytes());
            let interaction = number / EVENTS_EACH;
            self.body[*subject..subject + 12].copy_from_slice(format!("{interaction:012}").as_bytes());
        }
    }

    fn send(&self, client: &mut Client, key: &str) -> u64 {
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/x-ndjson"), ("prefer", "return=minimal")];
        let answer = client.request("POST", "/v1/events", &headers, &self.body).expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["accepted"].as_u64().expect("a count")
    }
}

/// A definition in force for everything.
fn define(process: &Process, key: &str) {
    let mut client = process.client();
    let bearer = format!("Bearer {key}");
    let mut post = |path: &str, kind: &str, body: &[u8]| {
        let answer = client.request("POST", path, &[("authorization", &bearer), ("content-type", kind)], body).expect("an answer");
        assert_eq!(answer.status, 201, "{}", answer.text());
    };
    post("/v1/rules", "application/wasm", components::resolved_ticket());
    let version = json!({ "rule": "resolved-ticket", "active_from": "2016-01-01T00:00:00Z" }).to_string();
    post("/v1/definitions/resolved-ticket/versions", "application/json", version.as_bytes());
}

/// Sends for so long, as fast as it is answered but not faster than `most` events a second.
fn sustained(seconds: u64, judged: bool, most: u64) {
    let (folder, key) = installation();
    let process = Process::start(folder.path(), &[]);
    if judged {
        define(&process, &key);
    }
    let (sent, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let started = Instant::now();
    let mut memory = Vec::new();
    let bytes = Batch::new(BATCH, "2026-03-01T10:00:00Z").body.len() as u64 / BATCH;
    std::thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (sent, over, key, process) = (&sent, &over, &key, &process);
            scope.spawn(move || {
                let (mut client, mut batch) = (process.client(), Batch::new(BATCH, "2026-03-01T10:00:00Z"));
                // Far apart, so that no interaction has two senders.
                let mut next = sender * 100_000_000_002;
                let mut turn = 0;
                while !over.load(Ordering::Relaxed) {
                    let due = started + Duration::from_micros(turn * BATCH * SENDERS * 1_000_000 / most);
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    turn += 1;
                    batch.number(next);
                    next += BATCH;
                    sent.fetch_add(batch.send(&mut client, key), Ordering::Relaxed);
                }
            });
        }
        for _ in 0..seconds {
            std::thread::sleep(Duration::from_secs(1));
            memory.push(process.resident_bytes() >> 20);
        }
        over.store(true, Ordering::Relaxed);
    });
    let took = started.elapsed().as_secs_f64();
    let (events, waiting) = (sent.load(Ordering::Relaxed), waiting(&process, &key));
    assert!(process.terminate().success(), "the server ends well");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let (rows, floor) = match bin::database(folder.path()) {
        Some(url) => runtime.block_on(floor::copy_server(&url)),
        None => runtime.block_on(floor::copy(&folder.path().join("assay.db"))),
    };
    let what = if judged { "with a rule in force" } else { "without a rule" };
    println!("sustained {what}: {events} events of {bytes} B in {took:.0} s: {:.0}/s", events as f64 / took);
    println!("  floor: {rows} rows, {:.0} events/s; share {:.0} %", events as f64 / floor, 100.0 * floor / took);
    let at = |tenths: usize| memory[(memory.len() - 1) * tenths / 10];
    println!("  memory after a tenth, a half and the whole of the time: {} MiB, {} MiB, {} MiB", at(1), at(5), at(10));
    println!("  {waiting} interactions wait to be judged at the end");
    println!("  database: {} MiB", std::fs::metadata(folder.path().join("assay.db")).map_or(0, |file| file.len() >> 20));
}

fn waiting(process: &Process, key: &str) -> u64 {
    let answer =
        process.client().request("GET", "/v1/reports/outcomes", &[("authorization", &format!("Bearer {key}"))], b"").expect("an answer");
    answer.json()["waiting"].as_u64().unwrap_or_default()
}

/// Sends at an even pace; every fifth batch is followed until its last event has its verdict.
fn paced(seconds: u64) {
    let (folder, key) = installation();
    let apart: &[&str] = if postgres::is_wanted() { &["--no-worker"] } else { &[] };
    let process = Process::start(folder.path(), apart);
    let worker = postgres::is_wanted().then(|| Process::start_worker(folder.path()));
    define(&process, &key);
    let started = Instant::now();
    let every = Duration::from_micros(1_000_000 * SMALL * SENDERS / PACE);
    let seen: Vec<Duration> = std::thread::scope(|scope| {
        let senders = (0..SENDERS).map(|sender| {
            let (key, process) = (&key, &process);
            scope.spawn(move || pace(process, key, sender, started, every, seconds))
        });
        let senders: Vec<_> = senders.collect();
        senders.into_iter().flat_map(|sender| sender.join().expect("a sender")).collect()
    });
    report_latency(seen);
    println!("  memory: {} MiB", process.resident_bytes() >> 20);
    drop((worker, folder));
}

fn pace(process: &Process, key: &str, sender: u64, started: Instant, every: Duration, seconds: u64) -> Vec<Duration> {
    let (mut client, mut watcher, mut batch) = (process.client(), process.client(), Batch::new(SMALL, "2026-03-01T10:00:00Z"));
    let (mut next, mut seen, mut late) = (sender * 100_000_000_002, Vec::new(), Duration::ZERO);
    let turns = seconds * 1_000_000 / every.as_micros() as u64;
    for turn in 0..turns {
        let due = started + every * u32::try_from(turn).expect("a short run");
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        late = late.max(Instant::now().saturating_duration_since(due));
        batch.number(next);
        let sent = Instant::now();
        batch.send(&mut client, key);
        if turn % 5 == 0 {
            seen.push(verdict(&mut watcher, key, (next + SMALL - 1) / EVENTS_EACH, sent));
        }
        next += SMALL;
    }
    println!("  sender {sender}: {} batches, at most {} ms behind its pace", turns, late.as_millis());
    seen
}

/// Asks until the interaction has a verdict about all that was sent.
fn verdict(client: &mut Client, key: &str, interaction: u64, sent: Instant) -> Duration {
    let (path, bearer) = (format!("/v1/interactions/T{interaction:012}"), format!("Bearer {key}"));
    loop {
        let answer = client.request("GET", &path, &[("authorization", &bearer)], b"").expect("an answer");
        if answer.status == 200 && answer.json()["outcomes"].as_array().is_some_and(|outcomes| !outcomes.is_empty()) {
            return sent.elapsed();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn report_latency(mut seen: Vec<Duration>) {
    seen.sort();
    let at = |permille: usize| seen[(seen.len() - 1) * permille / 1_000].as_secs_f64() * 1e3;
    println!("at {PACE} events/s in batches of {SMALL}: from sending to a verdict that can be read, {} samples", seen.len());
    println!("  p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, most {:.1} ms", at(500), at(900), at(990), at(1_000));
}
