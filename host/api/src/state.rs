//! What every handler may use.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use assay_app::Assay;
use assay_domain::{
    id::{KeyId, WebhookEndpointId},
    time::Timestamp,
};

use crate::{limits::Limits, measure::HttpMetrics, rate::Bucket};

/// The service behind the API; cheap to clone.
#[derive(Clone)]
pub struct Api(Arc<Inner>);

/// Who has requests to use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guest {
    /// Whoever shows a key.
    Key(KeyId),
    /// Whoever signs what comes in at an endpoint.
    Webhook(WebhookEndpointId),
}

struct Inner {
    assay: Arc<Assay>,
    limits: Limits,
    metrics: HttpMetrics,
    buckets: Mutex<HashMap<Guest, Bucket>>,
    /// Tells the requests of this process from those of another.
    process: String,
    requests: AtomicU64,
}

impl Api {
    pub(crate) fn new(assay: Arc<Assay>, limits: Limits) -> Self {
        let metrics = HttpMetrics::new(assay.metrics());
        let process = assay.nonce();
        Self(Arc::new(Inner { assay, limits, metrics, buckets: Mutex::default(), process, requests: AtomicU64::new(1) }))
    }

    /// The use cases.
    pub fn assay(&self) -> &Arc<Assay> {
        &self.0.assay
    }

    /// How much may be asked for.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn metrics(&self) -> &HttpMetrics {
        &self.0.metrics
    }

    /// A name for a request that brought none.
    pub(crate) fn request_id(&self) -> String {
        format!("req_{}-{}", self.0.process, self.0.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// Takes one request from a guest's allowance; the seconds to wait when it is used up.
    pub(crate) fn take(&self, guest: Guest, now: Timestamp) -> Result<(), u64> {
        let mut buckets = self.0.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let Limits { requests_per_second, burst, .. } = self.0.limits;
        buckets.entry(guest).or_insert_with(|| Bucket::full(burst, now)).take(requests_per_second, burst, now)
    }
}
