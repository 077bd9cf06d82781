//! `assay dashboard`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::Value;

use crate::output::Output;

const GRAFANA: &str = include_str!("grafana.json");
const ALERTS: &str = include_str!("alerts.yml");

/// Print a dashboard for Grafana over what /metrics tells, or alerts for Prometheus.
#[derive(Debug, Args)]
pub struct Dashboard {
    /// The alerts, as a file of rules for Prometheus.
    #[arg(long)]
    alerts: bool,
    /// Where to write it, in the place of standard output.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

pub(crate) fn run(command: &Dashboard) -> Result<Output> {
    let text = if command.alerts { ALERTS } else { GRAFANA };
    let Some(to) = &command.to else {
        return Ok(Output::new(Value::from(text), text.trim_end().to_owned()));
    };
    std::fs::write(to, text).with_context(|| format!("{} cannot be written", to.display()))?;
    Ok(Output::new(serde_json::json!({ "written": to }), format!("written to {}", to.display())))
}
