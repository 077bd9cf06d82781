//! The log of the running service: lines on standard error, for people or for programs.

use std::io::IsTerminal as _;

use anyhow::{Result, anyhow, bail};
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

use crate::settings::{Format, Log};

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

/// Writes log lines from now on.
pub fn start(log: &Log) -> Result<()> {
    let lines = tracing_subscriber::fmt().with_env_filter(filter(&log.level)?).with_writer(std::io::stderr);
    let started = match log.format {
        Format::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        Format::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow!("the log cannot start: {error}"))
}
