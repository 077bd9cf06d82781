//! What a period costs: a pure function of the card, the time covered and the usage that stands.

use assay_domain::{decimal::Quantity, money::Amount, time::Timestamp};

use crate::{
    RatingError, adjust,
    card::{Charge, MeterRef, Price, RateCard},
    exact::{Exact, Ratio, round_to_minor},
    model::{Due, Priced},
    usage,
};

pub use crate::usage::{FieldValue, UsageItem, Used};

/// A period, and the part of it in which the card applied; both from a start up to, not including, an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// The billing period.
    pub period: (Timestamp, Timestamp),
    /// The time covered: within the period, possibly none of it.
    pub covered: (Timestamp, Timestamp),
    /// Whether it has ended, so that what is missing of a commitment is due.
    pub ended: bool,
}

/// One line of what a period costs. Charge, tier and unit price identify it; only a flat fee that equals the unit price of its own
/// tier shares those with another line, and settlement adds such lines up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatedLine {
    /// The charge's code; `commitment`, `cap`, or `tax-` and a tax's code.
    pub charge: String,
    /// 1, 2, 3, … of a tiered charge; which bound decided, of a percentage; 0 of any other.
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
/// - `unit`, `package`: one line with the units or packages beyond the included ones, if any.
/// - `graduated`: for each tier entered, a line with its units, if any, and one of quantity 1 with its flat fee, if it has one.
/// - `volume`: the same for the one tier that the total lies in, with all units.
/// - `percentage`: a line with the value of the successes within its bounds, one with those at the minimum, one at the maximum.
///
/// Then come `commitment`, `cap` and a line for each tax, where they change anything.
///
/// # Errors
/// `Coverage` when the covered time is not within the period, `NegativeUsage` when a meter's usage adds up to less than zero,
/// `ValueMissing` when a success is priced by a value that it lacks, `Inexact` or `Overflow` when a result cannot be held exactly.
pub fn rate(card: &RateCard, coverage: &Coverage, usage: &[UsageItem]) -> Result<Vec<RatedLine>, RatingError> {
    let period = Metered { share: coverage.share()?, usage };
    let mut lines = Vec::new();
    let mut total = Ratio::ZERO;
    for charge in &card.charges {
        total = total.checked_add(round_lines(card, charge, charge.price.bill(&period)?, &mut lines)?)?;
    }
    adjust::add(card, coverage.ended, period.share, total, &mut lines)?;
    adjust::add_taxes(card, &mut lines)?;
    Ok(lines)
}

/// Rates what is due before a period begins: its flat charges due in advance, and the taxes on them. The lines are those that
/// [`rate`] has for them, so that what is posted of them early is not posted again.
///
/// # Errors
/// As [`rate`].
pub fn rate_advance(card: &RateCard, coverage: &Coverage) -> Result<Vec<RatedLine>, RatingError> {
    let period = Metered { share: coverage.share()?, usage: &[] };
    let mut lines = Vec::new();
    for charge in card.charges.iter().filter(|charge| charge.price.due() == Due::InAdvance) {
        round_lines(card, charge, charge.price.bill(&period)?, &mut lines)?;
    }
    adjust::add_taxes(card, &mut lines)?;
    Ok(lines)
}

/// What one more of something has added to a period: what it costs, less what it would cost without.
///
/// # Errors
/// As [`rate`].
pub fn worth(card: &RateCard, coverage: &Coverage, usage: &[UsageItem], item: &UsageItem) -> Result<Amount, RatingError> {
    let mut without = usage.to_vec();
    match without.iter_mut().find(|one| one.used == item.used) {
        Some(one) => one.count = one.count.checked_sub(1).ok_or(RatingError::Overflow)?,
        None => without.push(UsageItem { count: -1, ..item.clone() }),
    }
    let sum = |lines: Vec<RatedLine>| lines.iter().map(|line| i128::from(line.amount.minor())).sum::<i128>();
    let minor = sum(rate(card, coverage, usage)?) - sum(rate(card, coverage, &without)?);
    Ok(Amount::new(i64::try_from(minor).map_err(|_| RatingError::Overflow)?, card.currency))
}

/// Rounds the running total after each line and gives the line the difference: each is within one minor unit of its exact amount,
/// and they sum to the charge rounded once. Gives back the exact total.
fn round_lines(card: &RateCard, charge: &Charge, priced: Priced, lines: &mut Vec<RatedLine>) -> Result<Ratio, RatingError> {
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
    Ratio::from(total).checked_mul(priced.share)
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
    /// What stands in it.
    pub usage: &'a [UsageItem],
}

impl Metered<'_> {
    /// How much of a meter was used.
    pub fn total(&self, meter: &MeterRef) -> Result<Quantity, RatingError> {
        usage::total(self.usage, meter)
    }
}
