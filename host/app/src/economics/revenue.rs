//! What billing periods bring, by the definition that each charge counts.

use std::collections::{BTreeMap, HashMap};

use assay_domain::{
    id::{CustomerId, DefinitionId},
    money::Currency,
    period::BillingPeriod,
};
use assay_store::{Connection, definitions, usage};

use super::{Money, query::Scope};
use crate::{
    error::{AppError, Result},
    rated::Rates,
};

/// Of whom, by what; `None` is what no definition brings by itself, such as a flat fee or a commitment.
pub(super) type Source = (CustomerId, Option<DefinitionId>);

/// What a month brings, and who could not be priced.
#[derive(Default)]
pub(super) struct Revenue {
    pub(super) by_source: BTreeMap<Source, Vec<Money>>,
    pub(super) unrated: Vec<String>,
}

impl Revenue {
    /// Prices the periods that a month's billing run bills, by the usage of now. Taxes are nobody's revenue.
    pub(super) async fn of(c: &mut impl Connection, rates: &Rates, month: BillingPeriod, scope: &Scope) -> Result<Self> {
        let slugs: HashMap<String, DefinitionId> = definitions::all(c).await?.into_iter().map(|(id, slug)| (slug, id)).collect();
        let latest = usage::latest(c).await?;
        let mut found = Self::default();
        for agreement in rates.agreements().iter().filter(|agreement| scope.is_about(Some(agreement.customer))) {
            let Some(period) = rates.calendar(agreement).and_then(|calendar| calendar.billed_in(month)) else { continue };
            if Rates::covered(agreement, &period).is_none() {
                continue;
            }
            let rated = match rates.rated(c, agreement, &period, latest, true).await {
                Err(AppError::Rating { source, .. }) => {
                    found.unrated.push(format!("{} for {}: {source}", agreement.customer, period.name));
                    continue;
                }
                rated => rated?,
            };
            for line in rated.lines.iter().filter(|line| !line.charge.starts_with("tax-")) {
                let slug = rated.card.meter(&line.charge).and_then(|meter| meter.definition());
                let source = (agreement.customer, slug.and_then(|slug| slugs.get(slug).copied()));
                add(found.by_source.entry(source).or_default(), Money::of(line.amount));
            }
        }
        Ok(found)
    }

    /// What one source brings in a currency.
    pub(super) fn from(&self, source: Source, currency: Currency) -> Money {
        let brought = self.by_source.get(&source).into_iter().flatten();
        brought.filter(|money| money.currency() == currency).fold(Money::zero(currency), |sum, money| sum.plus(*money))
    }
}

/// Adds an amount to that of its currency.
pub(super) fn add(sums: &mut Vec<Money>, money: Money) {
    match sums.iter_mut().find(|sum| sum.currency() == money.currency()) {
        Some(sum) => *sum = sum.plus(money),
        None => sums.push(money),
    }
}
