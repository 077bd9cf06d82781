//! The running service: a listener, what works behind it, and an end that loses nothing.

use std::{io, net::SocketAddr, sync::Arc};

use anyhow::{Context as _, Result, bail};
use assay_api::Limits;
use assay_app::Assay;
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinError, JoinSet},
};

use crate::{
    roles::Roles,
    traces::{Exporting, continued},
};

/// What is needed to serve.
pub struct Service {
    /// The use cases.
    pub assay: Arc<Assay>,
    /// Where requests come from.
    pub listener: Listener,
    /// How much may be asked for.
    pub limits: Limits,
    /// What this process does.
    pub roles: Roles,
    /// Where spans go, if anywhere.
    pub traces: Option<Exporting>,
}

impl Service {
    /// Serves until the process is told to stop; then answers what has begun, lets the work behind it finish its step, and closes the
    /// database. Whoever asks meanwhile hears that it is about to end. Told again, it cuts off what is left.
    pub async fn run(self, signals: &mut Signals) -> Result<()> {
        let (tell, told) = watch::channel(false);
        let mut parts = self.start(&told)?;
        let mut ended = Vec::new();
        tokio::select! {
            () = signals.next() => tracing::info!("told to stop: what has begun is finished"),
            // A part ends only when it is told to, so this one broke.
            Some(part) = parts.join_next() => ended.push(part),
        }
        tell.send_replace(true);
        let finished = finish(&mut parts, &mut ended, &self.assay);
        tokio::select! {
            () = self.listener.meanwhile("the service is shutting down; others go on, or it is back in a moment", finished) => {}
            () = signals.next() => bail!("told to stop twice: what was going on is cut off; what was answered is recorded"),
        }
        if let Some(traces) = self.traces {
            traces.end().await;
        }
        ended
            .into_iter()
            .collect::<Result<(), JoinError>>()
            .context("a part of the service broke; the log says why, and what was answered is recorded")
    }

    /// Starts every part of what this process does.
    fn start(&self, told: &watch::Receiver<bool>) -> Result<JoinSet<()>> {
        let Self { assay, listener, limits, roles, traces } = self;
        let mut parts = JoinSet::new();
        let listener = listener.again().context("the listener cannot be used")?;
        let console = roles.console.then(|| assay_console::router(Arc::clone(assay)));
        let router = if roles.ingest {
            assay_api::router(Arc::clone(assay), limits.clone(), console.unwrap_or_default())
        } else {
            assay_api::health_router(Arc::clone(assay), limits.clone(), console)
        };
        let router = if traces.is_some() { continued(router) } else { router };
        parts.spawn(assay_api::serve(listener, router, limits.clone(), told.clone()));
        if let Some(loops) = roles.loops() {
            let (assay, told) = (Arc::clone(assay), told.clone());
            parts.spawn(async move { assay.work_on(loops, told).await });
        }
        Ok(parts)
    }
}

async fn finish(parts: &mut JoinSet<()>, ended: &mut Vec<Result<(), JoinError>>, assay: &Assay) {
    while let Some(part) = parts.join_next().await {
        ended.push(part);
    }
    assay.close().await;
}

/// An address that was taken. Connections to it wait from then on, whoever takes them.
pub struct Listener(std::net::TcpListener);

impl Listener {
    /// Takes an address.
    pub async fn bind(address: SocketAddr) -> Result<Self> {
        let taken = async { TcpListener::bind(address).await?.into_std() }.await;
        let listener = taken.map(Self);
        listener.with_context(|| format!("cannot listen on {address}; stop what listens there, or name another address with --listen"))
    }

    /// The address, for people and their programs.
    pub fn url(&self) -> Result<String> {
        let address = self.0.local_addr().context("the listener has no address")?;
        Ok(format!("http://{address}"))
    }

    /// One more to take connections by: each comes to one of those that ask for it.
    fn again(&self) -> io::Result<TcpListener> {
        TcpListener::from_std(self.0.try_clone()?)
    }

    /// Waits for something that takes its time; whoever asks meanwhile hears that the process runs, and why it is not ready.
    pub async fn meanwhile<T>(&self, reason: &'static str, work: impl Future<Output = T>) -> T {
        let (_tell, told) = watch::channel(false);
        let answer = |listener| tokio::spawn(assay_api::serve(listener, assay_api::not_ready(reason), Limits::default(), told));
        let answering = self.again().map(answer);
        let done = work.await;
        // That nobody could be told is no reason not to do it.
        if let Ok(answering) = answering {
            answering.abort();
            // It was cut off, and says so.
            drop(answering.await);
        }
        done
    }
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
