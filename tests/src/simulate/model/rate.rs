//! What a period costs: every charge from nothing, in fractions.

use std::collections::BTreeMap;

use assay_domain::time::Timestamp;

use super::{
    fraction::Fraction,
    plan::{Plan, Price, Tier},
    price::{measure, worths},
    usage::What,
};

/// A stretch of time, half-open.
type Span = (Timestamp, Timestamp);

fn length((from, until): Span) -> Fraction {
    Fraction::whole(until.since(from).micros())
}

impl Plan {
    /// The sums of all lines of each charge for a period that has ended, in minor units; without those that are nothing.
    pub(super) fn rate(&self, used: &[&What], covered: Span, period: Span) -> BTreeMap<String, i64> {
        let share = length(covered).over(length(period));
        let mut posted = BTreeMap::new();
        let mut exact = Fraction::ZERO;
        for (n, charge) in self.charges.iter().enumerate() {
            let cost = charge.cost(used, share);
            exact = exact + cost;
            posted.insert(Self::code(n), self.minor(cost));
        }
        let sum = |posted: &BTreeMap<String, i64>| posted.values().sum::<i64>();
        let committed = self.committed(exact, share);
        if let Some(target) = committed {
            posted.insert("commitment".into(), self.minor(target) - sum(&posted));
        }
        if let Some(cap) = self.cap.map(Fraction::nanos)
            && sum(&posted) > self.minor(cap)
        {
            posted.insert("cap".into(), self.minor(cap) - sum(&posted));
        }
        if let Some(rate) = self.tax {
            let taxed = Fraction::whole(sum(&posted)) * Fraction::millionths(rate);
            posted.insert("tax-vat".into(), minor(taxed.round(self.rounding)));
        }
        posted.retain(|_, amount| *amount != 0);
        posted
    }

    /// What the charges of a period that has ended come to with the commitment, if there is one.
    fn committed(&self, exact: Fraction, share: Fraction) -> Option<Fraction> {
        let (amount, factor) = self.commitment?;
        let least = Fraction::nanos(amount) * share;
        Some(if exact <= least { least } else { least + (exact - least) * Fraction::millionths(factor) })
    }

    fn minor(&self, exact: Fraction) -> i64 {
        minor((exact * Fraction::whole(10i128.pow(self.currency.1))).round(self.rounding))
    }
}

fn minor(amount: i128) -> i64 {
    i64::try_from(amount).expect("small amounts")
}

impl Price {
    /// In major units, `share` of the period being covered.
    fn cost(&self, used: &[&What], share: Fraction) -> Fraction {
        match self {
            Self::Flat { amount, .. } => Fraction::nanos(*amount) * share,
            Self::Unit { meter, price, included } => {
                let billed = measure(meter, used) - Fraction::millionths(*included);
                billed.max(Fraction::ZERO) * Fraction::nanos(*price)
            }
            Self::Graduated { meter, tiers } => {
                let total = measure(meter, used);
                (0..tiers.len()).map(|n| graduated(total, tiers, n)).sum()
            }
            Self::Volume { meter, tiers } => volume(measure(meter, used), tiers),
            Self::Package { meter, size, price, included } => {
                let billed = (measure(meter, used) - Fraction::millionths(*included)).max(Fraction::ZERO);
                Fraction::whole(billed.over(Fraction::millionths(*size)).ceiling()) * Fraction::nanos(*price)
            }
            Self::Percentage { slug, rate, minimum, maximum } => {
                let worth = |value: Fraction| {
                    let part = value * Fraction::millionths(*rate);
                    let part = minimum.map_or(part, |minimum| part.max(Fraction::nanos(minimum)));
                    maximum.map_or(part, |maximum| part.min(Fraction::nanos(maximum)))
                };
                worths(slug, used).map(worth).sum()
            }
        }
    }
}

fn end(tier: &Tier) -> Option<Fraction> {
    tier.end.map(Fraction::millionths)
}

/// What one tier adds: its own units at its price, and its fee once it is entered.
fn graduated(total: Fraction, tiers: &[Tier], n: usize) -> Fraction {
    let before = n.checked_sub(1).map(|before| &tiers[before]);
    let start = before.and_then(end).unwrap_or(Fraction::ZERO);
    let units = end(&tiers[n]).map_or(total, |end| total.min(end)) - start;
    let begins_at_start = before.is_some_and(|before| before.is_exclusive);
    let is_entered = total > start || (begins_at_start && total == start);
    let fee = if is_entered { Fraction::nanos(tiers[n].fee) } else { Fraction::ZERO };
    units.max(Fraction::ZERO) * Fraction::nanos(tiers[n].price) + fee
}

/// All units at the price of the tier that the total lies in, and its fee; nothing for nothing.
fn volume(total: Fraction, tiers: &[Tier]) -> Fraction {
    let holds = |tier: &&Tier| end(tier).is_none_or(|end| total < end || (total == end && !tier.is_exclusive));
    let tier = tiers.iter().find(holds).expect("the last tier is open");
    if total == Fraction::ZERO { Fraction::ZERO } else { total * Fraction::nanos(tier.price) + Fraction::nanos(tier.fee) }
}
