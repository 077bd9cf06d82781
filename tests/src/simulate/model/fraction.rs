//! Exact fractions.

use std::{
    cmp::Ordering,
    iter::Sum,
    ops::{Add, Mul, Sub},
};

/// `top / bottom` in lowest terms; `bottom` is positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fraction {
    top: i128,
    bottom: i128,
}

impl Fraction {
    pub(super) const ZERO: Self = Self { top: 0, bottom: 1 };

    pub(super) fn new(top: i128, bottom: i128) -> Self {
        assert!(bottom > 0, "{top} / {bottom}");
        let divisor = divisor(top.abs(), bottom).max(1);
        Self { top: top / divisor, bottom: bottom / divisor }
    }

    pub(super) fn whole(n: impl Into<i128>) -> Self {
        Self::new(n.into(), 1)
    }

    /// From millionths.
    pub(super) fn millionths(n: impl Into<i128>) -> Self {
        Self::new(n.into(), 1_000_000)
    }

    /// From thousand-millionths.
    pub(super) fn nanos(n: impl Into<i128>) -> Self {
        Self::new(n.into(), 1_000_000_000)
    }

    pub(super) fn over(self, other: Self) -> Self {
        Self::new(self.top * other.bottom, self.bottom * other.top)
    }

    pub(super) fn ceiling(self) -> i128 {
        self.top.div_euclid(self.bottom) + i128::from(self.top.rem_euclid(self.bottom) > 0)
    }

    /// To a whole number, in a card's mode; of what is not negative.
    pub(super) fn round(self, mode: &str) -> i128 {
        assert!(self.top >= 0, "{self:?} is negative");
        let (whole, rest) = (self.top / self.bottom, self.top % self.bottom);
        let up = match (mode, (2 * rest).cmp(&self.bottom)) {
            ("down", _) => false,
            ("up", _) => rest > 0,
            (_, Ordering::Less) => false,
            (_, Ordering::Greater) | ("half-up", Ordering::Equal) => true,
            (_, Ordering::Equal) => whole % 2 == 1,
        };
        whole + i128::from(up)
    }
}

fn divisor(one: i128, other: i128) -> i128 {
    if other == 0 { one } else { divisor(other, one % other) }
}

impl Add for Fraction {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom)
    }
}

impl Sub for Fraction {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::new(self.top * other.bottom - other.top * self.bottom, self.bottom * other.bottom)
    }
}

impl Mul for Fraction {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self::new(self.top * other.top, self.bottom * other.bottom)
    }
}

impl Sum for Fraction {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.top * other.bottom).cmp(&(other.top * self.bottom))
    }
}
