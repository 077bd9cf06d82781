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
use assay_domain::{definition::Timing, event::NewEvent};
use assay_tests::{assay::Installation, floor};

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
    let installation = Installation::on_file("2026-11-01T00:00:00Z").await;
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
    let report_of_outcomes = assay.outcome_report(caller).await.expect("a report");
    let (judged, rows) = (report_of_outcomes.interactions, &report_of_outcomes.rows);
    assert_eq!(rows.iter().map(|row| row.count).sum::<i64>(), judged, "every interaction is judged");
    let asked = rows.iter().filter(|row| row.reason.as_deref() != Some("missing-field")).map(|row| row.count).sum::<i64>();
    assert_eq!(asked, judged, "and by the rule itself");

    let events = report.accepted as f64;
    let (rows, floor) = floor::copy(&installation.database()).await;
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

const COLUMNS: [&str; 8] = ["subject", "id", "time", "sequence", "customer", "type", "incident_state", "reopen_count"];

/// The desk's log as a file, with what the rule reads and some text to carry.
fn write_csv(path: &Path, interactions: u64) {
    let mut to = BufWriter::new(File::create(path).expect("a file"));
    writeln!(to, "{},reassignment_count,body", COLUMNS.join(",")).expect("written");
    // The rule reads tickets and conversations; the desk's leads and documents are another's.
    let tickets = |event: &NewEvent| event.subject.starts_with("INC");
    for event in Desk::new(1, interactions).events().filter(tickets) {
        let data: serde_json::Value = serde_json::from_str(&event.data).expect("JSON");
        let text =
            |name: &str| data.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).unwrap_or_default();
        let customer = event.customer.as_deref().unwrap_or("?");
        let (state, reopens, reassigned) = (text("incident_state"), text("reopen_count"), text("reassignment_count"));
        let body = event.data.replace('"', "'");
        writeln!(
            to,
            "{},{},{},{},{customer},{},{state},{reopens},{reassigned},\"{body}\"",
            event.subject, event.id, event.occurred_at, event.sequence, event.kind
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
        kind: column("type"),
        sequence: Some(column("sequence")),
        source: "desk".into(),
        actor: None,
        missing: "?".into(),
    };
    let events = CsvEvents::open(File::open(path).expect("the file"), &mapping).expect("the columns");
    events.map(|line| Sourced { line: line.number, position: 0, event: line.result })
}
