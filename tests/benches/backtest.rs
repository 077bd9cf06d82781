//! `cargo xtask bench backtest FILE`: what three days of quiet in the place of one would have cost a year of a real service desk, against
//! known figures, and how fast that is found out.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use std::{path::Path, time::Instant};

use assay_app::{BacktestReport, BacktestRequest, BillChange, Caller, Candidate, Changes, Proportion, Thresholds, Window};
use assay_domain::{
    definition::Timing,
    time::{Duration, Limit},
};
use assay_rating::card::RateCard;
use assay_tests::{assay::Installation, history};

const OPEN_ENDED: Timing = Timing { deadline: Limit::Unlimited, settles_after: Duration::ZERO, reversible_for: Limit::Unlimited };
/// Successes without a second try, with a window of a day and of three.
const SUCCESSES: (u64, u64) = (12_329, 12_305);
const INTERACTIONS: u64 = 12_438;
/// How often each way is measured; the fastest counts.
const ROUNDS: usize = 3;
/// Bills that are printed, those that move most.
const SHOWN: usize = 25;

fn main() {
    let Some(file) = std::env::args().skip(1).find(|argument| argument != "--bench") else {
        panic!("name the history's file: cargo xtask bench backtest FILE, with its whole path");
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(measure(Path::new(&file)));
}

fn card() -> RateCard {
    serde_json::from_value(serde_json::json!({ "name": "history", "currency": "USD", "charges": [
        { "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500" },
        { "code": "resolutions", "label": "Resolved tickets", "model": "unit", "meter": { "outcome-of": "resolved-ticket" }, "price": "0.99" },
    ] }))
    .expect("a rate card")
}

fn request() -> BacktestRequest {
    let changes = Changes { parameters: vec![("window".into(), "72h".into())], ..Changes::default() };
    BacktestRequest {
        definition: "resolved-ticket".into(),
        candidate: Candidate::Changed(changes),
        window: Window::default(),
        labels: Vec::new(),
        thresholds: Thresholds { no_new_faults: true, ..Thresholds::default() },
        is_shadow: false,
    }
}

async fn measure(file: &Path) {
    let installation = Installation::new("2026-01-01T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "resolved-ticket", &[("retry", "false")], OPEN_ENDED, "2016-01-01T00:00:00Z").await;
    assay.import(caller, history::events(file), |_, _| {}).await.expect("an import");
    assay.drain(caller, |_| {}).await.expect("judged");
    installation.agree(caller, "resolved-ticket", &card(), "2016-03-01T00:00:00Z", Some("2017-03-01T00:00:00Z")).await;
    assay.drain(caller, |_| {}).await.expect("judged again");

    let (stored, report) = from_database(&installation, caller).await;
    check(&report);
    print(&report);
    let (memory, read, found) = in_memory(&installation, caller).await;
    assert_eq!(found, report, "in memory it comes to the same");
    println!("\n| back-test of {INTERACTIONS} interactions, both versions judged | s | interactions/s |\n|---|---|---|");
    for (name, seconds) in
        [("from the database, pieces kept and bills priced", stored), ("reading alone", read), ("in memory, bills priced", memory)]
    {
        println!("| {name} | {seconds:.2} | **{:.0}** |", INTERACTIONS as f64 / seconds);
    }
}

/// The fastest of some rounds in seconds, and what was found.
async fn from_database(installation: &Installation, caller: &Caller) -> (f64, BacktestReport) {
    let (mut fastest, mut report) = (f64::MAX, None);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let backtest = installation.assay.start_backtest(caller, &request()).await.expect("a back-test");
        let view = installation.assay.carry_backtest(caller, backtest.id, |_, _| {}).await.expect("carried");
        fastest = fastest.min(started.elapsed().as_secs_f64());
        report = view.report;
    }
    (fastest, report.expect("a report"))
}

/// The fastest of some rounds in seconds, judging and reading apart, and what was found.
async fn in_memory(installation: &Installation, caller: &Caller) -> (f64, f64, BacktestReport) {
    let (mut judging, mut reading, mut report) = (f64::MAX, f64::MAX, None);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let history = installation.assay.recall_history(caller, &request()).await.expect("a history");
        reading = reading.min(started.elapsed().as_secs_f64());
        let started = Instant::now();
        report = Some(installation.assay.judge_history(caller, history, |_| {}).await.expect("a report"));
        judging = judging.min(started.elapsed().as_secs_f64());
    }
    (judging, reading, report.expect("a report"))
}

fn check(report: &BacktestReport) {
    assert_eq!((report.interactions, report.judged), (INTERACTIONS, INTERACTIONS), "every incident is judged");
    assert_eq!((report.in_force.successes, report.candidate.successes), SUCCESSES, "successes");
    assert_eq!((report.differences.earned, report.differences.lost), (0, SUCCESSES.0 - SUCCESSES.1), "nothing is earned by waiting longer");
    assert_eq!((report.new_faults.len(), report.unrated.len(), report.passed()), (0, 0, Some(true)), "faults and bills");
}

fn print(report: &BacktestReport) {
    println!("resolved-ticket, retry = false, no deadline: window 24 h -> 72 h");
    println!("successes {} -> {}", report.in_force.successes, report.candidate.successes);
    let counts = report.differences;
    println!(
        "earned {}, lost {}, moved {}, otherwise {}, the same {}",
        counts.earned, counts.lost, counts.moved, counts.changed, report.same
    );
    for flow in &report.flows {
        println!("  {} -> {}: {}", flow.from, flow.to, flow.count);
    }
    println!("fuel {} -> {}", report.in_force.fuel.total, report.candidate.fuel.total);
    for total in &report.totals {
        println!("{} bills of {} customers move, from {} to {}", total.bills, customers(report), total.in_force, total.candidate);
    }
    println!("{} more keep their amount; {} changes are billed to nobody", report.unmoved_bills, report.unbilled);
    println!("\n| customer | period | in force | candidate | change | |\n|---|---|---|---|---|---|");
    let mut bills: Vec<&BillChange> = report.bills.iter().collect();
    bills.sort_by_key(|bill| std::cmp::Reverse(bill.change().minor().unsigned_abs()));
    for bill in bills.into_iter().take(SHOWN) {
        let part = Proportion::of(bill.change().minor().unsigned_abs(), bill.in_force.minor().unsigned_abs());
        let part = part.map(|part| part.to_string()).unwrap_or_default();
        println!("| {} | {} | {} | {} | {} | {part} |", bill.customer, bill.period, bill.in_force, bill.candidate, bill.change());
    }
}

fn customers(report: &BacktestReport) -> usize {
    let mut customers: Vec<&str> = report.bills.iter().map(|bill| bill.customer.as_str()).collect();
    customers.dedup();
    customers.len()
}
