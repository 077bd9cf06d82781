//! `cargo xtask history FILE`: a year of a real service desk, from its log to its invoices, against known figures.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use std::{collections::BTreeMap, path::Path, time::Instant};

use assay_app::{Caller, import::Sourced};
use assay_domain::{
    definition::Timing,
    event::NewEvent,
    period::BillingPeriod,
    time::{Duration, Limit},
};
use assay_rating::card::RateCard;
use assay_tests::{
    assay::{Installation, at},
    history,
};

/// The name of a definition, its parameters, its timing, and how many interactions stand where and why.
type Expected = (&'static str, &'static [(&'static str, &'static str)], Timing, &'static [(&'static str, i64)]);

const OPEN_ENDED: Timing = Timing { deadline: Limit::Unlimited, settles_after: Duration::ZERO, reversible_for: Limit::Unlimited };
const ORDINARY: Timing = Timing {
    deadline: Limit::Limited(Duration::days(90)),
    settles_after: Duration::ZERO,
    reversible_for: Limit::Limited(Duration::days(30)),
};

const WEEK: Timing = Timing { deadline: Limit::Limited(Duration::days(7)), ..ORDINARY };
const MONTH: Timing = Timing { deadline: Limit::Limited(Duration::days(30)), ..ORDINARY };

const EXPECTED: [Expected; 8] = [
    ("retry", &[], OPEN_ENDED, &[("final resolved", 12_438)]),
    ("once", &[("retry", "false")], OPEN_ENDED, &[("final resolved", 12_329), ("failed reopened", 109)]),
    (
        "once-alone",
        &[("retry", "false"), ("max-reassignments", "0")],
        OPEN_ENDED,
        &[("final resolved", 6_674), ("failed escalated", 5_732), ("failed reopened", 32)],
    ),
    ("retry-week", &[], WEEK, &[("final resolved", 9_492), ("failed deadline", 2_946)]),
    ("retry-month", &[], MONTH, &[("final resolved", 11_859), ("failed deadline", 579)]),
    ("retry-timed", &[], ORDINARY, &[("final resolved", 12_270), ("failed deadline", 168)]),
    ("once-timed", &[("retry", "false")], ORDINARY, &[("final resolved", 12_163), ("failed reopened", 107), ("failed deadline", 168)]),
    (
        "once-timed-72h",
        &[("retry", "false"), ("window", "72h")],
        ORDINARY,
        &[("final resolved", 12_132), ("failed reopened", 131), ("failed deadline", 175)],
    ),
];

fn main() {
    let Some(file) = std::env::args().skip(1).find(|argument| argument != "--bench") else {
        panic!("name the history's file: cargo xtask history FILE");
    };
    let started = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(check(Path::new(&file)));
    println!("history: every figure holds, {:.1} s", started.elapsed().as_secs_f64());
}

async fn check(file: &Path) {
    let installation = Installation::new("2026-01-01T00:00:00Z").await;
    let verdicts = check_verdicts(&installation, file).await;
    check_shuffled(&installation, file, &verdicts).await;
    check_money(&installation, file).await;
    check_march(&installation, file).await;
}

/// Six definitions judge every interaction side by side.
async fn check_verdicts(installation: &Installation, file: &Path) -> Vec<String> {
    let Installation { assay, caller, .. } = installation;
    define(installation, caller).await;
    let report = assay.import(caller, history::events(file), |_, _| {}).await.expect("an import");
    let lines: Vec<String> = report.conflicts.iter().map(|(line, id)| format!("line {line}: {id}")).collect();
    assert_eq!((report.accepted, report.duplicates, report.rejected.len()), (70_983, 0, 0), "accepted, duplicates, rejected");
    assert_eq!(lines, ["line 161: INC0000130-2", "line 173: INC0000134-2", "line 208: INC0000164-3"], "conflicts");
    assay.drain(caller, |_| {}).await.expect("judged");
    let verdicts = check_counts(installation, caller).await;

    let (_, before) = assay.dump(caller, &mut std::io::sink()).await.expect("a dump");
    let again = assay.import(caller, history::events(file), |_, _| {}).await.expect("a second import");
    assert_eq!((again.accepted, again.duplicates, again.conflicts.len()), (0, 70_983, 3), "a second import adds nothing");
    assert_eq!(assay.drain(caller, |_| {}).await.expect("nothing to judge").judged, 0, "a second import changes nothing");
    assert_eq!(assay.dump(caller, &mut std::io::sink()).await.expect("a dump").1, before, "a second import changes nothing");
    println!("import: 70,983 accepted, 3 conflicts ({}), again: nothing new", lines.join(", "));
    verdicts
}

async fn define(installation: &Installation, caller: &Caller) {
    for (slug, parameters, timing, _) in EXPECTED {
        installation.define(caller, slug, parameters, timing, "2016-01-01T00:00:00Z").await;
    }
}

async fn check_counts(installation: &Installation, caller: &Caller) -> Vec<String> {
    let report = installation.assay.outcome_report(caller).await.expect("a report");
    assert_eq!((report.interactions, report.unassigned, report.waiting), (12_438, 4, 0), "interactions, unassigned, waiting");
    let customers = installation.assay.customers(caller).await.expect("customers");
    assert_eq!(customers.iter().filter(|customer| customer.standing.is_owner()).count(), 196, "customers");
    for (slug, parameters, _, expected) in EXPECTED {
        let of_definition = report.rows.iter().filter(|row| row.definition == slug);
        let found: BTreeMap<String, i64> = of_definition
            .map(|row| (format!("{} {}", row.state.expect("a verdict"), row.reason.clone().unwrap_or_default()), row.count))
            .collect();
        let expected: BTreeMap<String, i64> = expected.iter().map(|(key, count)| ((*key).to_owned(), *count)).collect();
        assert_eq!(found, expected, "{slug} with {parameters:?}");
        println!("{slug:>15} {parameters:?}: {found:?}");
    }
    outcomes(installation, caller).await
}

/// The outcome lines of the dump without the hash of the input, which tells conflicting contents apart.
async fn outcomes(installation: &Installation, caller: &Caller) -> Vec<String> {
    let mut dump = Vec::new();
    installation.assay.dump(caller, &mut dump).await.expect("a dump");
    let text = String::from_utf8(dump).expect("text");
    let without_root = |line: &str| line.split(' ').filter(|word| word.len() != 64).collect::<Vec<_>>().join(" ");
    text.lines().filter(|line| line.starts_with("outcome ")).map(without_root).collect()
}

/// The same lines in another order, in another tenant: the same verdicts.
async fn check_shuffled(installation: &Installation, file: &Path, expected: &[String]) {
    let caller = installation.tenant("shuffled").await;
    define(installation, &caller).await;
    let mut events: Vec<NewEvent> = history::events(file).map(|sourced| sourced.event.expect("an event")).collect();
    shuffle(&mut events);
    let stream = events.into_iter().zip(1..).map(|(event, line)| Sourced { line, position: line, event: Ok(event) });
    let report = installation.assay.import(&caller, stream, |_, _| {}).await.expect("an import");
    assert_eq!((report.accepted, report.conflicts.len()), (70_983, 3), "accepted, conflicts");
    installation.assay.drain(&caller, |_| {}).await.expect("judged");
    assert_eq!(outcomes(installation, &caller).await, expected, "shuffled lines give the same verdicts");
    println!("shuffled: all {} verdicts are the same", expected.len());
}

fn shuffle(events: &mut [NewEvent]) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for last in (1..events.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        events.swap(last, (state % (last as u64 + 1)) as usize);
    }
}

fn card() -> RateCard {
    serde_json::from_value(serde_json::json!({ "name": "history", "currency": "USD", "charges": [
        { "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500" },
        { "code": "resolutions", "label": "Resolved tickets", "model": "unit", "meter": { "outcome-of": "resolved-ticket" }, "price": "0.99" },
    ] }))
    .expect("a rate card")
}

/// A tenant with one definition, the history, and agreements with every customer for the year.
async fn billed(installation: &Installation, slug: &str, parameters: &[(&str, &str)], file: &Path) -> Caller {
    let caller = installation.tenant(slug).await;
    installation.define(&caller, "resolved-ticket", parameters, OPEN_ENDED, "2016-01-01T00:00:00Z").await;
    installation.assay.import(&caller, history::events(file), |_, _| {}).await.expect("an import");
    installation.assay.drain(&caller, |_| {}).await.expect("judged");
    installation.agree(&caller, "resolved-ticket", &card(), "2016-03-01T00:00:00Z", Some("2017-03-01T00:00:00Z")).await;
    caller
}

async fn check_money(installation: &Installation, file: &Path) {
    let caller = billed(installation, "money", &[], file).await;
    let first = BillingPeriod::containing(at("2016-03-01T00:00:00Z"));
    let mut period = first;
    for _ in 0..12 {
        installation.assay.bill(&caller, period, |_| {}).await.expect("a bill");
        period = period.next();
    }
    let total = |invoices: &[assay_app::InvoiceRow]| invoices.iter().map(|invoice| invoice.total.minor()).sum::<i64>();
    let invoices = installation.assay.invoices(&caller).await.expect("invoices");
    assert_eq!((invoices.len(), total(&invoices)), (2_352, 118_830_966), "invoices, cents");
    let again = installation.assay.bill(&caller, first, |_| {}).await.expect("a bill");
    assert!(again.already_finished, "a second run finds the first");
    let after = installation.assay.invoices(&caller).await.expect("invoices");
    assert_eq!((after.len(), total(&after)), (2_352, 118_830_966), "a second run changes nothing");
    println!("money: 2,352 invoices, $1,188,309.66; again: nothing new");
}

async fn check_march(installation: &Installation, file: &Path) {
    let caller = billed(installation, "march", &[("retry", "false")], file).await;
    let march = BillingPeriod::containing(at("2016-03-01T00:00:00Z"));
    let mut successes = 0;
    for line in outcomes(installation, &caller).await {
        let mut words = line.split(' ').skip(3);
        let (state, at) = (words.next(), words.nth(2).and_then(|micros| micros.parse::<i64>().ok()));
        successes += i64::from(state == Some("final") && at.is_some_and(|at| (march.start().micros()..march.end().micros()).contains(&at)));
    }
    assert_eq!(successes, 3_595, "successes of March 2016");
    installation.assay.bill(&caller, march, |_| {}).await.expect("a bill");
    let mut billable = 0;
    for invoice in installation.assay.invoices(&caller).await.expect("invoices") {
        let view = installation.assay.invoice(&caller, &invoice.number, None).await.expect("an invoice");
        billable += view.lines.iter().filter(|view| view.line.charge == "resolutions").map(|view| view.line.quantity.micros()).sum::<i64>();
    }
    assert_eq!(billable, 3_591_000_000, "billable successes of March 2016, in millionths");
    println!("march 2016 without retry: 3,595 successes, 3,591 billed");
}
