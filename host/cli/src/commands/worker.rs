//! `assay worker`

use std::net::SocketAddr;

use anyhow::{Result, bail};
use clap::Args as ClapArgs;

use super::serve::{self, DaemonFlags};
use crate::{args::Args, output::Output, roles::Roles, settings::Settings};

/// Judge, audit and bill beside other processes that share a database of PostgreSQL, until SIGTERM or Ctrl-C: what `assay serve --evaluate
/// --bill` does. It answers /livez, /readyz and /metrics and nothing else.
#[derive(Debug, ClapArgs)]
pub struct Worker {
    /// Where to answer how it is; port 0 takes a free one, which is printed, so that several fit on a machine [default: 127.0.0.1:0].
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    daemon: DaemonFlags,
}

impl Worker {
    /// Lets the flags win.
    pub(crate) fn set(&self, settings: &mut Settings) {
        settings.worker.listen = self.listen.unwrap_or(settings.worker.listen);
        self.daemon.set(settings);
    }
}

pub(crate) async fn run(args: &Args, settings: &Settings) -> Result<Output> {
    if settings.database.is_none() {
        bail!(
            "a worker needs a database of PostgreSQL, named with --database: a file has one process that serves it, and `assay serve` \
             judges and bills too"
        );
    }
    serve::serve(args, settings, settings.worker.listen, Roles::WORKING).await
}
