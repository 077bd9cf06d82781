//! The pricing simulator: what recorded usage would have brought under other rate cards.
//!
//! Each customer's months are priced under each card as a billing run prices them, by the usage that stands now; what was agreed otherwise
//! with a customer holds for its own card alone. The margin of a month is what it brings less what the interactions cost that opened in
//! it. P10, P50 and P90 are taken over the customers' months by the nearest rank; how much a customer's bill varies is the standard deviation of its
//! months divided by their mean.

use std::collections::{BTreeMap, HashMap};

use assay_domain::{
    id::{CustomerId, DefinitionId},
    money::Currency,
    period::BillingPeriod,
    violation::Violation,
};
use assay_rating::{
    card::RateCard,
    rate::{Coverage, UsageItem, rate},
};
use assay_store::{
    Connection, costs, definitions, rate_cards,
    usage::{self, UsageFilter},
};

use super::{
    EconomicsQuery, Money,
    query::{Scope, keys},
    unit::currency,
};
use crate::{
    Assay, Caller,
    error::{AppError, Result},
    event_usage,
    rate_cards::parse_card,
    rated::Rates,
};

/// What several cards would have brought.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceSimulation {
    /// In the order in which they were asked for.
    pub cards: Vec<CardMargin>,
    /// Customers' months that were priced.
    pub months: u64,
}

/// What one card would have brought.
#[derive(Debug, Clone, PartialEq)]
pub struct CardMargin {
    /// The card's name.
    pub card: String,
    /// All of it, without taxes.
    pub revenue: Money,
    /// What the interactions cost, in the card's currency.
    pub cost: Money,
    /// The margin that a tenth of the customers' months stay below, or reach.
    pub p10: Money,
    /// Half of them.
    pub p50: Money,
    /// Nine tenths of them.
    pub p90: Money,
    /// Customers' months that lose money.
    pub losing: u64,
    /// What customers would pay, each over all months.
    pub customers: Vec<CustomerBills>,
}

/// What one customer would pay.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerBills {
    /// The customer's key.
    pub customer: String,
    /// All months together.
    pub revenue: Money,
    /// What its interactions cost.
    pub cost: Money,
    /// How much its months vary: standard deviation divided by mean; `None` where it pays nothing.
    pub variation: Option<f64>,
}

impl Assay {
    /// Prices what is recorded under stored cards, by name, and cards that are not stored; without any, under all that are stored.
    pub async fn simulate_prices(
        &self,
        caller: &Caller,
        query: &EconomicsQuery,
        stored: &[String],
        mut cards: Vec<RateCard>,
    ) -> Result<PriceSimulation> {
        let mut reader = self.store.read(caller.tenant).await?;
        let scope = query.scope(&mut reader).await?;
        let rows = rate_cards::all(&mut reader).await?;
        let mut all = Vec::with_capacity(stored.len() + cards.len());
        for name in stored {
            let row = rows.iter().rev().find(|row| row.name == *name || row.id.to_string() == *name);
            let unknown = || AppError::not_found("rate card", name, "the list of rate cards shows them; another can be given as it is");
            all.push(parse_card(row.ok_or_else(unknown)?)?);
        }
        all.append(&mut cards);
        if all.is_empty() {
            all = rows.iter().map(parse_card).collect::<Result<_>>()?;
        }
        for card in &all {
            card.check().map_err(|error| Violation::new("cards", format!("{}: {error}", card.name), "mend the card"))?;
        }
        let months = self.customer_months(&mut reader, &scope, &all).await?;
        let names = keys(&mut reader).await?;
        let margins = all.iter().enumerate().map(|(at, card)| margin(card, at, &months, &names)).collect();
        Ok(PriceSimulation { cards: margins, months: months.len() as u64 })
    }

    /// What every card makes of every customer's months.
    async fn customer_months(&self, c: &mut impl Connection, scope: &Scope, cards: &[RateCard]) -> Result<Vec<CustomerMonth>> {
        let slugs: HashMap<DefinitionId, String> = definitions::all(c).await?.into_iter().collect();
        let (latest, mut found) = (usage::latest(c).await?, Vec::new());
        let rates = Rates::read(c).await?;
        for month in &scope.months {
            let spent = costs::by_customer(c, (month.start(), month.end())).await?;
            let mut customers: Vec<CustomerId> = rates
                .agreements()
                .iter()
                .filter(|agreement| agreement.from < month.end() && agreement.until.is_none_or(|until| until > month.start()))
                .map(|agreement| agreement.customer)
                .chain(spent.iter().filter_map(|cost| cost.customer))
                .filter(|customer| scope.is_about(Some(*customer)))
                .collect();
            customers.sort_unstable();
            customers.dedup();
            for customer in customers {
                let filter = UsageFilter { customer, from: month.start(), until: month.end(), after: 0, last: latest };
                let totals: Vec<UsageItem> =
                    usage::totals(c, filter).await?.into_iter().map(|total| Rates::item_of(&slugs, total)).collect();
                let mut brought = Vec::with_capacity(cards.len());
                for card in cards {
                    let mut usage = totals.clone();
                    event_usage::read(c, filter, card, &mut usage).await?;
                    brought.push(priced(card, customer, *month, &usage)?);
                }
                let mut cost: BTreeMap<String, Money> = BTreeMap::new();
                for one in spent.iter().filter(|cost| cost.customer == Some(customer)) {
                    cost.insert(one.currency.clone(), Money::from_nanos(one.nanos.into(), currency(&one.currency)?));
                }
                found.push(CustomerMonth { customer, brought, cost });
            }
        }
        Ok(found)
    }
}

/// One month of one customer: what each card brings, and what it cost by currency.
struct CustomerMonth {
    customer: CustomerId,
    brought: Vec<Money>,
    cost: BTreeMap<String, Money>,
}

impl CustomerMonth {
    fn cost(&self, currency: Currency) -> Money {
        self.cost.get(currency.code()).copied().unwrap_or(Money::zero(currency))
    }
}

fn priced(card: &RateCard, customer: CustomerId, month: BillingPeriod, usage: &[UsageItem]) -> Result<Money> {
    let span = (month.start(), month.end());
    let cannot = |source| AppError::Rating { customer: customer.to_string(), period: format!("{month} under {}", card.name), source };
    let lines = rate(card, &Coverage { period: span, covered: span, ended: true }, usage).map_err(cannot)?;
    let kept = lines.iter().filter(|line| !line.charge.starts_with("tax-"));
    Ok(kept.fold(Money::zero(card.currency), |sum, line| sum.plus(Money::of(line.amount))))
}

fn margin(card: &RateCard, at: usize, months: &[CustomerMonth], names: &HashMap<CustomerId, String>) -> CardMargin {
    let nothing = Money::zero(card.currency);
    let brought = |month: &CustomerMonth| month.brought.get(at).copied().unwrap_or(nothing);
    let mut margins: Vec<i128> = months.iter().map(|month| brought(month).minus(month.cost(card.currency)).nanos()).collect();
    margins.sort_unstable();
    let mut by_customer: BTreeMap<CustomerId, Vec<(Money, Money)>> = BTreeMap::new();
    for month in months {
        by_customer.entry(month.customer).or_default().push((brought(month), month.cost(card.currency)));
    }
    let sum = |of: &mut dyn Iterator<Item = Money>| of.fold(nothing, Money::plus);
    let customers = by_customer.into_iter().map(|(customer, bills)| CustomerBills {
        customer: names.get(&customer).cloned().unwrap_or_else(|| customer.to_string()),
        revenue: sum(&mut bills.iter().map(|(brought, _)| *brought)),
        cost: sum(&mut bills.iter().map(|(_, cost)| *cost)),
        variation: variation(&bills.iter().map(|(brought, _)| brought.nanos() as f64).collect::<Vec<_>>()),
    });
    CardMargin {
        card: card.name.clone(),
        revenue: sum(&mut months.iter().map(brought)),
        cost: sum(&mut months.iter().map(|month| month.cost(card.currency))),
        p10: Money::from_nanos(quantile(&margins, 10), card.currency),
        p50: Money::from_nanos(quantile(&margins, 50), card.currency),
        p90: Money::from_nanos(quantile(&margins, 90), card.currency),
        losing: margins.iter().filter(|margin| **margin < 0).count() as u64,
        customers: customers.collect(),
    }
}

/// The nearest rank: the least value that so many in a hundred do not exceed. Nothing of nothing.
fn quantile(sorted: &[i128], percent: usize) -> i128 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0)
}

/// Standard deviation divided by mean.
fn variation(values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (mean > 0.0).then(|| variance.sqrt() / mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_nearest_ranks_and_variation_is_relative() {
        let hundred: Vec<i128> = (1..=100).collect();
        assert_eq!([10, 50, 90].map(|percent| quantile(&hundred, percent)), [10, 50, 90]);
        assert_eq!([10, 50, 90].map(|percent| quantile(&[1, 2, 3], percent)), [1, 2, 3]);
        assert_eq!(quantile(&[], 50), 0);
        assert_eq!((variation(&[2.0, 2.0]), variation(&[]), variation(&[0.0])), (Some(0.0), None, None));
        assert_eq!(variation(&[1.0, 3.0]), Some(0.5));
    }
}
