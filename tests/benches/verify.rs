//! `cargo xtask bench verify [LINES]`: an invoice of so many lines, each of two outcomes, is exported as a bundle and verified from the file
//! alone: every proof, every hash, every verdict, every line. Then one receipt, a hundred times.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use std::time::{Duration, Instant};

use assay_app::import::Sourced;
use assay_cli::session::cores;
use assay_domain::{
    definition::Timing,
    event::{Actor, NewEvent},
    id::ReceiptId,
};
use assay_rating::card::RateCard;
use assay_runtime::Evaluators;
use assay_tests::{
    assay::{Installation, at},
    components, invoiced,
};
use assay_verify::{Executor, Pins, Report, verify};
use serde_json::{Value, json};

const LINES: u32 = 1_000;

fn main() {
    let lines = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(LINES);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let (file, receipt) = runtime.block_on(exported(lines));
    println!("| threads | lines | receipts | file MiB | verify s | receipts/s |");
    println!("|---|---|---|---|---|---|");
    for threads in [1, cores()] {
        let (report, spent) = measured(&file, threads);
        let (receipts, mebibytes, seconds) = (report.summary.receipts, file.len() as f64 / f64::from(1 << 20), spent.as_secs_f64());
        let each = receipts as f64 / seconds;
        println!("| {threads} | {lines} | {receipts} | {mebibytes:.1} | **{seconds:.2}** | {each:.0} |");
    }
    let mut each: Vec<Duration> = (0..100).map(|_| measured(&receipt, 1).1).collect();
    each.sort();
    println!("\none receipt: median {:.2} ms, slowest of 100 {:.2} ms", milliseconds(each[50]), milliseconds(each[99]));
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// What it takes from the bytes of the file to the sentence, the component compiled before.
fn measured(file: &[u8], threads: usize) -> (Report, Duration) {
    let engine = components::engine().clone();
    let evaluators = Evaluators::start(threads, engine.limits().stack_bytes_max).expect("threads");
    let executor = Executor { engine, evaluators };
    let started = Instant::now();
    let report = verify(file, &Pins::default(), &executor, &mut |_, _| {}).expect("a bundle");
    let spent = started.elapsed();
    assert!(report.is_verified(), "{}", report.sentence());
    (report, spent)
}

/// The invoice of a customer with two tickets for every tier of its card, and the receipt of one of them.
async fn exported(lines: u32) -> (Vec<u8>, Vec<u8>) {
    let installation = Installation::on_file("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], Timing::default(), "2016-01-01T00:00:00Z").await;
    let report = assay.import(caller, events(2 * lines), |_, _| {}).await.expect("an import");
    assert_eq!(report.accepted, u64::from(4 * lines), "every event is accepted");
    assay.drain(caller, |_| {}).await.expect("judged");
    installation.agree(caller, "fixed", &card(lines), "2016-03-01T00:00:00Z", None).await;
    assay.bill(caller, "2016-03".parse().expect("a month"), |_| {}).await.expect("a bill");
    let invoice = invoiced::bundle(&installation, "INV-000001").await;
    let receipt = assay.receipt_bundle(caller, ReceiptId(1), &[]).await.expect("a bundle");
    (invoice.write().expect("a file"), receipt.write().expect("a file"))
}

/// Opened and resolved on the 2nd of March.
fn events(tickets: u32) -> impl Iterator<Item = Sourced> + Send + 'static {
    (0..2 * tickets).map(|line| {
        let (ticket, is_resolved) = (line / 2, line % 2 == 1);
        let (kind, time) =
            if is_resolved { ("ticket.resolved", "2016-03-02T10:00:00Z") } else { ("ticket.opened", "2016-03-02T09:00:00Z") };
        let event = NewEvent {
            source: "bench".into(),
            id: format!("E{line}"),
            kind: kind.into(),
            subject: format!("T{ticket}"),
            occurred_at: at(time),
            sequence: 0,
            customer: Some("acme".into()),
            actor: Actor::Ai,
            data: "{}".into(),
        };
        Sourced { line: u64::from(line) + 1, position: u64::from(line), event: Ok(event) }
    })
}

/// A price of its own for every two outcomes.
fn card(lines: u32) -> RateCard {
    let tier = |n: u32| {
        let price = format!("0.{:04}", 9_999 - n);
        if n == lines { json!({ "price": price }) } else { json!({ "up-to": (2 * n).to_string(), "price": price }) }
    };
    let tiers: Vec<Value> = (1..=lines).map(tier).collect();
    let charge = json!({ "code": "resolutions", "label": "Resolved tickets", "model": "graduated", "meter": { "outcome-of": "fixed" }, "tiers": tiers });
    serde_json::from_value(json!({ "name": "bench", "currency": "USD", "charges": [charge] })).expect("a rate card")
}
