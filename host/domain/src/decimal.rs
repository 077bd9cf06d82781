//! Decimals of the contract, and quantities: exact, canonical, never a float.

use std::{fmt, str::FromStr};

use crate::{number::EXACT_MAX, time::serde_as_text};
use serde::{Deserialize, Serialize};

/// mantissa × 10^-scale; |mantissa| ≤ 2^53, scale at most 12, no trailing zero in the mantissa.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: i64,
    scale: u8,
}

/// A number that is not a decimal of the contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Too large, or more decimals than 12.
    #[error("a decimal has a mantissa within ±2^53 and at most 12 decimals")]
    Range,
    /// A trailing zero, or a scale on zero.
    #[error("a decimal is canonical: no trailing zero in the mantissa")]
    NotCanonical,
    /// Not a number at all.
    #[error("{0:?} is not a decimal such as 12.5")]
    Syntax(String),
}

impl Decimal {
    /// The largest scale.
    pub const SCALE_MAX: u8 = 12;

    /// From its parts; refuses what is out of range or not canonical.
    pub fn new(mantissa: i64, scale: u8) -> Result<Self, DecimalError> {
        if mantissa.unsigned_abs() > EXACT_MAX.unsigned_abs() || scale > Self::SCALE_MAX {
            return Err(DecimalError::Range);
        }
        if scale > 0 && mantissa % 10 == 0 {
            return Err(DecimalError::NotCanonical);
        }
        Ok(Self { mantissa, scale })
    }

    /// The integer part of the pair.
    pub fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// How many decimals.
    pub fn scale(self) -> u8 {
        self.scale
    }

    /// The same value as an integer at a fixed scale; `None` when digits would be lost or it does not fit.
    pub fn at_scale(self, scale: u8) -> Option<i64> {
        let up = scale.checked_sub(self.scale)?;
        self.mantissa.checked_mul(10i64.checked_pow(u32::from(up))?)
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Plain or exponent notation, as JSON writes numbers; the value must be exact.
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let syntax = || DecimalError::Syntax(text.into());
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().map_err(|_| syntax())?),
            None => (text, 0),
        };
        let (sign, number) = number.strip_prefix('-').map_or((1, number), |rest| (-1, rest));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let dotted = number.contains('.');
        if whole.is_empty() || (dotted && fraction.is_empty()) || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(syntax());
        }
        let fraction = fraction.trim_end_matches('0');
        let digits = format!("{whole}{fraction}");
        let digits = digits.trim_start_matches('0');
        let mut mantissa: i64 = if digits.is_empty() { 0 } else { digits.parse().map_err(|_| DecimalError::Range)? };
        let mut scale = i32::try_from(fraction.len()).map_err(|_| DecimalError::Range)?.checked_sub(exponent).ok_or(DecimalError::Range)?;
        if mantissa == 0 {
            scale = 0;
        }
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        while scale < 0 {
            mantissa = mantissa.checked_mul(10).ok_or(DecimalError::Range)?;
            scale += 1;
        }
        Self::new(sign * mantissa, u8::try_from(scale).map_err(|_| DecimalError::Range)?)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scaled(f, i128::from(self.mantissa), usize::from(self.scale))
    }
}

/// Writes an integer at a scale as plain decimal text.
pub(crate) fn write_scaled(f: &mut fmt::Formatter<'_>, mantissa: i128, scale: usize) -> fmt::Result {
    let sign = if mantissa < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", mantissa.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if fraction.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{fraction}") }
}

/// How much of an outcome: millionths of a unit. Signed, because a withdrawal is a negative quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity(i64);

impl Quantity {
    /// Decimals of a quantity.
    pub const SCALE: u8 = 6;
    /// One unit.
    pub const ONE: Self = Self(1_000_000);
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The most a single verdict may say: a billion units.
    pub const VERDICT_MAX: Self = Self(1_000_000_000_000_000);

    /// From millionths.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Millionths.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// From a decimal of at most six decimals.
    pub fn from_decimal(decimal: Decimal) -> Option<Self> {
        decimal.at_scale(Self::SCALE).map(Self)
    }

    /// The sum; `None` past 9 × 10^12 units.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The same amount withdrawn.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(-self.0)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut n, mut scale) = (self.0, usize::from(Self::SCALE));
        while scale > 0 && n % 10 == 0 {
            n /= 10;
            scale -= 1;
        }
        write_scaled(f, i128::from(n), scale)
    }
}

impl FromStr for Quantity {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        Self::from_decimal(text.parse()?).ok_or(DecimalError::Range)
    }
}
serde_as_text!(Decimal, Quantity);
