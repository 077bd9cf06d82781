//! `assay import`

use std::{fs::File, io::BufReader, path::PathBuf};

use anyhow::{Context as _, Result};
use assay_app::import::{
    ImportReport, Sourced,
    csv::{CsvEvents, Mapping, Template},
};
use assay_domain::violation::Violation;
use clap::{Args, Subcommand};
use serde_json::json;

use super::evaluate;
use crate::{
    output::{Output, REFUSED_SOME, table, with},
    progress,
    session::Session,
};

/// Stream history in.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// One event per record of a CSV file. Can be repeated safely: what is recorded already is a duplicate.
    Csv(Csv),
}

/// Where a CSV file holds what an event is made of. Text with {braces} is a template over columns; without braces it names a
/// column, except for --type and --actor, where it is the value itself.
#[derive(Debug, Args)]
pub struct Csv {
    /// The file; - is standard input.
    file: PathBuf,
    /// The interaction's key.
    #[arg(long)]
    subject: String,
    /// The event's id, unique within the source for ever: a column, or a template such as '{number}-{sys_mod_count}'.
    #[arg(long)]
    id: String,
    /// When it happened.
    #[arg(long)]
    time: String,
    /// How times are written: rfc3339, or strftime directives such as '%d/%m/%Y %H:%M' (UTC unless they carry an offset).
    #[arg(long, default_value = "rfc3339")]
    time_format: String,
    /// The customer's key.
    #[arg(long)]
    customer: Option<String>,
    /// The event type, or '{column}'.
    #[arg(long = "type")]
    kind: String,
    /// The integer that orders events of one interaction sharing a time.
    #[arg(long)]
    sequence: Option<String>,
    /// Who acted: ai, human, customer, system or unknown; or '{column}'.
    #[arg(long)]
    actor: Option<String>,
    /// Which system tells it.
    #[arg(long, default_value = "csv")]
    source: String,
    /// The text that stands for a missing value.
    #[arg(long, default_value = "?")]
    missing: String,
    /// Only record; judge later, with `assay evaluate`.
    #[arg(long)]
    no_evaluate: bool,
}

impl Csv {
    fn mapping(&self) -> Result<Mapping, Violation> {
        let optional = |option: &str, text: &Option<String>| text.as_ref().map(|text| Template::column(option, text)).transpose();
        Ok(Mapping {
            subject: Template::column("--subject", &self.subject)?,
            id: Template::column("--id", &self.id)?,
            time: Template::column("--time", &self.time)?,
            time_format: self.time_format.clone(),
            customer: optional("--customer", &self.customer)?,
            kind: Template::text("--type", &self.kind)?,
            sequence: optional("--sequence", &self.sequence)?,
            source: self.source.clone(),
            actor: self.actor.as_ref().map(|text| Template::text("--actor", text)).transpose()?,
            missing: self.missing.clone(),
        })
    }
}

pub(crate) async fn run(command: &Import, session: &Session) -> Result<Output> {
    let Import::Csv(csv) = command;
    let (file, length): (Box<dyn std::io::Read + Send>, u64) = if csv.file.as_os_str() == "-" {
        (Box::new(std::io::stdin()), 0)
    } else {
        let file = File::open(&csv.file).with_context(|| format!("cannot open {}", csv.file.display()))?;
        let length = file.metadata().map(|metadata| metadata.len()).unwrap_or(0);
        (Box::new(BufReader::with_capacity(1 << 16, file)), length)
    };
    let bar = progress::bytes("import", length);
    let stream = Records(CsvEvents::open(file, &csv.mapping()?)?);
    let report = session
        .assay
        .import(&session.caller, stream, |records, position| {
            bar.set_position(position);
            bar.set_message(format!("{records} events"));
        })
        .await?;
    bar.finish_and_clear();
    let drained = if csv.no_evaluate { None } else { Some(evaluate::drain(session).await?) };
    let mut text = in_words(&report);
    let mut json = as_json(&report);
    if let Some(drained) = &drained {
        text = format!("{text}\n{}", evaluate::in_words(drained));
        json = with(json, "evaluated", evaluate::as_json(drained));
    }
    let code = if report.rejected.is_empty() { 0 } else { REFUSED_SOME };
    Ok(Output::new(json, text).with_code(code))
}

/// The records of a CSV file with their places.
struct Records(CsvEvents<Box<dyn std::io::Read + Send>>);

impl Iterator for Records {
    type Item = Sourced;

    fn next(&mut self) -> Option<Sourced> {
        let line = self.0.next()?;
        Some(Sourced { line: line.number, position: self.0.position(), event: line.result })
    }
}

fn in_words(report: &ImportReport) -> String {
    let mut text = format!(
        "{} records: {} accepted, {} duplicates, {} conflicts, {} rejected",
        report.read,
        report.accepted,
        report.duplicates,
        report.conflicts.len(),
        report.rejected.len()
    );
    if !report.conflicts.is_empty() {
        let rows = report.conflicts.iter().map(|(line, id)| [line.to_string(), id.clone()]);
        text += "\nconflicts (recorded before with other content; the first stays, these are kept aside):\n";
        text += &table(&["line", "id"], &["line"], rows);
    }
    if !report.rejected.is_empty() {
        let rows = report.rejected.iter().map(|(line, v)| [line.to_string(), v.field.clone(), v.problem.clone(), v.remedy.clone()]);
        text += "\nrejected (nothing of these lines is recorded; mend them and import the file again):\n";
        text += &table(&["line", "field", "problem", "remedy"], &["line"], rows);
    }
    text
}

fn as_json(report: &ImportReport) -> serde_json::Value {
    let conflicts: Vec<_> = report.conflicts.iter().map(|(line, id)| json!({ "line": line, "id": id })).collect();
    let rejected: Vec<_> = report
        .rejected
        .iter()
        .map(|(line, v)| json!({ "line": line, "field": v.field, "problem": v.problem, "remedy": v.remedy }))
        .collect();
    json!({ "read": report.read, "accepted": report.accepted, "duplicates": report.duplicates, "conflicts": conflicts, "rejected": rejected })
}
