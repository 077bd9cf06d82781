//! What was known at the time of a report, besides the facts: terms, prices, and which months had been billed.

use std::collections::{BTreeSet, HashMap, HashSet};

use assay_domain::{
    definition::{Version, VersionState},
    id::{AgreementId, CustomerId, DefinitionId, VersionId},
    period::BillingPeriod,
    projection::Reads,
    terms::{Agreement, terms},
    time::Timestamp,
};
use assay_rating::{
    card::{MeterRef, RateCard},
    model::PriceModel,
};
use assay_store::{
    Connection, billing,
    conservation::{self, Written},
    definitions,
};

use crate::{error::Result, rated::Rates};

/// The time of a report, and what was known then.
pub(super) struct Known {
    pub(super) as_of: Timestamp,
    /// Whether that is now, so that the live tables know more.
    pub(super) is_now: bool,
    /// The number of the last change of usage.
    pub(super) usage_until: i64,
    pub(super) rates: Rates,
    pub(super) slugs: HashMap<DefinitionId, String>,
    /// By customer; of each in the order of their writing.
    agreements: HashMap<CustomerId, Vec<Agreement>>,
    versions: Vec<Version>,
    reads: HashMap<VersionId, Reads>,
    counts: HashMap<AgreementId, Counts>,
    billed: BTreeSet<BillingPeriod>,
}

/// What the prices of an agreement count besides outcomes.
struct Counts {
    /// The definitions whose attempts are charged for, by slug.
    attempts: HashSet<String>,
    /// The kinds of events that are charged for by themselves.
    events: HashSet<String>,
    /// The definitions whose successes are priced by their value, by slug.
    values: HashSet<String>,
}

impl Counts {
    fn of(card: &RateCard) -> Self {
        let meters = || card.charges.iter().filter_map(|charge| Some((charge, card.meter(&charge.code)?)));
        let attempts = meters().filter_map(|(_, meter)| match meter {
            MeterRef::Attempts { definition } => Some(definition.clone()),
            _ => None,
        });
        let valued = meters().filter(|(charge, _)| matches!(charge.price, PriceModel::Percentage(_)));
        Self {
            attempts: attempts.collect(),
            events: card.event_fields().map(|(kind, _)| kind.to_owned()).collect(),
            values: valued.filter_map(|(_, meter)| meter.definition().map(str::to_owned)).collect(),
        }
    }
}

impl Known {
    pub(super) async fn read(c: &mut impl Connection, as_of: Timestamp, is_now: bool) -> Result<Self> {
        let written = conservation::written(c, as_of).await?;
        let rates = Rates::read(c).await?;
        let mut agreements: HashMap<CustomerId, Vec<Agreement>> = HashMap::new();
        for agreement in rates.agreements().iter().filter(|agreement| written.agreements.contains(&agreement.id)) {
            agreements.entry(agreement.customer).or_default().push(agreement.clone());
        }
        let versions = versions(c, &written).await?;
        let finished = billing::runs(c).await?.into_iter().filter(|run| written.runs.contains(&run.id));
        Ok(Self {
            as_of,
            is_now,
            usage_until: conservation::last_usage(c, as_of).await?,
            slugs: definitions::all(c).await?.into_iter().collect(),
            agreements,
            reads: versions.iter().map(|version| (version.id, Reads::new(&version.content.reads))).collect(),
            versions,
            counts: rates.cards().map(|(agreement, card)| (*agreement, Counts::of(card))).collect(),
            billed: finished.map(|run| run.period).collect(),
            rates,
        })
    }

    /// The agreements of all customers.
    pub(super) fn agreements(&self) -> impl Iterator<Item = &Agreement> {
        self.rates.agreements().iter().filter(|agreement| self.of(agreement.customer).iter().any(|known| known.id == agreement.id))
    }

    /// Whether the run of a month was finished.
    pub(super) fn is_billed(&self, month: BillingPeriod) -> bool {
        self.billed.contains(&month)
    }

    /// Who judges an interaction that opened at a time, for its customer.
    pub(super) fn judges(&self, customer: Option<CustomerId>, opened_at: Timestamp) -> impl Iterator<Item = (&Version, &Reads)> {
        let agreement = customer.and_then(|customer| self.in_force(customer, opened_at));
        terms(&self.versions, agreement, opened_at).into_iter().filter_map(|version| Some((version, self.reads.get(&version.id)?)))
    }

    /// The definition that a version is of.
    pub(super) fn definition(&self, version: VersionId) -> Option<DefinitionId> {
        self.versions.iter().find(|known| known.id == version).map(|known| known.definition)
    }

    /// The definition's slug.
    pub(super) fn slug(&self, definition: DefinitionId) -> &str {
        self.slugs.get(&definition).map_or("", String::as_str)
    }

    /// Whether a customer pays for attempts at a definition at a time.
    pub(super) fn prices_attempts(&self, customer: CustomerId, at: Timestamp, definition: DefinitionId) -> bool {
        self.counts(customer, at).is_some_and(|counts| counts.attempts.contains(self.slug(definition)))
    }

    /// Whether a customer pays for events of a kind at a time.
    pub(super) fn prices_events(&self, customer: CustomerId, at: Timestamp, kind: &str) -> bool {
        self.counts(customer, at).is_some_and(|counts| counts.events.contains(kind))
    }

    /// Whether a customer pays for successes under a definition by their value, at any time.
    pub(super) fn prices_values(&self, customer: CustomerId, definition: DefinitionId) -> bool {
        let mut counts = self.of(customer).iter().filter_map(|agreement| self.counts.get(&agreement.id));
        counts.any(|counts| counts.values.contains(self.slug(definition)))
    }

    fn of(&self, customer: CustomerId) -> &[Agreement] {
        self.agreements.get(&customer).map(Vec::as_slice).unwrap_or_default()
    }

    fn in_force(&self, customer: CustomerId, at: Timestamp) -> Option<&Agreement> {
        self.of(customer).iter().find(|agreement| agreement.covers(at))
    }

    fn counts(&self, customer: CustomerId, at: Timestamp) -> Option<&Counts> {
        self.counts.get(&self.in_force(customer, at)?.id)
    }
}

/// The versions that were written down, each as it was.
pub(crate) async fn versions(c: &mut impl Connection, written: &Written) -> Result<Vec<Version>> {
    let known = definitions::versions(c).await?.into_iter().filter(|version| written.versions.contains(&version.id));
    let as_it_was = |version: Version| {
        let active_from = version.state.active_from().filter(|_| written.activations.contains(&version.id));
        let retired_from = version.state.retired_from().filter(|_| written.retirements.contains(&version.id));
        let state = match (retired_from, active_from) {
            (Some(from), active_from) => VersionState::Retired { active_from, from },
            (None, Some(from)) => VersionState::Active { from },
            (None, None) => VersionState::Draft,
        };
        Version { state, approvals: version.approvals.given_by(written.as_of), ..version }
    };
    Ok(known.map(as_it_was).collect())
}
