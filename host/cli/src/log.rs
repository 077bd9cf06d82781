//! The log of the running service: lines on standard error, for people or for programs.

use std::io::IsTerminal as _;

use anyhow::{Result, anyhow, bail};
use tracing_subscriber::{
    EnvFilter, Layer as _,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::{
    settings::{Format, Log, Traces},
    traces::Exporting,
};

const REMEDY: &str = "write it like info, or warn,assay_api=debug; the levels are off, error, warn, info, debug and trace";

/// Which lines are written.
pub fn filter(level: &str) -> Result<EnvFilter> {
    // Alone, a word that is no level would be taken for the name of a module, and all others would fall silent.
    let is_stray = |part: &&str| !part.contains(['=', '[']) && part.trim().parse::<LevelFilter>().is_err();
    if let Some(stray) = level.split(',').find(is_stray) {
        bail!("{stray:?} is no level of the log; {REMEDY}");
    }
    EnvFilter::try_new(level).map_err(|error| anyhow!("{level:?} is no level of the log ({error}); {REMEDY}"))
}

/// Writes log lines from now on, and exports spans if settings name a collector.
pub fn start(log: &Log, traces: &Traces) -> Result<Option<Exporting>> {
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match log.format {
        Format::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        Format::Json => lines.json().flatten_event(true).boxed(),
    };
    let exporting = Exporting::start(traces)?;
    // What is written to the log does not decide what is traced.
    let ours = Targets::new().with_target("assay", LevelFilter::INFO);
    let spans = exporting.as_ref().map(|exporting| tracing_opentelemetry::layer().with_tracer(exporting.tracer()).with_filter(ours));
    let started = tracing_subscriber::registry().with(lines.with_filter(filter(&log.level)?)).with(spans).try_init();
    started.map_err(|error| anyhow!("the log cannot start: {error}"))?;
    Ok(exporting)
}
