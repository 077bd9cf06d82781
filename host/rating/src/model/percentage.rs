//! A share of what each success is worth.

use std::collections::BTreeMap;

use assay_domain::{decimal::Quantity, violation::Violation};
use serde::{Deserialize, Serialize};

use super::{Part, Priced};
use crate::{
    RatingError,
    card::{MeterRef, Price},
    exact::{Exact, Ratio},
    rate::Metered,
    usage::{UsageItem, Used},
};

/// A rate of the value of each success, within bounds per success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Percentage {
    /// Which successes.
    pub meter: MeterRef,
    /// As a fraction: 0.02.
    pub rate: Price,
    /// What a success costs at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Price>,
    /// What a success costs at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Price>,
}

/// Which bound decides what a success costs; the number of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bound {
    None,
    Minimum,
    Maximum,
}

impl Percentage {
    pub(super) fn check(&self, at: &str) -> Result<(), Violation> {
        self.meter.check(at)?;
        if !matches!(&self.meter, MeterRef::Outcomes { credit_to: None, .. }) {
            let remedy = "count `outcome-of` a definition, without `credit-to`";
            return Err(Violation::new(format!("{at}.meter"), "only a whole success is worth something", remedy));
        }
        self.rate.check_rate(&format!("{at}.rate"))?;
        self.minimum.map_or(Ok(()), |minimum| minimum.check(&format!("{at}.minimum")))?;
        self.maximum.map_or(Ok(()), |maximum| maximum.check(&format!("{at}.maximum")))?;
        match (self.minimum, self.maximum) {
            (Some(minimum), Some(maximum)) if maximum < minimum => {
                let problem = format!("{maximum} is below the minimum of {minimum}");
                Err(Violation::new(format!("{at}.maximum"), problem, "raise it to the minimum at least, or leave one of them out"))
            }
            _ => Ok(()),
        }
    }

    /// Up to three lines: the value of all successes within the bounds at the rate, then how many cost the minimum, then how many cost
    /// the maximum.
    pub(super) fn bill(&self, period: &Metered<'_>) -> Result<Priced, RatingError> {
        let mut sums: BTreeMap<Bound, i128> = BTreeMap::new();
        for item in period.usage.iter().filter(|item| item.count != 0 && self.meter.counts(item)) {
            let value = value(item)?;
            let bound = self.bound(Exact::from(value).checked_mul(self.rate.exact())?);
            let each = if bound == Bound::None { value } else { Quantity::ONE };
            *sums.entry(bound).or_default() += i128::from(each.micros()) * i128::from(item.count);
        }
        let mut parts = Vec::new();
        for (bound, micros) in sums.into_iter().filter(|(_, micros)| *micros != 0) {
            let total = i64::try_from(micros).map(Quantity::from_micros).map_err(|_| RatingError::Overflow)?;
            if total < Quantity::ZERO {
                return Err(RatingError::NegativeUsage { meter: self.meter.to_string(), total });
            }
            parts.push(self.part(bound, total));
        }
        Ok(Priced { parts, share: Ratio::ONE })
    }

    fn bound(&self, cost: Exact) -> Bound {
        match (self.minimum, self.maximum) {
            (Some(minimum), _) if cost < minimum.exact() => Bound::Minimum,
            (_, Some(maximum)) if cost > maximum.exact() => Bound::Maximum,
            _ => Bound::None,
        }
    }

    fn part(&self, bound: Bound, quantity: Quantity) -> Part {
        let (tier, note, unit_price) = match bound {
            Bound::None => (0, "of their value", self.rate),
            Bound::Minimum => (1, "at the minimum", self.minimum.unwrap_or_default()),
            Bound::Maximum => (2, "at the maximum", self.maximum.unwrap_or_default()),
        };
        Part { tier, note: Some(note.into()), quantity, unit_price }
    }
}

/// What one success is worth; a loss is worth nothing.
fn value(item: &UsageItem) -> Result<Quantity, RatingError> {
    let Used::Outcome { value, definition, .. } = &item.used else { return Ok(Quantity::ZERO) };
    let value = value.ok_or_else(|| RatingError::ValueMissing { definition: definition.clone() })?;
    let micros = value.at_scale(Quantity::SCALE).ok_or(RatingError::Inexact)?;
    Ok(Quantity::from_micros(micros.max(0)))
}
