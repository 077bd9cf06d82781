//! What bills would be: the usage that is recorded with what would be otherwise, priced as a billing run prices it. Nothing is written.

use std::collections::BTreeMap;

use assay_domain::{
    id::CustomerId,
    money::Amount,
    period::{Period, PeriodName},
    terms::Agreement,
    time::Timestamp,
};
use assay_rating::rate::{RatedLine, rate};
use assay_store::{Connection, customers};

use super::{
    moves::{Item, Place, Shift},
    report::{BillChange, BillTotal},
};
use crate::{
    error::{AppError, Result},
    rated::{RatedPeriod, Rates},
};

/// What became of the bills.
#[derive(Debug, Default)]
pub(super) struct Bills {
    pub(super) changes: Vec<BillChange>,
    pub(super) totals: Vec<BillTotal>,
    pub(super) unmoved: u64,
    pub(super) unrated: Vec<String>,
}

/// What prices are computed by.
pub(super) struct Prices<'r> {
    pub(super) rates: &'r Rates,
    /// The definition's slug.
    pub(super) definition: &'r str,
    /// The number of the last change of usage that counts.
    pub(super) usage_until: i64,
    /// Periods that have ended by then are billed in full.
    pub(super) as_of: Timestamp,
}

/// A bill: whose, of when, in which currency.
type Bill = (CustomerId, PeriodName, String);
/// Under the version in force, and under the candidate.
type Both = (Amount, Amount);

impl Prices<'_> {
    /// The bills of the periods whose usage would be another one.
    pub(super) async fn bills(&self, c: &mut impl Connection, moves: BTreeMap<(Place, Item), Shift>) -> Result<Bills> {
        let mut places: BTreeMap<Place, Vec<(Item, Shift)>> = BTreeMap::new();
        for ((place, item), shift) in moves {
            places.entry(place).or_default().push((item, shift));
        }
        // What both would have alike is in no bill that moves.
        places.retain(|_, items| items.iter().any(|(_, shift)| shift.in_force != shift.candidate));
        let (mut sums, mut unrated): (BTreeMap<Bill, Both>, _) = (BTreeMap::new(), Vec::new());
        for (place, items) in places {
            let Some(agreement) = self.rates.agreement(place.agreement) else { continue };
            let Some(period) = self.rates.calendar(agreement).and_then(|calendar| calendar.named(place.period)) else { continue };
            match self.both(c, agreement, &period, &items).await {
                Err(AppError::Rating { source, .. }) => unrated.push((agreement.customer, period.name, source.to_string())),
                found => add(&mut sums, agreement.customer, period.name, found?),
            }
        }
        let owners: Vec<CustomerId> = sums.keys().map(|(customer, ..)| *customer).chain(unrated.iter().map(|(id, ..)| *id)).collect();
        let keys = customers::keys(c, &owners).await?;
        let key = |id: CustomerId| keys.get(&id).cloned().unwrap_or_else(|| id.to_string());
        let all = sums.len();
        let moved = sums.into_iter().filter(|(_, (in_force, candidate))| in_force != candidate);
        let change = |((customer, period, _), (in_force, candidate)): (Bill, Both)| {
            let customer = key(customer);
            BillChange { customer, period, in_force, candidate }
        };
        let mut changes: Vec<BillChange> = moved.map(change).collect();
        changes.sort_by(|one, other| (&one.customer, one.period).cmp(&(&other.customer, other.period)));
        let unrated = unrated.into_iter().map(|(id, period, why)| format!("that of {} for {period}: {why}", key(id))).collect();
        Ok(Bills { totals: totals(&changes), unmoved: (all - changes.len()) as u64, changes, unrated })
    }

    /// What a period costs under the version in force and under the candidate.
    async fn both(&self, c: &mut impl Connection, agreement: &Agreement, period: &Period, items: &[(Item, Shift)]) -> Result<Both> {
        let ended = period.end <= self.as_of;
        let rated = self.rates.rated(c, agreement, period, self.usage_until, ended).await?;
        let cost = |count: fn(&Shift) -> i64| self.cost(agreement, period, &rated, items, count);
        Ok((cost(|shift| shift.in_force)?, cost(|shift| shift.candidate)?))
    }

    fn cost(
        &self,
        agreement: &Agreement,
        period: &Period,
        rated: &RatedPeriod,
        items: &[(Item, Shift)],
        count: fn(&Shift) -> i64,
    ) -> Result<Amount> {
        let mut usage = rated.usage.clone();
        for (item, shift) in items {
            usage.push(item.priced(self.definition, count(shift))?);
        }
        let lines = rate(&rated.card, &rated.coverage, &usage).map_err(|source| Rates::error(agreement.customer, period, source))?;
        let minor = lines.iter().map(|line: &RatedLine| line.amount.minor()).fold(0, i64::saturating_add);
        Ok(Amount::new(minor, rated.card.currency))
    }
}

/// A customer whose agreement changes within a period has one bill for it.
fn add(sums: &mut BTreeMap<Bill, Both>, customer: CustomerId, period: PeriodName, (in_force, candidate): Both) {
    let currency = in_force.currency();
    let zero = Amount::new(0, currency);
    let sum = sums.entry((customer, period, currency.to_string())).or_insert((zero, zero));
    sum.0 = sum.0.checked_add(in_force).unwrap_or(sum.0);
    sum.1 = sum.1.checked_add(candidate).unwrap_or(sum.1);
}

fn totals(changes: &[BillChange]) -> Vec<BillTotal> {
    let mut totals: BTreeMap<String, BillTotal> = BTreeMap::new();
    for BillChange { in_force, candidate, .. } in changes {
        let zero = Amount::new(0, in_force.currency());
        let total = totals.entry(zero.currency().to_string()).or_insert(BillTotal { bills: 0, in_force: zero, candidate: zero });
        total.bills += 1;
        total.in_force = total.in_force.checked_add(*in_force).unwrap_or(total.in_force);
        total.candidate = total.candidate.checked_add(*candidate).unwrap_or(total.candidate);
    }
    totals.into_values().collect()
}

/// An amount as JSON: `{"amount":"0.99","currency":"USD"}`.
pub(super) mod amount {
    use assay_domain::{
        decimal::Decimal,
        money::{Amount, Currency},
    };
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    #[derive(Serialize, Deserialize)]
    struct Written {
        amount: String,
        currency: Currency,
    }

    pub(in crate::backtest) fn serialize<S: Serializer>(amount: &Amount, to: S) -> Result<S::Ok, S::Error> {
        Written { amount: amount.decimal(), currency: amount.currency() }.serialize(to)
    }

    pub(in crate::backtest) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Amount, D::Error> {
        let Written { amount, currency } = Written::deserialize(from)?;
        let minor = amount.parse::<Decimal>().ok().and_then(|decimal| decimal.at_scale(currency.exponent()));
        minor.map(|minor| Amount::new(minor, currency)).ok_or_else(|| D::Error::custom("no amount of the currency"))
    }
}
