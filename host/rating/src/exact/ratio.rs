//! Fractions, for what no decimal holds: a share of a period.

use std::fmt;

use crate::RatingError;

/// A fraction of integers in lowest terms, with a positive denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// Nothing.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };
    /// The whole.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// `numerator` / `denominator`; `None` unless the denominator is positive.
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        (denominator > 0).then(|| Self::lowest(numerator, denominator))
    }

    pub(super) fn whole(number: i128) -> Self {
        Self { numerator: number, denominator: 1 }
    }

    /// `mantissa` × 10^-`scale`, for the scales of a decimal: at most 28.
    pub(super) fn decimal(mantissa: i128, scale: u32) -> Self {
        Self::lowest(mantissa, 10i128.pow(scale))
    }

    fn lowest(numerator: i128, denominator: i128) -> Self {
        let common = common_divisor(numerator, denominator);
        Self { numerator: numerator / common, denominator: denominator / common }
    }

    /// The product.
    ///
    /// # Errors
    /// `Overflow` when a part of it does not fit 127 bits.
    pub fn checked_mul(self, other: Self) -> Result<Self, RatingError> {
        // Crosswise, so that what cancels out is gone before it can overflow.
        let (left, right) = (Self::lowest(self.numerator, other.denominator), Self::lowest(other.numerator, self.denominator));
        let numerator = left.numerator.checked_mul(right.numerator).ok_or(RatingError::Overflow)?;
        let denominator = left.denominator.checked_mul(right.denominator).ok_or(RatingError::Overflow)?;
        Ok(Self { numerator, denominator })
    }

    /// The sum.
    ///
    /// # Errors
    /// `Overflow` when a part of it does not fit 127 bits.
    pub fn checked_add(self, other: Self) -> Result<Self, RatingError> {
        let common = common_divisor(self.denominator, other.denominator);
        let (left, right) = (other.denominator / common, self.denominator / common);
        let over = |numerator: i128, by: i128| numerator.checked_mul(by).ok_or(RatingError::Overflow);
        let numerator = over(self.numerator, left)?.checked_add(over(other.numerator, right)?).ok_or(RatingError::Overflow)?;
        Ok(Self::lowest(numerator, over(self.denominator, left)?))
    }

    /// The difference.
    ///
    /// # Errors
    /// `Overflow` when a part of it does not fit 127 bits.
    pub fn checked_sub(self, other: Self) -> Result<Self, RatingError> {
        self.checked_add(Self { numerator: -other.numerator, ..other })
    }

    /// Whether it is above zero.
    pub fn is_positive(self) -> bool {
        self.numerator > 0
    }

    /// The part above the line; carries the sign.
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// The part below the line; positive.
    pub fn denominator(self) -> i128 {
        self.denominator
    }
}

/// Euclid's; positive, because `b` is.
fn common_divisor(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.abs()
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}
