//! All units at the price of the tier that the total lies in.

use assay_domain::violation::Violation;
use serde::{Deserialize, Serialize};

use super::{
    Part, Priced,
    graduated::{Tier, check_tiers, has_entered},
};
use crate::{
    RatingError,
    card::{MeterRef, Price},
    exact::Ratio,
    rate::Metered,
};

/// Tiers of which the total picks one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Volume {
    /// What is counted.
    pub meter: MeterRef,
    /// In increasing order; the last one is open.
    pub tiers: Vec<Tier>,
}

impl Volume {
    pub(super) fn check(&self, at: &str) -> Result<(), Violation> {
        self.meter.check(at)?;
        check_tiers(&self.tiers, at)
    }

    /// A line with all units at the price of the last tier that the total has entered, and one of quantity 1 with that tier's flat fee
    /// if it has one. A total of zero has not entered the first tier.
    pub(super) fn bill(&self, period: &Metered<'_>) -> Result<Priced, RatingError> {
        let total = period.total(&self.meter)?;
        let mut parts = Vec::new();
        let mut below: Option<&Tier> = None;
        for (n, tier) in (1..).zip(&self.tiers) {
            if !has_entered(total, below) {
                break;
            }
            let range = tier.range(below);
            let units = Part { tier: n, note: range.clone(), quantity: total, unit_price: tier.price };
            let fee = (tier.flat_fee != Price::ZERO).then(|| tier.fee(n, range));
            parts = [units].into_iter().chain(fee).collect();
            below = Some(tier);
        }
        Ok(Priced { parts, share: Ratio::ONE })
    }
}
