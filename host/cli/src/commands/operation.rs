//! `assay operation`

use anyhow::Result;
use clap::Subcommand;
use serde_json::json;

use crate::{
    output::{Output, table},
    session::Session,
};

/// The audit log.
#[derive(Debug, Subcommand)]
pub enum Operation {
    /// The latest entries, newest first.
    List {
        /// How many.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
}

pub(crate) async fn run(command: &Operation, session: &Session) -> Result<Output> {
    let Operation::List { limit } = command;
    let all = session.assay.operations(&session.caller, None, *limit).await?;
    let json = all
        .iter()
        .map(|o| json!({ "id": o.id, "at": o.at, "actor": o.actor, "action": o.action, "subject": o.subject, "before": parsed(&o.before), "after": parsed(&o.after) }))
        .collect();
    let rows =
        all.iter().map(|o| [o.at.to_string(), o.actor.clone(), o.action.clone(), o.subject.clone(), o.after.clone().unwrap_or_default()]);
    Ok(Output::new(json, table(&["at", "actor", "action", "subject", "after"], &[], rows)))
}

fn parsed(json: &Option<String>) -> Option<serde_json::Value> {
    json.as_ref().and_then(|text| serde_json::from_str(text).ok())
}
