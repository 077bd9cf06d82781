//! Exact decimals. What cannot be held exactly is refused, never rounded unasked.

use std::{cmp::Ordering, fmt, str::FromStr};

use crate::{
    error::{ParseError, RuleError},
    text,
};

/// Which neighbour a number becomes that has too many decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
    /// The nearest; on a tie the even one.
    HalfEven,
    /// The nearest; on a tie the one away from zero.
    HalfUp,
}

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

    /// The sum; like the three below refused where the contract cannot carry it.
    pub fn plus(self, other: impl Into<Self>) -> Result<Self, RuleError> {
        let (a, b, scale) = aligned(self, other.into());
        made(a.checked_add(b), scale)
    }

    /// The difference.
    pub fn minus(self, other: impl Into<Self>) -> Result<Self, RuleError> {
        self.plus(other.into().negated())
    }

    /// The product, with all its decimals.
    pub fn times(self, other: impl Into<Self>) -> Result<Self, RuleError> {
        let (product, scale) = self.product(other.into());
        made(Some(product), scale)
    }

    /// The product with at most so many decimals.
    pub fn times_rounded(self, other: impl Into<Self>, decimals: u8, rounding: Rounding) -> Result<Self, RuleError> {
        let (product, scale) = self.product(other.into());
        cut(product, scale, decimals.into(), rounding)
    }

    /// The quotient with at most so many decimals. Nothing can be divided by zero.
    pub fn divided_by(self, other: impl Into<Self>, decimals: u8, rounding: Rounding) -> Result<Self, RuleError> {
        let (a, b, _) = aligned(self, other.into());
        if b == 0 {
            return Err(RuleError::new("a decimal is divided by zero"));
        }
        let dividend = power(decimals.into()).and_then(|power| a.checked_mul(power));
        made(dividend.map(|dividend| quotient(dividend, b, rounding)), decimals.into())
    }

    /// The same with at most so many decimals.
    pub fn rounded(self, decimals: u8, rounding: Rounding) -> Result<Self, RuleError> {
        cut(self.mantissa.into(), self.scale.into(), decimals.into(), rounding)
    }

    /// The same with the other sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { mantissa: -self.mantissa, scale: self.scale }
    }

    /// Below 2^106, with at most 24 decimals.
    fn product(self, other: Self) -> (i128, u32) {
        (i128::from(self.mantissa) * i128::from(other.mantissa), u32::from(self.scale) + u32::from(other.scale))
    }

    /// The value × 10^12: room for 2^53 × 10^12 below 2^93.
    fn widest(self) -> i128 {
        i128::from(self.mantissa) * 10i128.pow(u32::from(text::SCALE_MAX.saturating_sub(self.scale)))
    }
}

/// Both as integers of one scale: below 2^53 × 10^12, which is below 2^93.
fn aligned(a: Decimal, b: Decimal) -> (i128, i128, u32) {
    let scale = a.scale.max(b.scale);
    let at = |decimal: Decimal| i128::from(decimal.mantissa) * 10i128.pow(u32::from(scale.saturating_sub(decimal.scale)));
    (at(a), at(b), scale.into())
}

fn power(exponent: u32) -> Option<i128> {
    10i128.checked_pow(exponent)
}

/// So many decimals of mantissa × 10^-scale.
fn cut(mantissa: i128, scale: u32, decimals: u32, rounding: Rounding) -> Result<Decimal, RuleError> {
    match scale.checked_sub(decimals).filter(|more| *more > 0) {
        Some(more) => made(power(more).map(|power| quotient(mantissa, power, rounding)), decimals),
        None => made(Some(mantissa), scale),
    }
}

/// The one pair that stands for mantissa × 10^-scale.
fn made(mantissa: Option<i128>, mut scale: u32) -> Result<Decimal, RuleError> {
    let refused = || RuleError::new("a decimal does not fit, within ±2^53 and with at most 12 decimals: round it");
    let mut mantissa = mantissa.ok_or_else(refused)?;
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    let pair = i64::try_from(mantissa).ok().zip(u8::try_from(scale).ok());
    pair.and_then(|(mantissa, scale)| Decimal::new(mantissa, scale)).ok_or_else(refused)
}

/// The quotient as a whole number; the divisor is not zero.
fn quotient(dividend: i128, divisor: i128, rounding: Rounding) -> i128 {
    let (whole, rest) = (dividend / divisor, dividend % divisor);
    let away = if (dividend < 0) == (divisor < 0) { 1 } else { -1 };
    // Compared with what is missing instead of with half of the divisor, so that nothing is doubled.
    let (rest, missing) = (rest.unsigned_abs(), divisor.unsigned_abs() - rest.unsigned_abs());
    let grows = rest > 0
        && match rounding {
            Rounding::Down => false,
            Rounding::Up => true,
            Rounding::HalfUp => rest >= missing,
            Rounding::HalfEven => rest > missing || (rest == missing && whole % 2 != 0),
        };
    if grows { whole + away } else { whole }
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

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn sums_and_products_are_exact_or_refused() {
        let told = |found: Result<Decimal, RuleError>| found.map_or_else(|_| "refused".into(), |found| found.to_string());
        let cases = [
            ("0.1", "0.2", "0.3", "-0.1", "0.02"),
            ("12.5", "-12.5", "0", "25", "-156.25"),
            ("0", "7", "7", "-7", "0"),
            ("9007199254740991", "1", "refused", "9007199254740990", "9007199254740991"),
            ("0.000001", "0.000001", "0.000002", "0", "0.000000000001"),
            ("0.0000001", "0.0000001", "0.0000002", "0", "refused"),
        ];
        for (a, b, sum, difference, product) in cases {
            let (x, y) = (decimal(a), decimal(b));
            assert_eq!([x.plus(y), x.minus(y), x.times(y)].map(told), [sum, difference, product], "{a} and {b}");
        }
        assert_eq!(decimal("19.99").times(3).map(|total| total.to_string()), Ok("59.97".into()));
    }

    #[test]
    fn what_is_cut_is_cut_as_it_is_said() {
        let all = [Rounding::Down, Rounding::Up, Rounding::HalfEven, Rounding::HalfUp];
        let cases = [
            ("0.125", 2, ["0.12", "0.13", "0.12", "0.13"]),
            ("0.135", 2, ["0.13", "0.14", "0.14", "0.14"]),
            ("-0.125", 2, ["-0.12", "-0.13", "-0.12", "-0.13"]),
            ("0.1251", 2, ["0.12", "0.13", "0.13", "0.13"]),
            ("0.1249", 2, ["0.12", "0.13", "0.12", "0.12"]),
            ("2.5", 0, ["2", "3", "2", "3"]),
            ("1.50", 3, ["1.5", "1.5", "1.5", "1.5"]),
        ];
        for (text, decimals, expected) in cases {
            let found = all.map(|rounding| decimal(text).rounded(decimals, rounding).unwrap().to_string());
            assert_eq!(found, expected, "{text}");
            let found = all.map(|rounding| decimal(text).times_rounded(1, decimals, rounding).unwrap().to_string());
            assert_eq!(found, expected, "{text} once");
            let found = all.map(|rounding| decimal(text).divided_by(1, decimals, rounding).unwrap().to_string());
            assert_eq!(found, expected, "{text} by one");
        }
        assert_eq!(decimal("1").divided_by(3, 4, Rounding::HalfEven), Ok(decimal("0.3333")));
        assert_eq!(decimal("-2").divided_by(3, 2, Rounding::HalfUp), Ok(decimal("-0.67")));
        assert_eq!(decimal("123456.789").times_rounded(decimal("0.123456789012"), 2, Rounding::HalfEven), Ok(decimal("15241.58")));
        assert!(decimal("1").divided_by(0, 2, Rounding::Down).is_err());
    }
}
