//! `assay evaluate`

use anyhow::Result;
use assay_app::Drained;
use clap::Args;
use serde_json::json;

use crate::{output::Output, progress, session::Session};

/// Judge everything that has new facts or whose time has come.
#[derive(Debug, Args)]
pub struct Evaluate;

pub(crate) async fn run(_: &Evaluate, session: &Session) -> Result<Output> {
    let drained = drain(session).await?;
    Ok(Output::new(as_json(&drained), in_words(&drained)))
}

/// Judges what waits, behind a progress bar.
pub(crate) async fn drain(session: &Session) -> Result<Drained> {
    let waiting = session.assay.waiting(&session.caller).await?;
    let bar = progress::items("judge", u64::try_from(waiting).unwrap_or(0));
    let drained = session.assay.drain(&session.caller, |done| bar.set_position(done)).await?;
    bar.finish_and_clear();
    Ok(drained)
}

pub(crate) fn as_json(drained: &Drained) -> serde_json::Value {
    json!({ "judged": drained.judged, "evaluated": drained.evaluated, "faults": drained.faults })
}

pub(crate) fn in_words(drained: &Drained) -> String {
    let faults = match drained.faults {
        0 => String::new(),
        n => format!("; {n} ended in a fault, see `assay interaction list --faulted`"),
    };
    format!("judged {} interactions, {} outcomes anew{faults}", drained.judged, drained.evaluated)
}
