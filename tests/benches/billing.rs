//! `cargo xtask bench billing [INTERACTIONS/CUSTOMERS…]`: a month of settled interactions becomes invoices, in a process of its own whose
//! peak memory is read. The cost of an interaction at a million stands beside that at a hundred thousand.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use std::{
    path::Path,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use assay_app::import::Sourced;
use assay_domain::{
    definition::Timing,
    event::{Actor, NewEvent},
    time::Timestamp,
};
use assay_rating::card::RateCard;
use assay_tests::{
    assay::{Installation, at},
    bin,
};

/// As many interactions a customer, ten times as many interactions, and a million of them of one customer or of very many.
const SIZES: [(u64, u64); 4] = [(100_000, 100), (1_000_000, 1_000), (1_000_000, 1), (1_000_000, 20_000)];
/// How often the memory is read.
const POLL: Duration = Duration::from_millis(5);

fn main() {
    let wanted: Vec<(u64, u64)> = std::env::args().skip(1).filter_map(|argument| size(&argument)).collect();
    let sizes = if wanted.is_empty() { SIZES.to_vec() } else { wanted };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    println!(
        "| interactions | customers | import and judge s | receipts s | bill s | peak memory MiB | µs an interaction | × the first row | second run s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let mut first = None;
    for (interactions, customers) in sizes {
        let measured = runtime.block_on(measure(interactions, customers));
        let each = measured.bill / interactions as f64 * 1e6;
        let ratio = each / *first.get_or_insert(each);
        println!(
            "| {interactions} | {customers} | {:.1} | {:.1} | **{:.1}** | **{}** | {each:.1} | **{ratio:.2}** | {:.2} |",
            measured.settled, measured.receipts, measured.bill, measured.peak, measured.again
        );
    }
}

fn size(argument: &str) -> Option<(u64, u64)> {
    let (interactions, customers) = argument.split_once('/')?;
    Some((interactions.parse().ok()?, customers.parse().ok()?))
}

struct Measured {
    settled: f64,
    receipts: f64,
    bill: f64,
    again: f64,
    /// In MiB.
    peak: u64,
}

async fn measure(interactions: u64, customers: u64) -> Measured {
    let installation = Installation::on_file("2026-11-01T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "resolved-ticket", &[], Timing::default(), "2026-01-01T00:00:00Z").await;
    let started = Instant::now();
    let report = assay.import(caller, events(interactions, customers), |_, _| {}).await.expect("an import");
    assert_eq!(report.accepted, 2 * interactions, "every event is accepted");
    assay.drain(caller, |_| {}).await.expect("judged");
    let settled = started.elapsed().as_secs_f64();
    // What opened under other terms is judged again, before the clock of the bill starts.
    installation.agree(caller, "resolved-ticket", &card(), "2026-01-01T00:00:00Z", None).await;
    assay.drain(caller, |_| {}).await.expect("judged again");
    // A worker writes receipts all month; a run finds at most those of the last seconds missing.
    let started = Instant::now();
    let log = assay.log(caller).await.expect("a log");
    assert_eq!(log.size, 2 * interactions, "every attempt and every outcome has a receipt");
    let receipts = started.elapsed().as_secs_f64();

    let database = installation.database();
    let folder = database.parent().expect("a folder");
    let (bill, peak) = run(folder);
    let invoices = assay.invoices(caller).await.expect("invoices");
    assert_eq!(invoices.len() as u64, customers, "every customer has an invoice");
    // A fee of 5.00 each, and at these sizes every customer's count is known, so the cents are too.
    let expected = (0..customers).map(|customer| cents(share(interactions, customers, customer))).sum::<i64>();
    assert_eq!(invoices.iter().map(|invoice| invoice.total.minor()).sum::<i64>(), expected, "to the cent");
    let (again, _) = run(folder);
    Measured { settled, receipts, bill, again, peak }
}

/// Two events each: opened on the 1st to the 28th of March, resolved an hour later.
fn events(interactions: u64, customers: u64) -> impl Iterator<Item = Sourced> + Send + 'static {
    let month = at("2026-03-01T00:00:00Z").micros();
    (0..2 * interactions).map(move |line| {
        let (interaction, turn) = (line / 2, line % 2);
        let opened = month + i64::try_from(interaction % (28 * 86_400)).expect("seconds") * 1_000_000;
        let time = opened + i64::try_from(turn).expect("a turn") * 3_600_000_000;
        let event = NewEvent {
            source: "bench".into(),
            id: format!("E{line}"),
            kind: ["ticket.opened", "ticket.resolved"][usize::from(turn == 1)].into(),
            subject: format!("T{interaction}"),
            occurred_at: Timestamp::from_micros(time).expect("a time"),
            sequence: i64::try_from(turn).expect("a turn"),
            customer: Some(format!("C{}", interaction % customers)),
            actor: Actor::Ai,
            data: "{}".into(),
        };
        Sourced { line: line + 1, position: line, event: Ok(event) }
    })
}

fn card() -> RateCard {
    serde_json::from_value(serde_json::json!({ "name": "bench", "currency": "USD", "charges": [
        { "code": "platform", "label": "Platform fee", "model": "flat", "amount": "5" },
        { "code": "resolutions", "label": "Resolved tickets", "model": "graduated", "meter": { "outcome-of": "resolved-ticket" },
          "tiers": [{ "up-to": "1000", "price": "0.99" }, { "price": "0.79" }] },
    ] }))
    .expect("a rate card")
}

/// How many of the interactions are a customer's.
fn share(interactions: u64, customers: u64, customer: u64) -> u64 {
    interactions / customers + u64::from(customer < interactions % customers)
}

fn cents(count: u64) -> i64 {
    let count = i64::try_from(count).expect("a count");
    500 + count.min(1_000) * 99 + (count - 1_000).max(0) * 79
}

/// Bills the month, and says how long it took, in seconds, and the most memory that it held, in MiB.
fn run(folder: &Path) -> (f64, u64) {
    let started = Instant::now();
    let mut child = bin::command(folder, &["bill", "2026-03"]).stdout(Stdio::null()).spawn().expect("the binary starts");
    let mut peak = 0;
    let status = loop {
        peak = peak.max(held(&child));
        match child.try_wait().expect("a child") {
            Some(status) => break status,
            None => std::thread::sleep(POLL),
        }
    };
    assert!(status.success(), "assay bill: {status}");
    (started.elapsed().as_secs_f64(), peak >> 10)
}

/// The memory that a process holds, in KiB, without what it sees of the database file.
fn held(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|text| text.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
