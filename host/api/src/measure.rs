//! Requests as Prometheus sees them.

use std::time::Duration;

use assay_app::Metrics;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
};

/// Counts and times of requests, by route and never by path: a path may name anything.
#[derive(Clone)]
pub struct HttpMetrics {
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: String,
    route: String,
}

impl HttpMetrics {
    pub(crate) fn new(metrics: &Metrics) -> Self {
        let seconds: fn() -> Histogram = || Histogram::new(exponential_buckets(0.000_5, 2.0, 16));
        let new = Self { requests: Family::default(), seconds: Family::new_with_constructor(seconds), in_flight: Gauge::default() };
        metrics.register(|registry| {
            registry.register("http_requests", "Requests answered", new.requests.clone());
            registry.register("http_request_seconds", "Time from the head of a request to the head of its answer", new.seconds.clone());
            registry.register("http_requests_in_flight", "Requests being answered", new.in_flight.clone());
        });
        new
    }

    pub(crate) fn begin(&self) {
        self.in_flight.inc();
    }

    pub(crate) fn landed(&self) {
        self.in_flight.dec();
    }

    pub(crate) fn end(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        self.seconds.get_or_create(&RouteLabels { method: method.clone(), route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&RequestLabels { method, route, status }).inc();
    }
}
