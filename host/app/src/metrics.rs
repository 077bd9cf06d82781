//! What is counted and measured while the service runs, in the terms of Prometheus.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use assay_domain::{
    event::Disposition,
    fault::Fault,
    id::{DefinitionId, TenantId},
    time::Timestamp,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

/// The service's metrics; cheap to clone. Their labels name tenants, so they are for the operator alone.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Mutex<Registry>,
    tenants: Mutex<HashMap<TenantId, String>>,
    definitions: Mutex<HashMap<DefinitionId, String>>,
    events: Family<EventLabels, Counter>,
    evaluations: Family<EvaluationLabels, Counter>,
    fuel: Family<DefinitionLabels, Counter>,
    evaluation_seconds: Family<DefinitionLabels, Histogram, fn() -> Histogram>,
    faults: Family<FaultLabels, Counter>,
    lag_seconds: Family<TenantLabels, Histogram, fn() -> Histogram>,
    queue_age_seconds: Family<TenantLabels, Gauge<f64, std::sync::atomic::AtomicU64>>,
    worker_errors: Counter,
    suspended: Family<DefinitionLabels, Gauge>,
    epochs: Counter,
    audit_executions: Family<TenantLabels, Counter>,
    audit_discrepancies: Family<CheckLabels, Counter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TenantLabels {
    tenant: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EventLabels {
    tenant: String,
    disposition: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DefinitionLabels {
    tenant: String,
    definition: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EvaluationLabels {
    tenant: String,
    definition: String,
    conclusion: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FaultLabels {
    tenant: String,
    definition: String,
    code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CheckLabels {
    tenant: String,
    check: String,
}

/// One judgement, as it is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judged<'a> {
    pub(crate) tenant: TenantId,
    pub(crate) definition: DefinitionId,
    pub(crate) conclusion: &'a str,
    pub(crate) fuel: u64,
    pub(crate) micros: i64,
}

impl Default for Metrics {
    fn default() -> Self {
        let inner = Inner {
            registry: Mutex::default(),
            tenants: Mutex::default(),
            definitions: Mutex::default(),
            events: Family::default(),
            evaluations: Family::default(),
            fuel: Family::default(),
            // From 5 µs to about 0.3 s.
            evaluation_seconds: Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.000_005, 2.0, 17))),
            faults: Family::default(),
            // From 1 ms to about 9 hours.
            lag_seconds: Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.001, 2.0, 26))),
            queue_age_seconds: Family::default(),
            worker_errors: Counter::default(),
            suspended: Family::default(),
            epochs: Counter::default(),
            audit_executions: Family::default(),
            audit_discrepancies: Family::default(),
        };
        let mut registry = Registry::with_prefix("assay");
        registry.register("events", "Events by what became of them", inner.events.clone());
        registry.register("evaluations", "Outcomes judged, by conclusion", inner.evaluations.clone());
        registry.register("evaluation_fuel", "Instructions that rules used", inner.fuel.clone());
        registry.register("evaluation_seconds", "Time to judge one outcome", inner.evaluation_seconds.clone());
        registry.register("faults", "Outcomes that a fault kept from being judged", inner.faults.clone());
        registry.register("settlement_lag_seconds", "From the arrival of a fact to its settled verdict", inner.lag_seconds.clone());
        registry.register("queue_age_seconds", "How long the oldest unjudged fact waits", inner.queue_age_seconds.clone());
        registry.register("suspended_versions", "Versions that are not asked any more because they only faulted", inner.suspended.clone());
        registry.register(
            "epochs",
            "Ticks of the clock that limits wall time; it stands still when that has stopped",
            inner.epochs.clone(),
        );
        registry.register("worker_errors", "Passes of the worker that failed and are tried again", inner.worker_errors.clone());
        registry.register("audit_executions", "Evaluations that were executed again", inner.audit_executions.clone());
        registry.register("audit_discrepancies", "Evaluations that came out otherwise, by check", inner.audit_discrepancies.clone());
        *inner.registry.lock().unwrap_or_else(PoisonError::into_inner) = registry;
        Self(Arc::new(inner))
    }
}

impl Metrics {
    /// Adds metrics of another room.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.0.registry.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// All of them as OpenMetrics text.
    pub fn encode(&self) -> Result<String, std::fmt::Error> {
        let mut out = String::new();
        text::encode(&mut out, &self.0.registry.lock().unwrap_or_else(PoisonError::into_inner))?;
        Ok(out)
    }

    pub(crate) fn name_tenant(&self, id: TenantId, name: String) {
        self.0.tenants.lock().unwrap_or_else(PoisonError::into_inner).insert(id, name);
    }

    pub(crate) fn name_definitions(&self, slugs: Vec<(DefinitionId, String)>) {
        self.0.definitions.lock().unwrap_or_else(PoisonError::into_inner).extend(slugs);
    }

    pub(crate) fn knows(&self, id: DefinitionId) -> bool {
        self.0.definitions.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&id)
    }

    fn tenant(&self, id: TenantId) -> String {
        self.0.tenants.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    fn definition(&self, id: DefinitionId) -> String {
        self.0.definitions.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    pub(crate) fn recorded(&self, tenant: TenantId, dispositions: &[Disposition]) {
        let tenant = self.tenant(tenant);
        for name in ["accepted", "duplicate", "conflict", "rejected"] {
            let count = dispositions.iter().filter(|disposition| disposition.name() == name).count() as u64;
            if count > 0 {
                let labels = EventLabels { tenant: tenant.clone(), disposition: name.to_owned() };
                self.0.events.get_or_create(&labels).inc_by(count);
            }
        }
    }

    pub(crate) fn judged(&self, judged: Judged<'_>) {
        let (tenant, definition) = (self.tenant(judged.tenant), self.definition(judged.definition));
        let labels = DefinitionLabels { tenant: tenant.clone(), definition: definition.clone() };
        self.0.fuel.get_or_create(&labels).inc_by(judged.fuel);
        self.0.evaluation_seconds.get_or_create(&labels).observe(seconds(judged.micros));
        let conclusion = judged.conclusion.to_owned();
        self.0.evaluations.get_or_create(&EvaluationLabels { tenant, definition, conclusion }).inc();
    }

    pub(crate) fn faulted(&self, tenant: TenantId, definition: DefinitionId, fault: &Fault) {
        let (tenant, definition) = (self.tenant(tenant), self.definition(definition));
        self.0.faults.get_or_create(&FaultLabels { tenant, definition, code: fault.code.code().to_owned() }).inc();
    }

    pub(crate) fn settled(&self, tenant: TenantId, arrived: impl Iterator<Item = Timestamp>, now: Timestamp) {
        let lag = self.0.lag_seconds.get_or_create_owned(&TenantLabels { tenant: self.tenant(tenant) });
        arrived.for_each(|at| lag.observe(seconds(now.micros() - at.micros())));
    }

    pub(crate) fn queue_age(&self, tenant: TenantId, age_micros: i64) {
        self.0.queue_age_seconds.get_or_create(&TenantLabels { tenant: self.tenant(tenant) }).set(seconds(age_micros));
    }

    /// How often the engine's epoch has advanced.
    pub(crate) fn epochs(&self, epochs: u64) {
        self.0.epochs.inner().store(epochs, std::sync::atomic::Ordering::Relaxed);
    }

    /// How many versions of a definition are suspended.
    pub(crate) fn suspended(&self, tenant: TenantId, definition: DefinitionId, versions: i64) {
        let labels = DefinitionLabels { tenant: self.tenant(tenant), definition: self.definition(definition) };
        self.0.suspended.get_or_create(&labels).set(versions);
    }

    pub(crate) fn worker_failed(&self) {
        self.0.worker_errors.inc();
    }

    pub(crate) fn audited(&self, tenant: TenantId, executed: u64) {
        self.0.audit_executions.get_or_create(&TenantLabels { tenant: self.tenant(tenant) }).inc_by(executed);
    }

    pub(crate) fn discrepant(&self, tenant: TenantId, check: &str) {
        let labels = CheckLabels { tenant: self.tenant(tenant), check: check.to_owned() };
        self.0.audit_discrepancies.get_or_create(&labels).inc();
    }
}

fn seconds(micros: i64) -> f64 {
    micros.max(0) as f64 / 1e6
}
