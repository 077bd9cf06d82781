//! The service on a port chosen by the system, in the process of the test.

use std::{net::SocketAddr, sync::Arc};

use assay_api::Limits;
use assay_app::Assay;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// A running service; it goes on until it is stopped or dropped.
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    working: JoinHandle<()>,
}

impl Server {
    /// Serves the API and the console, with the worker behind them.
    pub async fn start(assay: Arc<Assay>) -> Self {
        Self::with_limits(assay, Limits::default()).await
    }

    /// The same with limits of one's own.
    pub async fn with_limits(assay: Arc<Assay>, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = watch::channel(false);
        let console = assay_console::router(Arc::clone(&assay));
        let router = assay_api::router(Arc::clone(&assay), limits.clone(), console);
        let serving = tokio::spawn(assay_api::serve(listener, router, limits, stopped.clone()));
        let working = tokio::spawn(async move { assay.work(stopped).await });
        Self { address, stop, serving, working }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Tells it to stop and waits until it has.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.serving.await.expect("the server ends");
        self.working.await.expect("the worker ends");
    }
}
