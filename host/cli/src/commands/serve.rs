//! `assay serve`

use std::{io::Write as _, net::SocketAddr};

use anyhow::Result;
use clap::Args as ClapArgs;
use serde_json::json;

use crate::{
    args::Args,
    log,
    output::Output,
    service::{self, Service, Signals},
    session,
    settings::{Format, Settings},
};

/// Serve the HTTP API and the console, judge what comes in and carry billing runs, until SIGTERM or Ctrl-C.
#[derive(Debug, ClapArgs)]
pub struct Serve {
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Only answer: judging and billing are done by another process.
    #[arg(long)]
    no_worker: bool,
    /// How lines of the log are written, on standard error [default: text].
    #[arg(long)]
    log_format: Option<Format>,
    /// Which lines are written, such as warn or info,assay_api=debug [default: info].
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,
}

impl Serve {
    /// Lets the flags win.
    pub(crate) fn set(&self, settings: &mut Settings) {
        settings.serve.listen = self.listen.unwrap_or(settings.serve.listen);
        settings.serve.worker &= !self.no_worker;
        settings.log.format = self.log_format.unwrap_or(settings.log.format);
        if let Some(level) = &self.log_level {
            settings.log.level.clone_from(level);
        }
    }
}

pub(crate) async fn run(args: &Args, settings: &Settings) -> Result<Output> {
    session::check_exists(&args.data)?;
    log::start(&settings.log)?;
    let listener = service::listen(settings.serve.listen).await?;
    let url = service::url(&listener)?;
    let assay = session::open(&args.data, settings.threads).await?;
    let mut signals = Signals::take()?;
    let service = Service { assay, listener, limits: settings.limits.of_service(), worker: settings.serve.worker };
    announce(&url, args.json);
    service.run(&mut signals).await?;
    Ok(Output::silent())
}

/// Says where it listens; nobody reading that is no reason not to serve.
fn announce(url: &str, as_json: bool) {
    let line = if as_json { json!({ "listening": url }).to_string() } else { format!("listening on {url}") };
    let mut stdout = std::io::stdout();
    drop(writeln!(stdout, "{line}").and_then(|()| stdout.flush()));
}
