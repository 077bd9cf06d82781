//! The exact interval of a proportion, after Clopper and Pearson (Biometrika 26, 1934).
//!
//! Of `k` found among `n`, the lower bound is the proportion at which finding `k` or more has a chance of 2.5 %, the upper bound that at which
//! finding `k` or fewer has it. Both tails are sums of at most `n` positive terms, found through logarithms; each rises or falls with the
//! proportion, so that halving an interval finds the bound to the last digits. A sample that is drawn from few, and not put back, is more
//! certain than that: the interval is never too narrow for it.

use std::ops::RangeInclusive;

/// What is left out on each side.
const TAIL: f64 = 0.025;
/// Halvings: more than a number has digits.
const HALVINGS: u32 = 64;

/// Between what bounds something lies, with a confidence of 95 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Interval {
    /// That of a proportion of which so many were found among so many; `None` among none.
    pub fn of_proportion(found: u64, among: u64) -> Option<Self> {
        if among == 0 || found > among {
            return None;
        }
        let binomial = Binomial::new(among);
        // Finding as many or more becomes likelier as the proportion grows, finding as many or fewer less likely.
        let low = if found == 0 { 0.0 } else { root(|p| binomial.chance(p, found..=among) > TAIL) };
        let high = if found == among { 1.0 } else { root(|p| binomial.chance(p, 0..=found) < TAIL) };
        Some(Self { low, high })
    }
}

/// The least proportion at which something holds that holds from there on.
fn root(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if holds(middle) { high = middle } else { low = middle }
    }
    high
}

/// How many are found among a number of trials.
struct Binomial {
    trials: u64,
    /// The logarithms of the numbers of ways to choose 0, 1, 2, … of them.
    ways: Vec<f64>,
}

impl Binomial {
    fn new(trials: u64) -> Self {
        let mut sum = 0.0;
        let more = (0..trials).map(|chosen| {
            sum += ((trials - chosen) as f64).ln() - ((chosen + 1) as f64).ln();
            sum
        });
        let ways = std::iter::once(0.0).chain(more).collect();
        Self { trials, ways }
    }

    /// The chance to find a number within a range where each is found with a chance of `p`.
    fn chance(&self, p: f64, found: RangeInclusive<u64>) -> f64 {
        let (yes, no) = (p.ln(), (-p).ln_1p());
        let term = |count: u64| {
            let ways = usize::try_from(count).ok().and_then(|count| self.ways.get(count)).copied().unwrap_or(f64::NEG_INFINITY);
            (ways + times(count, yes) + times(self.trials - count, no)).exp()
        };
        found.map(term).sum()
    }
}

/// So many times a logarithm; none of them is nothing, whatever it is of.
fn times(count: u64, logarithm: f64) -> f64 {
    if count == 0 { 0.0 } else { count as f64 * logarithm }
}
