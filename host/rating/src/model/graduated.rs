//! Every tier's units at the tier's own price.

use std::iter;

use assay_domain::{decimal::Quantity, violation::Violation};
use serde::{Deserialize, Serialize};

use super::{Part, Priced, beyond};
use crate::{
    RatingError,
    card::{MeterRef, Price, quoted},
    exact::Ratio,
    rate::Metered,
};

/// Tiers that fill up one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Graduated {
    /// What is counted.
    pub meter: MeterRef,
    /// In increasing order; the last one is open.
    pub tiers: Vec<Tier>,
}

/// One tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tier {
    /// Where it ends, counted from zero; `None` in the last tier only.
    #[serde(default, deserialize_with = "quoted::optional_quantity", skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Quantity>,
    /// Whether its end belongs to it.
    #[serde(default)]
    pub edge: Edge,
    /// Of one unit in it.
    pub price: Price,
    /// Charged once per period in which it is entered; nothing unless given.
    #[serde(default)]
    pub flat_fee: Price,
}

/// Which side of a tier's end the end itself belongs to. Quantities divide without limit, so this moves no units from one tier
/// to the next: it decides whether a total of exactly the end has entered the next tier, and owes its flat fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edge {
    /// To this tier.
    #[default]
    Inclusive,
    /// To the next.
    Exclusive,
}

impl Graduated {
    pub(super) fn check(&self, at: &str) -> Result<(), Violation> {
        self.meter.check(at)?;
        check_tiers(&self.tiers, at)
    }

    /// For each tier that the total has entered, in order: a line with its units if there are any, and a line of quantity 1 with
    /// its flat fee if it has one. A total of zero has not entered the first tier.
    pub(super) fn bill(&self, period: &Metered<'_>) -> Result<Priced, RatingError> {
        let total = period.total(&self.meter)?;
        let mut parts = Vec::new();
        let mut below: Option<&Tier> = None;
        for (n, tier) in (1..).zip(&self.tiers) {
            if !has_entered(total, below) {
                break;
            }
            let start = below.and_then(|below| below.up_to).unwrap_or(Quantity::ZERO);
            let quantity = beyond(tier.up_to.map_or(total, |end| end.min(total)), start)?;
            let range = tier.range(below);
            if quantity != Quantity::ZERO {
                parts.push(Part { tier: n, note: range.clone(), quantity, unit_price: tier.price });
            }
            if tier.flat_fee != Price::ZERO {
                parts.push(tier.fee(n, range));
            }
            below = Some(tier);
        }
        Ok(Priced { parts, share: Ratio::ONE })
    }
}

/// Checks tiers that follow each other; `at` is the charge's field.
pub(super) fn check_tiers(tiers: &[Tier], at: &str) -> Result<(), Violation> {
    if tiers.is_empty() {
        return Err(Violation::new(format!("{at}.tiers"), "there is none", "give at least one tier with a price"));
    }
    let mut start = Quantity::ZERO;
    for (n, tier) in tiers.iter().enumerate() {
        let at = format!("{at}.tiers[{n}]");
        tier.price.check(&format!("{at}.price"))?;
        tier.flat_fee.check(&format!("{at}.flat-fee"))?;
        start = tier.check_end(&format!("{at}.up-to"), start, n + 1 == tiers.len())?;
    }
    Ok(())
}

/// Whether a total reaches past the tier below.
pub(super) fn has_entered(total: Quantity, below: Option<&Tier>) -> bool {
    match below {
        None => total > Quantity::ZERO,
        Some(Tier { up_to: Some(end), edge: Edge::Inclusive, .. }) => total > *end,
        Some(Tier { up_to: Some(end), edge: Edge::Exclusive, .. }) => total >= *end,
        Some(Tier { up_to: None, .. }) => false,
    }
}

impl Tier {
    fn check_end(&self, field: &str, start: Quantity, is_last: bool) -> Result<Quantity, Violation> {
        let (problem, remedy) = match self.up_to {
            None if is_last => return Ok(start),
            Some(end) if is_last => {
                (format!("the last tier ends at {end}"), "leave `up-to` out of the last tier, so that every unit has a price")
            }
            None => ("it is missing".into(), "say where the tier ends; only the last one is open"),
            Some(end) if end <= start => {
                (format!("{end} is not more than {start}, where the tier starts"), "put the tiers in increasing order")
            }
            Some(end) => return Ok(end),
        };
        Err(Violation::new(field, problem, remedy))
    }

    /// The line of its flat fee; `range` is its range in words.
    pub(super) fn fee(&self, tier: u32, range: Option<String>) -> Part {
        let note = iter::once("flat fee".to_owned()).chain(range).collect::<Vec<_>>().join(" ");
        Part { tier, note: Some(note), quantity: Quantity::ONE, unit_price: self.flat_fee }
    }

    /// Its range in words: `over 100, up to 500`; `None` when it is without bounds.
    pub(super) fn range(&self, below: Option<&Self>) -> Option<String> {
        let from = below.and_then(|below| below.up_to.map(|end| (end, below.edge))).map(|(start, edge)| match edge {
            Edge::Inclusive => format!("over {start}"),
            Edge::Exclusive => format!("from {start}"),
        });
        let to = self.up_to.map(|end| match self.edge {
            Edge::Inclusive => format!("up to {end}"),
            Edge::Exclusive => format!("below {end}"),
        });
        let bounds: Vec<_> = from.into_iter().chain(to).collect();
        (!bounds.is_empty()).then(|| bounds.join(", "))
    }
}
