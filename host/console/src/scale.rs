//! Where things lie in the chart. Every length is in tenths of the picture's unit, so that integers do.

use std::fmt;

/// How wide the picture is.
pub const WIDTH: i64 = 9_600;
/// How high.
pub const HEIGHT: i64 = 2_600;
/// Where the first day begins.
pub const LEFT: i64 = 640;
/// Where the last day ends.
pub const RIGHT: i64 = 9_400;
/// Where the highest tick lies, from above.
pub const TOP: i64 = 360;
/// Where zero lies, from above.
pub const BASE: i64 = 2_200;

/// The most steps between zero and the highest tick.
const STEPS_MAX: i64 = 5;

/// A length as SVG reads it.
#[derive(Debug, Clone, Copy)]
pub struct Tenths(pub i64);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// Days from left to right, counts from the base up.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    days: i64,
    step: i64,
    top: i64,
}

impl Scale {
    /// For so many days, the highest of which counts so many.
    pub fn new(days: usize, highest: i64) -> Self {
        let highest = highest.max(1);
        let step = step(highest);
        let steps = (highest - 1) / step + 1;
        Self { days: i64::try_from(days).unwrap_or(i64::MAX).max(1), step, top: steps * step }
    }

    /// The counts that have a label, from zero up.
    pub fn ticks(self) -> impl Iterator<Item = i64> {
        (0..=self.top / self.step).map(move |n| n * self.step)
    }

    /// Where a count lies, from above.
    pub fn y(self, count: i64) -> i64 {
        BASE - (BASE - TOP) * count / self.top
    }

    /// Where a day begins, from the left.
    pub fn x(self, day: i64) -> i64 {
        LEFT + (RIGHT - LEFT) * day / self.days
    }

    /// How wide a day is.
    pub fn day_width(self) -> i64 {
        (RIGHT - LEFT) / self.days
    }
}

/// The distance between ticks: 1, 2 or 5 times a power of ten.
fn step(highest: i64) -> i64 {
    let mut steps = (0..18).flat_map(|power| [1, 2, 5].map(|digit: i64| digit * 10_i64.pow(power)));
    steps.find(|step| step.saturating_mul(STEPS_MAX) >= highest).unwrap_or(highest)
}
