//! `assay report`

use anyhow::Result;
use clap::Subcommand;
use serde_json::json;

use crate::{
    output::{Output, table},
    session::Session,
};

/// How everything stands.
#[derive(Debug, Subcommand)]
pub enum Report {
    /// Outcomes by definition, state and reason.
    Outcomes,
}

pub(crate) async fn run(command: &Report, session: &Session) -> Result<Output> {
    let Report::Outcomes = command;
    let report = session.assay.outcome_report(&session.caller).await?;
    let state = |row: &assay_app::OutcomeReportRow| {
        let state = row.state.map_or_else(|| "unjudged".to_owned(), |state| state.to_string());
        if row.faulted { format!("{state}, faulted") } else { state }
    };
    let rows = report.rows.iter().map(|row| {
        [row.definition.clone(), state(row), row.reason.clone().unwrap_or_default(), row.count.to_string(), row.quantity.to_string()]
    });
    let text = format!(
        "{}\n{} interactions from {} events; {} conflicts kept aside, {} belong to nobody, {} wait to be judged",
        table(&["definition", "state", "reason", "outcomes", "quantity"], &["outcomes", "quantity"], rows),
        report.interactions,
        report.events,
        report.conflicts,
        report.unassigned,
        report.waiting
    );
    let rows: Vec<_> = report
        .rows
        .iter()
        .map(|row| {
            json!({ "definition": row.definition, "state": row.state.map(|state| state.to_string()), "reason": row.reason,
                    "faulted": row.faulted, "count": row.count, "quantity": row.quantity })
        })
        .collect();
    let json = json!({ "events": report.events, "conflicts": report.conflicts, "interactions": report.interactions,
                       "unassigned": report.unassigned, "waiting": report.waiting, "outcomes": rows });
    Ok(Output::new(json, text))
}
