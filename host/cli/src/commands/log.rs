//! `assay log`

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};
use assay_app::LogView;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::{output::Output, session::Session};

/// The log that holds a commitment to every receipt, which nobody can rewrite unseen.
#[derive(Debug, Subcommand)]
pub enum Log {
    /// Show which log it is, its keys, and how large it is.
    Show,
    /// Print the newest checkpoint, to be kept: it shows later whether the log has only grown since.
    Checkpoint(Checkpoint),
    /// Have the log's key hand over to a new one, which signs from then on. What was signed stands.
    Rotate,
}

/// Which checkpoint, and where it goes.
#[derive(Debug, Args)]
pub struct Checkpoint {
    /// With the proof that the log has only grown since it had this size.
    #[arg(long, value_name = "SIZE")]
    since: Option<u64>,
    /// The file to write; standard output unless given.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) async fn run(command: &Log, session: &Session) -> Result<Output> {
    let Session { assay, caller } = session;
    match command {
        Log::Show => Ok(shown(&assay.log(caller).await?)),
        Log::Checkpoint(checkpoint) => checkpoint.run(session).await,
        Log::Rotate => {
            let key = assay.rotate_log_key(caller).await?;
            let text = format!("the log is signed with {key} from now on; its first key, which agreements state, leads to it");
            Ok(Output::new(json!({ "key": key }), text))
        }
    }
}

impl Checkpoint {
    async fn run(&self, Session { assay, caller }: &Session) -> Result<Output> {
        let text = match self.since {
            Some(size) => assay.log_growth(caller, size).await?.to_string(),
            None => assay.log(caller).await?.checkpoint.to_string(),
        };
        let json = json!({ "checkpoint": text });
        let Some(path) = &self.output else { return Ok(Output::new(json, text)) };
        fs::write(path, &text).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Output::new(json, format!("the checkpoint is in {}", path.display())))
    }
}

fn shown(view: &LogView) -> Output {
    let LogView { origin, key, latest_key, rotations, checkpoint, size, signed_at } = view;
    let mut text = format!("log {origin}\nkey {key}\n");
    if latest_key != key {
        text += &format!("signs now {latest_key}, after {} rotations\n", rotations.len());
    }
    text += &format!("{size} receipts, signed {signed_at}");
    let json = json!({ "origin": origin, "key": key, "latest_key": latest_key, "rotations": rotations, "size": size, "signed_at": signed_at,
                       "checkpoint": checkpoint });
    Output::new(json, text)
}
