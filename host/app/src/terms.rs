//! Everything judging depends on besides the facts: versions with their rules made ready, and agreements.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
};

use assay_domain::{
    canon::Digest,
    definition::Version,
    id::{CustomerId, EngineId, TenantId, VersionId},
    projection::Reads,
    terms::{Agreement, terms},
    time::Timestamp,
};
use assay_runtime::Rule;
use assay_store::{
    Connection, agreements,
    breakers::{self, BreakerRow},
    definitions,
};

use crate::{Assay, breaker::Breaker, error::Result};

/// A version with what is needed to ask its rule.
pub(crate) struct Judge {
    pub(crate) rule: Rule,
    pub(crate) reads: Reads,
    pub(crate) breaker: Arc<Breaker>,
}

/// The terms of a tenant at one moment.
pub(crate) struct Terms {
    /// The engine that its rules run on.
    pub(crate) engine: EngineId,
    versions: Vec<Version>,
    judges: HashMap<VersionId, Judge>,
    agreements: HashMap<CustomerId, Vec<Agreement>>,
}

impl Terms {
    /// Who judges an interaction that opened at a time, for its customer.
    pub(crate) fn judges(&self, customer: Option<CustomerId>, opened_at: Timestamp) -> impl Iterator<Item = (&Version, &Judge)> {
        let mine = customer.and_then(|customer| self.agreements.get(&customer));
        let agreement = mine.and_then(|mine| mine.iter().find(|agreement| agreement.covers(opened_at)));
        terms(&self.versions, agreement, opened_at).into_iter().filter_map(|version| Some((version, self.judges.get(&version.id)?)))
    }
}

impl Assay {
    /// Reads the terms of a tenant; compiled rules are kept between calls.
    pub(crate) async fn terms(&self, c: &mut impl Connection) -> Result<Arc<Terms>> {
        let versions = definitions::versions(c).await?;
        if !versions.iter().all(|version| self.metrics.knows(version.definition)) {
            self.metrics.name_definitions(definitions::all(c).await?);
        }
        let recorded = breakers::all(c).await?;
        let mut judges = HashMap::new();
        for version in &versions {
            let rule = self.rule(c, version.content.component).await?;
            let breaker = self.breaker(c.tenant(), version.id, recorded.iter().find(|row| row.version == version.id));
            judges.insert(version.id, Judge { rule, reads: Reads::new(&version.content.reads), breaker });
        }
        let mut by_customer: HashMap<CustomerId, Vec<Agreement>> = HashMap::new();
        for agreement in agreements::all(c).await? {
            by_customer.entry(agreement.customer).or_default().push(agreement);
        }
        Ok(Arc::new(Terms { engine: self.engine_id().await?, versions, judges, agreements: by_customer }))
    }

    /// The breaker of a version, which starts as it is recorded and follows what others record.
    fn breaker(&self, tenant: TenantId, version: VersionId, recorded: Option<&BreakerRow>) -> Arc<Breaker> {
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        let breaker = breakers.entry(version).or_insert_with(|| Arc::new(Breaker::new(tenant, version, recorded.cloned())));
        if let Some(row) = recorded {
            breaker.read(row);
        }
        Arc::clone(breaker)
    }

    /// A stored rule, compiled once per process.
    pub(crate) async fn rule(&self, c: &mut impl Connection, digest: Digest) -> Result<Rule> {
        self.rules.rule(c, digest, &self.compiling).await
    }
}
