//! The one place where digits are dropped.

use assay_domain::money::Currency;
use serde::{Deserialize, Serialize};

use super::Ratio;
use crate::RatingError;

/// What becomes of a part of a minor unit. Every mode treats a negative amount as the mirror image of a positive one, so that a
/// credit undoes its charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// To the nearest; a half to the even neighbour.
    #[default]
    HalfEven,
    /// To the nearest; a half away from zero.
    HalfUp,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

/// Rounds an amount in major units (dollars) to whole minor units (cents), by the currency's exponent in ISO 4217.
///
/// # Errors
/// `Overflow` when the result does not fit an `i64`.
pub fn round_to_minor(major: Ratio, currency: Currency, rounding: Rounding) -> Result<i64, RatingError> {
    let minor = major.checked_mul(Ratio::whole(10i128.pow(u32::from(currency.exponent()))))?;
    let whole = minor.numerator() / minor.denominator();
    let rest = (minor.numerator() % minor.denominator()).abs();
    // What is left compared with what is missing: doubling could overflow.
    let to_half = rest.cmp(&(minor.denominator() - rest));
    let away = match rounding {
        Rounding::Down => false,
        Rounding::Up => rest > 0,
        Rounding::HalfUp => to_half.is_ge(),
        Rounding::HalfEven => to_half.is_gt() || (to_half.is_eq() && whole % 2 != 0),
    };
    let rounded = if away { whole + minor.numerator().signum() } else { whole };
    i64::try_from(rounded).map_err(|_| RatingError::Overflow)
}
