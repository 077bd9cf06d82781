//! What periods cost: agreements with their prices and their calendars, and the usage that stands, read together.

use std::collections::{BTreeMap, HashMap, HashSet};

use assay_domain::{
    id::{AgreementId, CustomerId, DefinitionId, RateCardId},
    outcome::{Meter, Usage},
    period::{BillingPeriod, Calendar, Period},
    terms::Agreement,
    time::Timestamp,
};
use assay_rating::{
    RatingError,
    card::RateCard,
    rate::{Coverage, RatedLine, UsageItem, Used, rate},
};
use assay_store::{
    Connection, agreements, definitions, merges, rate_cards,
    usage::{self, UsageFilter, UsageTotal},
};

use crate::{
    agreements::parse_overrides,
    error::{AppError, Result},
    event_usage,
    rate_cards::parse_card,
};

/// Everything that turns usage into prices, read once.
pub(crate) struct Rates {
    agreements: Vec<Agreement>,
    cards: HashMap<AgreementId, RateCard>,
    slugs: HashMap<DefinitionId, String>,
    payers: HashMap<CustomerId, CustomerId>,
}

/// One period of an agreement, and what it costs.
pub(crate) struct RatedPeriod {
    pub(crate) card: RateCard,
    pub(crate) coverage: Coverage,
    /// What stands in it.
    pub(crate) usage: Vec<UsageItem>,
    pub(crate) lines: Vec<RatedLine>,
}

impl Rates {
    pub(crate) async fn read(c: &mut impl Connection) -> Result<Self> {
        let mut lists: BTreeMap<RateCardId, RateCard> = BTreeMap::new();
        for row in rate_cards::all(c).await? {
            lists.insert(row.id, parse_card(&row)?);
        }
        let agreements = agreements::all(c).await?;
        let mut cards = HashMap::with_capacity(agreements.len());
        for agreement in &agreements {
            if let Some(list) = lists.get(&agreement.rate_card) {
                cards.insert(agreement.id, list.with(&parse_overrides(agreement)?)?);
            }
        }
        Ok(Self { agreements, cards, slugs: definitions::all(c).await?.into_iter().collect(), payers: merges::payers(c).await? })
    }

    /// The same without the agreements that are not among these.
    #[must_use]
    pub(crate) fn only(mut self, agreements: &HashSet<AgreementId>) -> Self {
        self.agreements.retain(|agreement| agreements.contains(&agreement.id));
        self
    }

    pub(crate) fn agreements(&self) -> &[Agreement] {
        &self.agreements
    }

    /// The agreements of a customer.
    pub(crate) fn of(&self, customer: CustomerId) -> impl Iterator<Item = &Agreement> {
        self.agreements.iter().filter(move |agreement| agreement.customer == customer)
    }

    /// When the last of the periods that the run of a month bills has ended.
    pub(crate) fn end_of(&self, month: BillingPeriod) -> Timestamp {
        let ends = self.agreements.iter().filter_map(|agreement| {
            let period = self.calendar(agreement)?.billed_in(month)?;
            Self::covered(agreement, &period).map(|_| period.end)
        });
        ends.fold(month.end(), Timestamp::max)
    }

    /// The agreement with an id.
    pub(crate) fn agreement(&self, id: AgreementId) -> Option<&Agreement> {
        self.agreements.iter().find(|agreement| agreement.id == id)
    }

    /// The customer's prices: the card with what was agreed otherwise.
    pub(crate) fn card(&self, agreement: &Agreement) -> Option<&RateCard> {
        self.cards.get(&agreement.id)
    }

    pub(crate) fn cards(&self) -> impl Iterator<Item = (&AgreementId, &RateCard)> {
        self.cards.iter()
    }

    /// How the customer's time is cut into periods.
    pub(crate) fn calendar(&self, agreement: &Agreement) -> Option<Calendar> {
        let card = self.card(agreement)?;
        Some(Calendar { cycle: card.cycle, zone: card.time_zone.clone(), anchor: agreement.from })
    }

    /// Who gets a customer's bill.
    pub(crate) fn payer(&self, customer: CustomerId) -> CustomerId {
        self.payers.get(&customer).copied().unwrap_or(customer)
    }

    pub(crate) fn into_slugs_and_cards(self) -> (HashMap<DefinitionId, String>, HashMap<AgreementId, RateCard>) {
        (self.slugs, self.cards)
    }

    /// The part of a period in which an agreement is in force; `None` when there is none.
    pub(crate) fn covered(agreement: &Agreement, period: &Period) -> Option<(Timestamp, Timestamp)> {
        let covered = (period.start.max(agreement.from), agreement.until.map_or(period.end, |until| until.min(period.end)));
        (covered.0 < covered.1).then_some(covered)
    }

    /// Which usage of an agreement's period counts, up to a number of its change.
    pub(crate) fn filter(agreement: &Agreement, covered: (Timestamp, Timestamp), usage_until: i64) -> UsageFilter {
        UsageFilter { customer: agreement.customer, from: covered.0, until: covered.1, after: 0, last: usage_until }
    }

    /// What a period costs by the usage recorded up to a number. `ended` says whether a commitment's shortfall is due.
    pub(crate) async fn rated(
        &self,
        c: &mut impl Connection,
        agreement: &Agreement,
        period: &Period,
        usage_until: i64,
        ended: bool,
    ) -> Result<RatedPeriod> {
        let covered = Self::covered(agreement, period).unwrap_or((period.start, period.start));
        let filter = Self::filter(agreement, covered, usage_until);
        let coverage = Coverage { period: (period.start, period.end), covered, ended };
        let error = |source| Self::error(agreement.customer, period, source);
        let card = self.card(agreement).cloned().ok_or_else(|| error(RatingError::Overflow))?;
        let mut usage: Vec<UsageItem> = usage::totals(c, filter).await?.into_iter().map(|total| self.item(total)).collect();
        event_usage::read(c, filter, &card, &mut usage).await?;
        let lines = rate(&card, &coverage, &usage).map_err(error)?;
        Ok(RatedPeriod { card, coverage, usage, lines })
    }

    /// Says whose month cannot be computed; by id, as keys are not read for every price.
    pub(crate) fn error(customer: CustomerId, period: &Period, source: RatingError) -> AppError {
        AppError::Rating { customer: customer.to_string(), period: period.name.to_string(), source }
    }

    /// One outcome under a definition, as prices see it.
    pub(crate) fn outcome(&self, definition: DefinitionId, usage: &Usage) -> UsageItem {
        let definition = self.slugs.get(&definition).cloned().unwrap_or_default();
        let Usage { quantity, value, class, credit, .. } = usage.clone();
        UsageItem { used: Used::Outcome { definition, class, quantity, value, credit }, count: 1 }
    }

    fn item(&self, total: UsageTotal) -> UsageItem {
        Self::item_of(&self.slugs, total)
    }

    /// Usage as prices see it, by what definitions are called.
    pub(crate) fn item_of(slugs: &HashMap<DefinitionId, String>, total: UsageTotal) -> UsageItem {
        let definition = slugs.get(&total.definition).cloned().unwrap_or_default();
        let UsageTotal { class, quantity, value, credit, count, .. } = total;
        let used = match total.meter {
            Meter::Attempt => Used::Attempt { definition },
            Meter::Outcome => Used::Outcome { definition, class, quantity, value, credit },
        };
        UsageItem { used, count }
    }
}
