//! `assay serve`

use std::{io::Write as _, net::SocketAddr, num::NonZeroU32};

use anyhow::Result;
use clap::Args as ClapArgs;
use serde_json::json;

use crate::{
    args::Args,
    log,
    output::Output,
    roles::Roles,
    service::{Listener, Service, Signals},
    session,
    settings::{Format, Settings},
};

/// Serve the HTTP API and the console, judge what comes in and carry billing runs, until SIGTERM or Ctrl-C. Where processes share a
/// database, each may be told what it does of that; without --ingest, --evaluate, --bill and --console it does everything.
#[derive(Debug, ClapArgs)]
pub struct Serve {
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Answer the API: record events, and whatever else is asked for.
    #[arg(long)]
    ingest: bool,
    /// Judge what comes in, wake what time decides, and audit what was judged.
    #[arg(long)]
    evaluate: bool,
    /// Carry billing runs.
    #[arg(long)]
    bill: bool,
    /// Show the console.
    #[arg(long)]
    console: bool,
    /// Only answer, as --ingest --console: judging and billing are done by another process.
    #[arg(long, conflicts_with_all = ["ingest", "evaluate", "bill", "console"])]
    no_worker: bool,
    #[command(flatten)]
    daemon: DaemonFlags,
}

/// What every process has that stays.
#[derive(Debug, ClapArgs)]
pub struct DaemonFlags {
    /// Seconds that what this process takes in hand is kept from others, who go on with it afterwards [default: 15].
    #[arg(long, value_name = "SECONDS")]
    lease: Option<NonZeroU32>,
    /// How lines of the log are written, on standard error [default: text].
    #[arg(long)]
    log_format: Option<Format>,
    /// Which lines are written, such as warn or info,assay_api=debug [default: info].
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,
}

impl DaemonFlags {
    /// Lets the flags win.
    pub(crate) fn set(&self, settings: &mut Settings) {
        settings.lease = self.lease.or(settings.lease);
        let log = &mut settings.log;
        log.format = self.log_format.unwrap_or(log.format);
        if let Some(level) = &self.log_level {
            log.level.clone_from(level);
        }
    }
}

impl Serve {
    /// Lets the flags win.
    pub(crate) fn set(&self, settings: &mut Settings) {
        settings.serve.listen = self.listen.unwrap_or(settings.serve.listen);
        settings.serve.worker &= !self.no_worker;
        self.daemon.set(settings);
    }

    fn roles(&self, settings: &Settings) -> Roles {
        let named = Roles { ingest: self.ingest, evaluate: self.evaluate, bill: self.bill, console: self.console };
        match named {
            Roles::NONE if settings.serve.worker => Roles::ALL,
            Roles::NONE => Roles::ANSWERING,
            named => named,
        }
    }
}

pub(crate) async fn run(command: &Serve, args: &Args, settings: &Settings) -> Result<Output> {
    serve(args, settings, settings.serve.listen, command.roles(settings)).await
}

/// Serves a share of the service until the process is told to stop.
pub(crate) async fn serve(args: &Args, settings: &Settings, address: SocketAddr, roles: Roles) -> Result<Output> {
    let traces = log::start(&settings.log, &settings.traces)?;
    let listener = Listener::bind(address).await?;
    let opening = session::open_existing(&args.data, settings);
    let assay = listener.meanwhile("the database is being opened", opening).await?;
    if settings.database.is_none() && !roles.evaluate {
        tracing::warn!("nobody judges what comes in: only one process serves a file, and this one does not evaluate");
    }
    let mut signals = Signals::take()?;
    announce(&listener.url()?, args.json);
    Service { assay, listener, limits: settings.limits.of_service(), roles, traces }.run(&mut signals).await?;
    Ok(Output::silent())
}

/// Says where it listens; nobody reading that is no reason not to serve.
fn announce(url: &str, as_json: bool) {
    let line = if as_json { json!({ "listening": url }).to_string() } else { format!("listening on {url}") };
    let mut stdout = std::io::stdout();
    drop(writeln!(stdout, "{line}").and_then(|()| stdout.flush()));
}
