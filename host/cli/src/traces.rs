//! Traces for OpenTelemetry: what a request, a pass of the worker and a billing run did, and how long each step took.
//!
//! Spans go to a collector over OTLP/HTTP, beside the log and never in its way: what the collector does not take in time is dropped, and said
//! in the log.

use std::{pin::Pin, time::Duration};

use anyhow::{Context as _, Result};
use axum::{
    Router,
    extract::Request,
    middleware::{self, Next},
    response::Response,
};
use bytes::Bytes;
use opentelemetry::{propagation::TextMapPropagator as _, trace::TracerProvider as _};
use opentelemetry_http::{HeaderExtractor, HttpClient, HttpError, hyper::HyperClient};
use opentelemetry_otlp::{Protocol, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{Sampler, SdkTracerProvider, Tracer},
};
use tokio::runtime::Handle;
use tracing::Instrument as _;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::settings::Traces;

/// How long a collector may take for one batch.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(10);

/// Spans on their way to a collector.
pub struct Exporting(SdkTracerProvider);

impl Exporting {
    /// Begins to export, if settings name a collector.
    pub fn start(settings: &Traces) -> Result<Option<Self>> {
        let Some(endpoint) = &settings.endpoint else { return Ok(None) };
        let client = OnRuntime { runtime: Handle::current(), client: HyperClient::with_default_connector(EXPORT_TIMEOUT, None) };
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint)
            .with_timeout(EXPORT_TIMEOUT)
            .build()
            .context("traces.endpoint cannot be used; write it like http://127.0.0.1:4318/v1/traces")?;
        let share = 1.0 / f64::from(settings.one_in.get());
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(share))))
            .with_resource(Resource::builder().with_service_name("assay").build())
            .build();
        Ok(Some(Self(provider)))
    }

    /// What makes spans.
    pub(crate) fn tracer(&self) -> Tracer {
        self.0.tracer("assay")
    }

    /// Sends what is left.
    pub async fn end(self) {
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(EXPORT_TIMEOUT)).await;
        if !matches!(ended, Ok(Ok(()))) {
            tracing::warn!("the last spans did not reach the collector");
        }
    }
}

/// Continues the trace that a request comes with (`traceparent`, W3C Trace Context).
pub(crate) fn continued(router: Router) -> Router {
    router.layer(middleware::from_fn(continue_trace))
}

async fn continue_trace(request: Request, next: Next) -> Response {
    let parent = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
    let span = tracing::info_span!("http", otel.kind = "server", method = %request.method());
    if span.set_parent(parent).is_err() {
        tracing::debug!("the trace that the request came with cannot be continued");
    }
    next.run(request).instrument(span).await
}

/// A client whose requests are made on the service's runtime, whoever asks: batches are exported from a thread of their own.
#[derive(Debug)]
struct OnRuntime {
    runtime: Handle,
    client: HyperClient,
}

type Answer = Result<http::Response<Bytes>, HttpError>;

impl HttpClient for OnRuntime {
    fn send_bytes<'s, 'f>(&'s self, request: http::Request<Bytes>) -> Pin<Box<dyn Future<Output = Answer> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move { client.send_bytes(request).await });
        Box::pin(async move { sent.await? })
    }
}
