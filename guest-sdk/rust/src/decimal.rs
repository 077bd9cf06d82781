//! Exact decimals. There is no arithmetic: a rule that computes does so in integers of its own scale and says the result once.

use std::{cmp::Ordering, fmt, str::FromStr};

use crate::{error::ParseError, text};

/// mantissa × 10^-scale, exact: |mantissa| < 2^53, at most 12 decimals, no trailing zero in the mantissa.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: i64,
    scale: u8,
}

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self { mantissa: 0, scale: 0 };
    /// One unit.
    pub const ONE: Self = Self { mantissa: 1, scale: 0 };

    /// mantissa × 10^-scale with its trailing zeros dropped; `None` when the contract cannot carry it exactly.
    pub fn new(mantissa: i64, scale: u8) -> Option<Self> {
        text::canonical(mantissa, i32::from(scale)).map(|(mantissa, scale)| Self { mantissa, scale })
    }

    pub(crate) const fn from_parts(mantissa: i64, scale: u8) -> Self {
        Self { mantissa, scale }
    }

    /// The integer part of the pair.
    pub const fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// How many decimals.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// The value × 10^12: room for 2^53 × 10^12 below 2^93.
    fn widest(self) -> i128 {
        i128::from(self.mantissa) * 10i128.pow(u32::from(text::SCALE_MAX.saturating_sub(self.scale)))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.widest().cmp(&other.widest())
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<u32> for Decimal {
    fn from(n: u32) -> Self {
        Self { mantissa: i64::from(n), scale: 0 }
    }
}

impl From<i32> for Decimal {
    fn from(n: i32) -> Self {
        Self { mantissa: i64::from(n), scale: 0 }
    }
}

impl FromStr for Decimal {
    type Err = ParseError;

    /// Plain or exponent notation.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let expected = ParseError::new("a decimal such as 12.5, with at most 12 decimals and within ±2^53");
        text::decimal(text).map(|(mantissa, scale)| Self { mantissa, scale }).ok_or(expected)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = usize::from(self.scale);
        let digits = format!("{:0width$}", self.mantissa.unsigned_abs(), width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        f.write_str(if self.mantissa < 0 { "-" } else { "" })?;
        f.write_str(whole)?;
        if fraction.is_empty() { Ok(()) } else { write!(f, ".{fraction}") }
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_and_ordered() {
        assert_eq!(Decimal::new(1_500, 3), Decimal::new(15, 1));
        assert_eq!(Decimal::new(1, 13), None);
        assert_eq!(Decimal::new(1 << 53, 0), None);
        for text in ["0", "-0.05", "12.5", "1200", "0.000000000001"] {
            assert_eq!(text.parse::<Decimal>().map(|decimal| decimal.to_string()), Ok(text.to_owned()));
        }
        let sorted = ["-2", "-0.5", "0", "0.05", "0.1", "9", "10"].map(|text| text.parse::<Decimal>().unwrap());
        assert!(sorted.is_sorted());
    }
}
