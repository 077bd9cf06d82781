//! The running service: a listener, the worker, and an end that loses nothing.

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context as _, Result, bail};
use assay_api::Limits;
use assay_app::Assay;
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinError, JoinSet},
};

/// What is needed to serve.
pub struct Service {
    /// The use cases.
    pub assay: Arc<Assay>,
    /// Where requests come from.
    pub listener: TcpListener,
    /// How much may be asked for.
    pub limits: Limits,
    /// Whether this process judges and bills, beside answering.
    pub worker: bool,
}

impl Service {
    /// Serves until the process is told to stop; then answers what has begun, lets the worker finish its step, and closes the
    /// database. Told again, it cuts off what is left.
    pub async fn run(self, signals: &mut Signals) -> Result<()> {
        let Self { assay, listener, limits, worker } = self;
        let (tell, told) = watch::channel(false);
        let router = assay_api::router(Arc::clone(&assay), limits.clone(), assay_console::router(Arc::clone(&assay)));
        let mut parts = JoinSet::new();
        parts.spawn(assay_api::serve(listener, router, limits, told.clone()));
        if worker {
            let assay = Arc::clone(&assay);
            parts.spawn(async move { assay.work(told).await });
        }
        let mut ended = Vec::new();
        tokio::select! {
            () = signals.next() => tracing::info!("told to stop: what has begun is finished"),
            // A part ends only when it is told to, so this one broke.
            Some(part) = parts.join_next() => ended.push(part),
        }
        tell.send_replace(true);
        tokio::select! {
            () = finish(&mut parts, &mut ended, &assay) => {}
            () = signals.next() => bail!("told to stop twice: what was going on is cut off; what was answered is recorded"),
        }
        ended
            .into_iter()
            .collect::<Result<(), JoinError>>()
            .context("a part of the service broke; the log says why, and what was answered is recorded")
    }
}

async fn finish(parts: &mut JoinSet<()>, ended: &mut Vec<Result<(), JoinError>>, assay: &Assay) {
    while let Some(part) = parts.join_next().await {
        ended.push(part);
    }
    assay.close().await;
}

/// Takes an address; connections to it wait from then on.
pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| format!("cannot listen on {address}; stop what listens there, or name another address with --listen"))
}

/// The address of a listener, for people and their programs.
pub fn url(listener: &TcpListener) -> Result<String> {
    let address = listener.local_addr().context("the listener has no address")?;
    Ok(format!("http://{address}"))
}

/// The signals that tell the process to stop, taken from the moment it is made.
#[cfg(unix)]
pub struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Takes SIGTERM and SIGINT.
    pub fn take() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let take = |kind| signal(kind).context("the signals to stop cannot be taken");
        Ok(Self { terminate: take(SignalKind::terminate())?, interrupt: take(SignalKind::interrupt())? })
    }

    /// Ends at the next signal.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// The signal that tells the process to stop.
#[cfg(not(unix))]
pub struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Takes Ctrl-C.
    pub fn take() -> Result<Self> {
        Ok(Self)
    }

    /// Ends at the next signal.
    pub async fn next(&mut self) {
        drop(tokio::signal::ctrl_c().await);
    }
}
