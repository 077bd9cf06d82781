//! The companies that share the desk, with volumes as uneven as in life.

use super::{
    dice::Dice,
    words::{COMPANIES, TRADES},
};

/// Company names, and how likely an interaction is to come from each.
pub(super) struct Customers {
    names: Vec<String>,
    weights: Vec<u32>,
}

impl Customers {
    /// The first `count` companies, at least one; the volume of the n-th is one n-th of the first's (Zipf).
    pub(super) fn new(count: u32) -> Self {
        let count = count.clamp(1, 10_000);
        Self { names: (0..count).map(name).collect(), weights: (1..=count).map(|rank| 1_000_000 / rank).collect() }
    }

    /// Whose interaction the next one is; a few name nobody.
    pub(super) fn draw(&self, dice: &mut Dice) -> Option<usize> {
        if dice.chance(150) { None } else { Some(dice.weighted(&self.weights)) }
    }

    /// The company at an index.
    pub(super) fn name(&self, index: usize) -> Option<&str> {
        self.names.get(index).map(String::as_str)
    }

    /// All names, the largest first.
    pub(super) fn into_names(self) -> Vec<String> {
        self.names
    }
}

/// The n-th company. Each pass over the first words meets other trades, and a number follows once the pairs are used up.
fn name(n: u32) -> String {
    let (companies, trades) = (COMPANIES.len() as u32, TRADES.len() as u32);
    let (first, pass) = (n % companies, n / companies);
    let company = COMPANIES.get(first as usize).copied().unwrap_or_default();
    let trade = TRADES.get(((first + pass) % trades) as usize).copied().unwrap_or_default();
    match pass / trades {
        0 => format!("{company} {trade}"),
        round => format!("{company} {trade} {}", round + 1),
    }
}
