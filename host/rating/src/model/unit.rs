//! So much per unit.

use assay_domain::{decimal::Quantity, violation::Violation};
use serde::{Deserialize, Serialize};

use super::{Part, Priced, beyond};
use crate::{
    RatingError,
    card::{MeterRef, Price, check_quantity, quoted},
    exact::Ratio,
    rate::Metered,
};

/// Every unit at one price, after some free ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Unit {
    /// What is counted.
    pub meter: MeterRef,
    /// Of one unit.
    pub price: Price,
    /// Free units per period; none unless given, and not fewer when only a part of the period is covered.
    #[serde(default, deserialize_with = "quoted::quantity")]
    pub included: Quantity,
}

impl Unit {
    pub(super) fn check(&self, at: &str) -> Result<(), Violation> {
        self.meter.check(at)?;
        self.price.check(&format!("{at}.price"))?;
        check_quantity(&format!("{at}.included"), self.included)
    }

    /// One line with the units beyond the free ones; none when there are none.
    pub(super) fn bill(&self, period: &Metered<'_>) -> Result<Priced, RatingError> {
        let quantity = beyond(period.total(&self.meter)?, self.included)?;
        let units = Part { tier: 0, note: None, quantity, unit_price: self.price };
        Ok(Priced { parts: if quantity == Quantity::ZERO { Vec::new() } else { vec![units] }, share: Ratio::ONE })
    }
}
