//! Fractions of integers. What does not fit 127 bits panics.

use std::{
    cmp::Ordering,
    fmt,
    iter::Sum,
    ops::{Add, Div, Mul, Sub},
};

/// In lowest terms, so that equal numbers are equal; what is below the line is positive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    above: i128,
    below: i128,
}

impl Fraction {
    pub const ZERO: Self = Self::whole(0);
    pub const ONE: Self = Self::whole(1);

    pub const fn whole(number: i128) -> Self {
        Self { above: number, below: 1 }
    }

    pub fn millionths(number: i64) -> Self {
        Self::new(number.into(), 1_000_000)
    }

    pub fn new(above: i128, below: i128) -> Self {
        assert!(below > 0, "{above}/{below}");
        let common = common_divisor(above, below);
        Self { above: above / common, below: below / common }
    }

    /// From plain decimal text.
    pub fn read(text: &str) -> Self {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{decimals}").parse().expect("a decimal");
        Self::new(digits, 10i128.pow(u32::try_from(decimals.len()).expect("few decimals")))
    }

    /// Of a number that is not negative.
    pub fn floor(self) -> i128 {
        self.above / self.below
    }

    /// Of a number that is not negative.
    pub fn ceiling(self) -> i128 {
        (self.above + self.below - 1) / self.below
    }

    /// To an integer; a negative number as the mirror image of a positive one.
    pub fn round(self, mode: &str) -> i128 {
        let size = Self { above: self.above.abs(), ..self };
        let (floor, rest) = (size.floor(), size - Self::whole(size.floor()));
        let half = Self::new(1, 2);
        let is_up = match mode {
            "down" => false,
            "up" => rest > Self::ZERO,
            "half-up" => rest >= half,
            "half-even" => rest > half || (rest == half && floor % 2 == 1),
            _ => panic!("no rounding is called {mode:?}"),
        };
        self.above.signum() * (floor + i128::from(is_up))
    }
}

fn common_divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { common_divisor(b, a % b) }
}

impl Add for Fraction {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let common = common_divisor(self.below, other.below);
        let (left, right) = (other.below / common, self.below / common);
        Self::new(self.above * left + other.above * right, self.below * left)
    }
}

impl Sub for Fraction {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.add(Self { above: -other.above, ..other })
    }
}

impl Mul for Fraction {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let (left, right) = (Self::new(self.above, other.below), Self::new(other.above, self.below));
        Self { above: left.above * right.above, below: left.below * right.below }
    }
}

impl Div for Fraction {
    type Output = Self;

    /// By a positive number.
    fn div(self, other: Self) -> Self {
        self.mul(Self::new(other.below, other.above))
    }
}

impl Sum for Fraction {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, |sum, number| sum + number)
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        (*self - *other).above.cmp(&0)
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.above, self.below)
    }
}
