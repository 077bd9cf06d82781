//! `assay dump`

use std::{fs::File, io::BufWriter, path::PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::json;

use crate::{output::Output, session::Session};

/// The canonical dump: no ids, no recorded times; the same for the same facts, whatever order they came in.
#[derive(Debug, Args)]
pub struct Dump {
    /// Write the lines to a file; otherwise only their number and hash are printed.
    #[arg(long)]
    to: Option<PathBuf>,
}

pub(crate) async fn run(command: &Dump, session: &Session) -> Result<Output> {
    let (lines, hash) = match &command.to {
        Some(path) => {
            let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
            session.assay.dump(&session.caller, &mut BufWriter::new(file)).await?
        }
        None => session.assay.dump(&session.caller, &mut std::io::sink()).await?,
    };
    Ok(Output::new(json!({ "lines": lines, "sha256": hash }), format!("{lines} lines, sha256 {hash}")))
}
