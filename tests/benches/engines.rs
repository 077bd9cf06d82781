//! `cargo xtask bench engines [INTERACTIONS…]`: recording, judging and billing on both engines in one run, each beside its own floor: the
//! copy of every row of the finished database into an empty one.

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
    let wanted: Vec<u64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if wanted.is_empty() { vec![30_000] } else { wanted };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    println!(
        "| engine | events | record /s | judge /s | both /s | bill, interactions /s | floor rows /s | floor events /s | share of floor |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for interactions in sizes {
        println!("| SQLite {}", runtime.block_on(async { measure(&Installation::on_file(NOW).await, interactions).await }));
        println!("| PostgreSQL {}", runtime.block_on(async { measure(&Installation::on_server(NOW).await, interactions).await }));
    }
}

const NOW: &str = "2026-11-01T00:00:00Z";

async fn measure(installation: &Installation, interactions: u64) -> String {
    let Installation { assay, caller, .. } = installation;
    installation.define(caller, "resolved-ticket", &[], Timing::default(), "2026-01-01T00:00:00Z").await;

    let started = Instant::now();
    let report = assay.import(caller, events(interactions), |_, _| {}).await.expect("an import");
    let recorded = started.elapsed().as_secs_f64();
    assay.drain(caller, |_| {}).await.expect("judged");
    let settled = started.elapsed().as_secs_f64();
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
        "| {} | {:.0} | {:.0} | **{:.0}** | {:.0} | {:.0} | {:.0} | **{:.0} %** |",
        report.accepted,
        events / recorded,
        events / (settled - recorded),
        events / settled,
        interactions as f64 / billed,
        rows as f64 / floor,
        events / floor,
        100.0 * floor / settled
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
