//! Everything judging depends on besides the facts: versions with their rules made ready, and agreements.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError},
};

use assay_domain::{
    approval::Parties,
    canon::Digest,
    definition::Version,
    id::{AgreementId, CustomerId, DefinitionId, EngineId, TenantId, VersionId},
    projection::Reads,
    terms::{Agreement, terms},
    time::Timestamp,
};
use assay_rating::card::RateCard;
use assay_runtime::Rule;
use assay_store::{
    Connection,
    breakers::{self, BreakerRow},
    definitions,
    outcomes::OutcomeRow,
};

use crate::{Assay, breaker::Breaker, error::Result, rated::Rates};

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
    slugs: HashMap<DefinitionId, String>,
    /// What each agreement's prices are.
    cards: HashMap<AgreementId, RateCard>,
    /// The event types that each customer's prices count by themselves.
    metered: HashMap<CustomerId, HashSet<String>>,
}

impl Terms {
    /// Who judges an interaction that opened at a time, for its customer.
    pub(crate) fn judges(&self, customer: Option<CustomerId>, opened_at: Timestamp) -> impl Iterator<Item = (&Version, &Judge)> {
        let mine = customer.and_then(|customer| self.agreements.get(&customer));
        let agreement = mine.and_then(|mine| mine.iter().find(|agreement| agreement.covers(opened_at)));
        terms(&self.versions, agreement, opened_at).into_iter().filter_map(|version| Some((version, self.judges.get(&version.id)?)))
    }

    /// Who judges an interaction under one definition, unless the customer's agreement leaves the definition out, or names a version of the
    /// customer's own without a second party to agree to another.
    pub(crate) fn in_force(
        &self,
        definition: DefinitionId,
        customer: Option<CustomerId>,
        opened_at: Timestamp,
    ) -> Option<(&Version, &Judge)> {
        let mine = customer.and_then(|customer| self.agreements.get(&customer));
        let agreement = mine.and_then(|mine| mine.iter().find(|agreement| agreement.covers(opened_at)));
        let alone = agreement.into_iter().filter(|agreement| agreement.parties == Parties::One);
        let mut agreed = alone.flat_map(|agreement| &agreement.definitions);
        if agreed.any(|agreed| agreed.definition == definition && agreed.version.is_some()) {
            return None;
        }
        self.judges(customer, opened_at).find(|(version, _)| version.definition == definition)
    }

    /// Whether any customer's prices count events by themselves.
    pub(crate) fn counts_events(&self) -> bool {
        !self.metered.is_empty()
    }

    /// Whether a customer's prices count events of a type by themselves.
    pub(crate) fn counts(&self, customer: CustomerId, kind: &str) -> bool {
        self.metered.get(&customer).is_some_and(|kinds| kinds.contains(kind))
    }

    /// Whether an outcome billed at a time is priced by its worth and has none: it can be neither billed nor dropped.
    pub(crate) fn lacks_value(&self, outcome: &OutcomeRow, billed_at: Option<Timestamp>) -> bool {
        let (Some(customer), Some(billed_at), None) = (outcome.customer, billed_at, outcome.value) else {
            return false;
        };
        let agreement = self.agreements.get(&customer).and_then(|mine| mine.iter().find(|agreement| agreement.covers(billed_at)));
        let card = agreement.and_then(|agreement| self.cards.get(&agreement.id));
        let slug = self.slugs.get(&outcome.definition).map_or("", String::as_str);
        card.is_some_and(|card| card.needs_value(slug, outcome.class.as_deref()))
    }
}

impl Assay {
    /// Reads the terms of a tenant; compiled rules are kept between calls.
    pub(crate) async fn terms(&self, c: &mut impl Connection) -> Result<Arc<Terms>> {
        let versions = definitions::versions(c).await?;
        let rates = Rates::read(c).await?;
        self.terms_of(c, versions, rates).await
    }

    /// The terms that versions and agreements amount to.
    pub(crate) async fn terms_of(&self, c: &mut impl Connection, versions: Vec<Version>, rates: Rates) -> Result<Arc<Terms>> {
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
        let mut metered: HashMap<CustomerId, HashSet<String>> = HashMap::new();
        let mut by_customer: HashMap<CustomerId, Vec<Agreement>> = HashMap::new();
        for agreement in rates.agreements() {
            let kinds = rates.card(agreement).into_iter().flat_map(|card| card.event_fields().map(|(kind, _)| kind.to_owned()));
            kinds.for_each(|kind| {
                metered.entry(agreement.customer).or_default().insert(kind);
            });
            by_customer.entry(agreement.customer).or_default().push(agreement.clone());
        }
        let engine = self.engine_id().await?;
        let (slugs, cards) = rates.into_slugs_and_cards();
        Ok(Arc::new(Terms { engine, versions, judges, agreements: by_customer, slugs, cards, metered }))
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
