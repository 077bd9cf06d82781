//! So much per package, begun ones included.

use assay_domain::{decimal::Quantity, violation::Violation};
use serde::{Deserialize, Serialize};

use super::{Part, Priced, beyond};
use crate::{
    RatingError,
    card::{MeterRef, Price, check_quantity, quoted},
    exact::Ratio,
    rate::Metered,
};

/// Units in packages of one size, after some free ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Package {
    /// What is counted.
    pub meter: MeterRef,
    /// Units in a package.
    #[serde(deserialize_with = "quoted::quantity")]
    pub size: Quantity,
    /// Of one package.
    pub price: Price,
    /// Free units per period; none unless given.
    #[serde(default, deserialize_with = "quoted::quantity")]
    pub included: Quantity,
}

impl Package {
    pub(super) fn check(&self, at: &str) -> Result<(), Violation> {
        self.meter.check(at)?;
        self.price.check(&format!("{at}.price"))?;
        check_quantity(&format!("{at}.included"), self.included)?;
        if self.size <= Quantity::ZERO {
            let problem = format!("{} units make no package", self.size);
            return Err(Violation::new(format!("{at}.size"), problem, "give more than zero"));
        }
        Ok(())
    }

    /// One line with the packages that the units beyond the free ones have begun; none when there are none.
    pub(super) fn bill(&self, period: &Metered<'_>) -> Result<Priced, RatingError> {
        let units = beyond(period.total(&self.meter)?, self.included)?.micros();
        let size = self.size.micros().max(1);
        let packages = units / size + i64::from(units % size > 0);
        let micros = packages.checked_mul(Quantity::ONE.micros()).ok_or(RatingError::Overflow)?;
        let note = Some(format!("packages of {}", self.size));
        let line = Part { tier: 0, note, quantity: Quantity::from_micros(micros), unit_price: self.price };
        Ok(Priced { parts: if packages == 0 { Vec::new() } else { vec![line] }, share: Ratio::ONE })
    }
}
