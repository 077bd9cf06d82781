//! How much one caller may ask for.

use std::time::Duration;

/// The limits of the service; each is a setting.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of one body of events, after decompression.
    pub events_body_bytes_max: u64,
    /// Bytes of any other body.
    pub body_bytes_max: usize,
    /// Bytes of an uploaded rule.
    pub rule_bytes_max: usize,
    /// Bytes of one line of events.
    pub line_bytes_max: usize,
    /// How long one request may take; events may take as long as they go on arriving.
    pub request_timeout: Duration,
    /// How long a body may pause.
    pub body_idle_timeout: Duration,
    /// How long the head of a request may take.
    pub header_timeout: Duration,
    /// Connections at the same time; more wait.
    pub connections_max: usize,
    /// Requests per second with one key, on average.
    pub requests_per_second: u32,
    /// Requests with one key in a burst.
    pub burst: u32,
    /// How long requests may go on when the service shuts down.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            events_body_bytes_max: 64 << 20,
            body_bytes_max: 1 << 20,
            rule_bytes_max: 16 << 20,
            line_bytes_max: 1 << 20,
            request_timeout: Duration::from_secs(30),
            body_idle_timeout: Duration::from_secs(15),
            header_timeout: Duration::from_secs(10),
            connections_max: 1024,
            requests_per_second: 1_000,
            burst: 2_000,
            shutdown: Duration::from_secs(30),
        }
    }
}
