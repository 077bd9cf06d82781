//! `assay event`

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use assay_domain::event::NewEvent;
use clap::Subcommand;
use serde_json::json;

use super::evaluate;
use crate::{output::Output, session::Session};

/// Correct what was told.
#[derive(Debug, Subcommand)]
pub enum Event {
    /// Put an event in the place of a wrong one, which stays recorded and counts no more.
    Supersede {
        /// The wrong event: its id, or its source and its sender's id with a space between them.
        event: String,
        /// The event that is true, a CloudEvent in JSON as the API takes it: of the same subject, with an id of its own. - reads the standard
        /// input.
        #[arg(long = "event", value_name = "FILE")]
        replacement: PathBuf,
        /// Why, for everybody who looks at the interaction.
        #[arg(long)]
        reason: String,
    },
}

pub(crate) async fn run(command: &Event, session: &Session) -> Result<Output> {
    let Event::Supersede { event, replacement, reason } = command;
    let replacement = read(replacement, session).await?;
    let view = session.assay.supersede(&session.caller, event, replacement, reason).await?;
    let drained = evaluate::drain(session).await?;
    let json = json!({ "event": view.event, "successor": view.successor, "subject": view.subject, "actor": view.actor,
                       "reason": view.reason, "recorded_at": view.recorded_at, "evaluated": evaluate::as_json(&drained) });
    let text = format!("{} stands in the place of {} in {}", view.successor, view.event, view.subject);
    Ok(Output::new(json, format!("{text}\n{}", evaluate::in_words(&drained))))
}

/// Reads an event; what it is marked with must be the side that is worked on.
async fn read(file: &Path, session: &Session) -> Result<NewEvent> {
    let (event, marked) = assay_api::read_event(&bytes(file)?)?;
    let sides = session.assay.tenants().await?;
    let mode = sides.iter().find(|side| side.id == session.caller.tenant).map(|side| side.mode);
    if let (Some(marked), Some(mode)) = (marked, mode)
        && marked != mode
    {
        bail!("the event is marked {marked}, and this is the {mode} side; add or leave out --test, or take the mark away");
    }
    Ok(event)
}

fn bytes(file: &Path) -> Result<Vec<u8>> {
    if file.as_os_str() != "-" {
        return std::fs::read(file).with_context(|| format!("cannot read {}", file.display()));
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).context("cannot read the standard input")?;
    Ok(bytes)
}
