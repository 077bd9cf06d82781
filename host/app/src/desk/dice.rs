//! Chance from a seed, in integers only, so that every machine draws the same.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// One stream of draws.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// One of the 2^64 streams of a seed. The key is laid out here and only 32-bit words are drawn, so nothing depends on
    /// how a library spreads a small seed or joins words.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0; 32];
        for (to, from) in key.iter_mut().zip(seed.to_le_bytes()) {
            *to = from;
        }
        let mut words = ChaCha8Rng::from_seed(key);
        words.set_stream(stream);
        Self(words)
    }

    /// From 0 to `n` - 1; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(n)) >> 32) as u32
    }

    /// From `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::from(self.below(u32::try_from(high - low + 1).unwrap_or_default()))
    }

    /// Yes, this often in ten thousand.
    pub(super) fn chance(&mut self, in_ten_thousand: u32) -> bool {
        self.below(10_000) < in_ten_thousand
    }

    /// An index, each as likely as its weight.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut roll = self.below(weights.iter().sum());
        for (index, weight) in weights.iter().enumerate() {
            match roll.checked_sub(*weight) {
                Some(rest) => roll = rest,
                None => return index,
            }
        }
        0
    }

    /// One of several texts, each as likely; empty when there is none.
    pub(super) fn pick(&mut self, texts: &[&'static str]) -> &'static str {
        let index = self.below(u32::try_from(texts.len()).unwrap_or_default());
        texts.get(index as usize).copied().unwrap_or_default()
    }

    /// Mostly near `typical`, now and then up to 32 times as much: how long work takes.
    pub(super) fn skewed(&mut self, typical: i64) -> i64 {
        let doublings = self.0.next_u32().trailing_zeros().min(5);
        self.between(typical / 2, typical) << doublings
    }
}
