//! So much per period, whatever happens in it.

use assay_domain::{decimal::Quantity, violation::Violation};
use serde::{Deserialize, Serialize};

use super::{Part, Priced};
use crate::{card::Price, exact::Ratio, rate::Metered};

/// A fee per period, in proportion to the time covered when that is less than the period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Flat {
    /// For a whole period.
    pub amount: Price,
    /// On whose invoice; that of the period itself unless given.
    #[serde(default, skip_serializing_if = "Due::is_in_arrears")]
    pub due: Due,
}

/// When something is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Due {
    /// With the period, when it has ended.
    #[default]
    InArrears,
    /// With the period before.
    InAdvance,
}

impl Due {
    fn is_in_arrears(&self) -> bool {
        *self == Self::InArrears
    }
}

impl Flat {
    pub(super) fn check(&self, at: &str) -> Result<(), Violation> {
        self.amount.check(&format!("{at}.amount"))
    }

    /// One line with the fee of a whole period, usage or not; none when nothing of the period is covered. The line says which
    /// share of the period it charges for, as quantity and price alone no longer explain the amount then.
    pub(super) fn bill(&self, period: &Metered<'_>) -> Priced {
        let share = period.share;
        let note = (share != Ratio::ONE).then(|| format!("{share} of the period"));
        let fee = Part { tier: 0, note, quantity: Quantity::ONE, unit_price: self.amount };
        Priced { parts: if share == Ratio::ZERO { Vec::new() } else { vec![fee] }, share }
    }
}
