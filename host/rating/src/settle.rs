//! Settlement: what still has to be posted so that the postings of a period sum to what it costs.

use std::collections::BTreeMap;

use assay_domain::{
    decimal::Quantity,
    money::{Amount, Currency},
};

use crate::{RatingError, card::Price, rate::RatedLine};

/// What was posted earlier for one line of a period, summed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedLine {
    /// The charge's code.
    pub charge: String,
    /// The tier, as it was rated.
    pub tier: u32,
    /// The label it was posted with.
    pub label: String,
    /// Of one unit, in major units.
    pub unit_price: Price,
    /// Sum of the posted quantities.
    pub quantity: Quantity,
    /// Sum of the posted amounts.
    pub amount: Amount,
}

/// What has to be posted for one line of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// The charge's code.
    pub charge: String,
    /// The tier, as it was rated.
    pub tier: u32,
    /// The rated line's label; the posted one's when the line is no longer rated.
    pub label: String,
    /// Of one unit, in major units.
    pub unit_price: Price,
    /// Units more; negative is fewer.
    pub quantity: Quantity,
    /// Money more; negative is less. It can be zero where the quantity is not, and the other way round.
    pub amount: Amount,
}

/// The differences between what a period costs and what was posted for it, line by line and never netted across lines, in the
/// order of charge, tier and unit price. A posted line that is no longer rated is reversed; a line without a difference is left out.
///
/// Posting every difference and settling again gives none.
///
/// # Errors
/// `Currencies` when the lines are not all in one currency, `Overflow` when a difference does not fit.
pub fn settle(rated: &[RatedLine], posted: &[PostedLine]) -> Result<Vec<Delta>, RatingError> {
    let mut sums: BTreeMap<(&str, u32, Price), Entry<'_>> = BTreeMap::new();
    let mut currency = None;
    // Rated lines come first, so that theirs is the label of a line on both sides.
    for entry in rated.iter().map(Entry::rated).chain(posted.iter().map(Entry::posted)) {
        let (one, other) = (*currency.get_or_insert(entry.currency), entry.currency);
        if one != other {
            return Err(RatingError::Currencies { one, other });
        }
        sums.entry((entry.charge, entry.tier, entry.unit_price)).and_modify(|sum| sum.add(&entry)).or_insert(entry);
    }
    sums.into_values().filter(|sum| sum.micros != 0 || sum.minor != 0).map(Entry::into_delta).collect()
}

/// A line of either side: what is rated counts, what was posted counts against it. Wide, so that no order of adding overflows
/// where another does not.
struct Entry<'a> {
    charge: &'a str,
    tier: u32,
    unit_price: Price,
    label: &'a str,
    micros: i128,
    minor: i128,
    currency: Currency,
}

impl<'a> Entry<'a> {
    fn rated(line: &'a RatedLine) -> Self {
        Self {
            charge: &line.charge,
            tier: line.tier,
            unit_price: line.unit_price,
            label: &line.label,
            micros: i128::from(line.quantity.micros()),
            minor: i128::from(line.amount.minor()),
            currency: line.amount.currency(),
        }
    }

    fn posted(line: &'a PostedLine) -> Self {
        Self {
            charge: &line.charge,
            tier: line.tier,
            unit_price: line.unit_price,
            label: &line.label,
            micros: -i128::from(line.quantity.micros()),
            minor: -i128::from(line.amount.minor()),
            currency: line.amount.currency(),
        }
    }

    fn add(&mut self, other: &Self) {
        self.micros += other.micros;
        self.minor += other.minor;
    }

    fn into_delta(self) -> Result<Delta, RatingError> {
        let micros = i64::try_from(self.micros).map_err(|_| RatingError::Overflow)?;
        let minor = i64::try_from(self.minor).map_err(|_| RatingError::Overflow)?;
        Ok(Delta {
            charge: self.charge.to_owned(),
            tier: self.tier,
            label: self.label.to_owned(),
            unit_price: self.unit_price,
            quantity: Quantity::from_micros(micros),
            amount: Amount::new(minor, self.currency),
        })
    }
}
