//! `assay rule record`

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use assay_domain::time::Timestamp;
use clap::Args;
use serde_json::json;

use super::subject::{Pick, Subject};
use crate::{
    commands::time_or_date,
    fixtures::{self, Kept, Recording, Source},
    output::Output,
    session::Session,
};

/// What to write down.
#[derive(Debug, Args)]
pub struct Record {
    /// The subject of the interaction's events, or its id.
    subject: String,
    /// The file to write: fixtures/NAME.toml.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// A component, or a folder to build [default: the rule that judged the interaction].
    #[arg(long)]
    rule: Option<PathBuf>,
    /// Up to when: a date or a time, UTC [default: now].
    #[arg(long, value_parser = time_or_date)]
    as_of: Option<Timestamp>,
    /// A field whose texts are not personal and stay, by the name the rule gives it. Can be given several times.
    #[arg(long = "keep", value_name = "FIELD")]
    spared: Vec<String>,
    /// What the fixture is called [default: its last verdict].
    #[arg(long)]
    title: Option<String>,
    #[command(flatten)]
    pick: Pick,
}

pub(super) async fn run(record: &Record, session: &Session) -> Result<Output> {
    if record.to.exists() {
        bail!("{} is there already: name a new file", record.to.display());
    }
    let subject = Subject::find(&record.subject, record.rule.as_deref(), &record.pick, session).await?;
    let source = Source {
        rule: &subject.rule,
        parameters: &subject.parameters,
        facts: subject.facts,
        as_of: record.as_of.unwrap_or(subject.now),
        spared: &record.spared,
        title: record.title.as_deref(),
    };
    let recording = fixtures::record(source)?;
    let folder = record.to.parent().filter(|folder| !folder.as_os_str().is_empty());
    let written = folder.map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&record.to, &recording.text));
    written.with_context(|| format!("cannot write {}", record.to.display()))?;
    Ok(output(record, &recording))
}

fn output(record: &Record, recording: &Recording) -> Output {
    let Recording { events, left_out, asks, replaced, kept, .. } = recording;
    let file = record.to.display();
    let texts: Vec<String> = kept.iter().map(|Kept { field, text }| format!("  {field} = {text:?}")).collect();
    let kept_lines = if texts.is_empty() {
        String::new()
    } else {
        format!("\nthese texts are kept, because a verdict hangs on them; read them before you share the file:\n{}", texts.join("\n"))
    };
    let text = format!(
        "{file}: {events} events and {asks} questions with the verdicts that the rule gives\n\
         left out: {left_out} events that it does not read, every field that it does not declare, ids, sources and customer\n\
         {replaced} texts are replaced, the same one by the same one; numbers and times stay{kept_lines}\n\
         the verdicts are the same as those of the interaction"
    );
    let kept: Vec<_> = kept.iter().map(|Kept { field, text }| json!({ "field": field, "text": text })).collect();
    let json = json!({ "file": record.to, "events": events, "left_out": left_out, "asks": asks, "replaced": replaced, "kept": kept });
    Output::new(json, text)
}
