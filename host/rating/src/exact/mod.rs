//! Exact numbers: an operation gives the true result or an error, never a rounded one. Rounding is a step of its own.

mod ratio;
mod round;

use std::{fmt, str::FromStr};

use assay_domain::decimal::Quantity;
use rust_decimal::Decimal;

use crate::RatingError;

pub use self::{
    ratio::Ratio,
    round::{Rounding, round_to_minor},
};

/// A decimal number of at most 28 decimals and a mantissa below 2^96, without trailing zeros: equal numbers have equal texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Exact(Decimal);

/// A text that is not a plain decimal, or has too many digits to be held.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a decimal such as 0.99")]
pub struct ExactError(String);

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// The sum.
    ///
    /// # Errors
    /// `Inexact` when it would be rounded, `Overflow` when it does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, RatingError> {
        self.aligned(other, self.0.checked_add(other.0))
    }

    /// The difference.
    ///
    /// # Errors
    /// `Inexact` when it would be rounded, `Overflow` when it does not fit.
    pub fn checked_sub(self, other: Self) -> Result<Self, RatingError> {
        self.aligned(other, self.0.checked_sub(other.0))
    }

    /// The product.
    ///
    /// # Errors
    /// `Inexact` when it would be rounded, `Overflow` when it does not fit.
    pub fn checked_mul(self, other: Self) -> Result<Self, RatingError> {
        if self.0.is_zero() || other.0.is_zero() {
            return Ok(Self::ZERO);
        }
        unrounded(self.0.checked_mul(other.0), self.0.scale() + other.0.scale())
    }

    fn aligned(self, other: Self, result: Option<Decimal>) -> Result<Self, RatingError> {
        match result {
            // A sum is rounded only when it is too large, so one of zero is exact whatever its scale.
            Some(result) if result.is_zero() => Ok(Self::ZERO),
            result => unrounded(result, self.0.scale().max(other.0.scale())),
        }
    }

    /// How many decimals it has: 2 for 0.99, 0 for 500.
    pub fn decimals(self) -> u32 {
        self.0.scale()
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.0.is_sign_negative()
    }
}

/// `Decimal` makes room for a large result by dropping decimals: one that kept all those of its operands is exact.
fn unrounded(result: Option<Decimal>, scale: u32) -> Result<Exact, RatingError> {
    let result = result.ok_or(RatingError::Overflow)?;
    if result.scale() == scale { Ok(Exact(result.normalize())) } else { Err(RatingError::Inexact) }
}

impl From<i64> for Exact {
    fn from(whole: i64) -> Self {
        Self(Decimal::from(whole))
    }
}

impl From<Quantity> for Exact {
    fn from(quantity: Quantity) -> Self {
        Self(Decimal::new(quantity.micros(), u32::from(Quantity::SCALE)).normalize())
    }
}

impl From<Exact> for Ratio {
    fn from(exact: Exact) -> Self {
        Self::decimal(exact.0.mantissa(), exact.0.scale())
    }
}

impl FromStr for Exact {
    type Err = ExactError;

    /// Plain notation only: an optional minus, digits, and optionally a point and digits.
    fn from_str(text: &str) -> Result<Self, ExactError> {
        let error = || ExactError(text.into());
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let is_plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_plain(whole) || !is_plain(fraction) {
            return Err(error());
        }
        Decimal::from_str_exact(text).map(|number| Self(number.normalize())).map_err(|_| error())
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
