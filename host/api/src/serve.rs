//! The listener: connections within their limits, and an end that loses nothing.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tower::ServiceExt as _;

use crate::limits::Limits;

/// How long to wait when the system has no more sockets to give.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves until told to stop; then no connection is taken any more, and requests that have begun are answered.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, mut stop: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(limits.connections_max.max(1)));
    loop {
        let next = async {
            // While there is no room, connections wait with the system.
            let place = Arc::clone(&room).acquire_owned().await.map_err(std::io::Error::other)?;
            listener.accept().await.map(|(stream, _)| (stream, place))
        };
        let accepted = tokio::select! {
            accepted = next => accepted,
            // The sender's going is the same as its word.
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, place)) => connection(stream, place, &router, &limits, &graceful),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a connection was not accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(limits.shutdown, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests that did not end in time were cut off; what was answered is recorded");
    }
}

fn connection(stream: TcpStream, place: OwnedSemaphorePermit, router: &Router, limits: &Limits, graceful: &GracefulShutdown) {
    // Small answers leave at once.
    let _ = stream.set_nodelay(true);
    let router = router.clone();
    let service = service_fn(move |request: Request<Incoming>| router.clone().oneshot(request.map(Body::new)));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.header_timeout).max_buf_size(1 << 18);
    let served = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
    tokio::spawn(async move {
        if let Err(error) = served.await {
            tracing::debug!(error = &error as &dyn std::error::Error, "a connection broke");
        }
        drop(place);
    });
}
