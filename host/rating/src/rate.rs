//! What a period costs: a pure function of the card, the time covered and the usage that stands.

use assay_domain::{decimal::Quantity, money::Amount, outcome::Meter, time::Timestamp};

use crate::{
    RatingError,
    card::{Charge, MeterRef, Price, RateCard},
    exact::{Exact, Ratio, round_to_minor},
    model::Priced,
};

/// What one outcome or attempt adds to a period: netted, so that what was withdrawn is no longer in it, and dated inside the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageItem {
    /// Outcome or attempt.
    pub meter: Meter,
    /// The definition's slug.
    pub definition: String,
    /// The class of the success.
    pub class: Option<String>,
    /// Units.
    pub quantity: Quantity,
}

/// A period, and the part of it in which the card applied; both from a start up to, not including, an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// The billing period.
    pub period: (Timestamp, Timestamp),
    /// The time covered: within the period, possibly none of it.
    pub covered: (Timestamp, Timestamp),
}

/// One line of what a period costs. Charge, tier and unit price identify it; only a flat fee that equals the unit price of its own
/// tier shares those with another line, and settlement adds such lines up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatedLine {
    /// The charge's code.
    pub charge: String,
    /// 1, 2, 3, … of a tiered charge; 0 of any other.
    pub tier: u32,
    /// The charge's label and, in brackets, what tells the line from its neighbours.
    pub label: String,
    /// Units; 1 of a flat charge or fee.
    pub quantity: Quantity,
    /// Of one unit, in major units.
    pub unit_price: Price,
    /// Quantity × unit price (× the share of the period that the label states), rounded so that the charge's lines sum to the
    /// rounded charge.
    pub amount: Amount,
}

/// Rates a period. The lines come in the order of the card; a charge without anything to bill has none:
///
/// - `flat`: one line of quantity 1, usage or not; none when nothing of the period is covered.
/// - `unit`: one line with the units beyond the included ones, if any.
/// - `graduated`: for each tier entered, a line with its units, if any, and one of quantity 1 with its flat fee, if it has one.
///
/// # Errors
/// `Coverage` when the covered time is not within the period, `NegativeUsage` when a meter's usage adds up to less than zero,
/// `Inexact` or `Overflow` when a result cannot be held exactly.
pub fn rate(card: &RateCard, coverage: &Coverage, usage: &[UsageItem]) -> Result<Vec<RatedLine>, RatingError> {
    let period = Metered { share: coverage.share()?, usage };
    let mut lines = Vec::new();
    for charge in &card.charges {
        round_lines(card, charge, charge.price.bill(&period)?, &mut lines)?;
    }
    Ok(lines)
}

/// Rounds the running total after each line and gives the line the difference: each is within one minor unit of its exact amount,
/// and they sum to the charge rounded once.
fn round_lines(card: &RateCard, charge: &Charge, priced: Priced, lines: &mut Vec<RatedLine>) -> Result<(), RatingError> {
    let (mut total, mut billed) = (Exact::ZERO, 0i64);
    for part in priced.parts {
        total = total.checked_add(Exact::from(part.quantity).checked_mul(part.unit_price.exact())?)?;
        let rounded = round_to_minor(Ratio::from(total).checked_mul(priced.share)?, card.currency, card.rounding)?;
        let minor = rounded.checked_sub(billed).ok_or(RatingError::Overflow)?;
        billed = rounded;
        lines.push(RatedLine {
            charge: charge.code.clone(),
            tier: part.tier,
            label: part.note.map_or_else(|| charge.label.clone(), |note| format!("{} ({note})", charge.label)),
            quantity: part.quantity,
            unit_price: part.unit_price,
            amount: Amount::new(minor, card.currency),
        });
    }
    Ok(())
}

impl Coverage {
    /// The share of the period that is covered: 0 to 1.
    fn share(&self) -> Result<Ratio, RatingError> {
        let ((start, end), (from, until)) = (self.period, self.covered);
        let length = |(from, until): (Timestamp, Timestamp)| i128::from(until.since(from).micros());
        let is_within = start <= from && from <= until && until <= end;
        let share = Ratio::new(length(self.covered), length(self.period)).filter(|_| is_within);
        share.ok_or(RatingError::Coverage { from, until, start, end })
    }
}

/// What price models see of a period.
pub(crate) struct Metered<'a> {
    /// The share of the period that is covered.
    pub share: Ratio,
    usage: &'a [UsageItem],
}

impl Metered<'_> {
    /// How much of a meter was used.
    pub fn total(&self, meter: &MeterRef) -> Result<Quantity, RatingError> {
        // Summed up wide, so that no order of the items overflows where another does not.
        let micros: i128 = self.usage.iter().filter(|item| meter.counts(item)).map(|item| i128::from(item.quantity.micros())).sum();
        let total = i64::try_from(micros).map(Quantity::from_micros).map_err(|_| RatingError::Overflow)?;
        if total < Quantity::ZERO {
            return Err(RatingError::NegativeUsage { definition: meter.definition.clone(), total });
        }
        Ok(total)
    }
}
