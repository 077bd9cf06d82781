//! Postings, summed up by line.

use std::collections::BTreeMap;

use assay_domain::{
    decimal::Quantity,
    money::{Amount, Currency},
};
use assay_rating::{
    card::Price,
    rate::RatedLine,
    settle::{Delta, PostedLine},
};

/// Charge, tier and unit price.
pub type Line = (String, u32, Price);

/// Millionths and minor units of every line that was ever posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Books(BTreeMap<Line, (i64, i64)>);

impl Books {
    pub fn of_lines(lines: &[RatedLine]) -> Self {
        let mut books = Self::default();
        for line in lines {
            books.post(&line.charge, line.tier, line.unit_price, line.quantity, line.amount);
        }
        books
    }

    pub fn post_deltas(&mut self, deltas: &[Delta]) {
        for delta in deltas {
            self.post(&delta.charge, delta.tier, delta.unit_price, delta.quantity, delta.amount);
        }
    }

    fn post(&mut self, charge: &str, tier: u32, unit_price: Price, quantity: Quantity, amount: Amount) {
        let sums = self.0.entry((charge.to_owned(), tier, unit_price)).or_default();
        *sums = (sums.0 + quantity.micros(), sums.1 + amount.minor());
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn posted(&self, currency: Currency) -> Vec<PostedLine> {
        let line = |((charge, tier, unit_price), (micros, minor)): (&Line, &(i64, i64))| PostedLine {
            charge: charge.clone(),
            tier: *tier,
            label: "Charge".into(),
            unit_price: *unit_price,
            quantity: Quantity::from_micros(*micros),
            amount: Amount::new(*minor, currency),
        };
        self.0.iter().map(line).collect()
    }

    /// The lines in which these books have more or less than others, and by how much.
    pub fn beyond(&self, others: &Self) -> BTreeMap<Line, (i64, i64)> {
        let lines = self.0.keys().chain(others.0.keys());
        let sums = |books: &Self, line: &Line| books.0.get(line).copied().unwrap_or_default();
        let beyond = lines.map(|line| {
            let ((micros, minor), (less_micros, less_minor)) = (sums(self, line), sums(others, line));
            (line.clone(), (micros - less_micros, minor - less_minor))
        });
        beyond.filter(|(_, sums)| *sums != (0, 0)).collect()
    }

    /// What each charge comes to, in minor units.
    pub fn by_charge(&self) -> BTreeMap<String, i128> {
        by_charge(self.0.iter().map(|((charge, ..), (_, minor))| (charge.clone(), i128::from(*minor))))
    }
}

/// Minor units summed up by charge; without the charges that come to nothing.
pub fn by_charge(amounts: impl Iterator<Item = (String, i128)>) -> BTreeMap<String, i128> {
    let mut sums: BTreeMap<String, i128> = BTreeMap::new();
    for (charge, minor) in amounts {
        *sums.entry(charge).or_default() += minor;
    }
    sums.retain(|_, minor| *minor != 0);
    sums
}
