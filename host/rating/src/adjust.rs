//! What comes after the charges: a commitment and its overage, a cap, taxes. Each is a line of its own.

use assay_domain::{decimal::Quantity, money::Amount};

use crate::{
    RatingError,
    card::{CAP, COMMITMENT, Commitment, Price, RateCard, TAX_PREFIX},
    exact::{Exact, Ratio, round_to_minor},
    rate::RatedLine,
};

/// Adds the lines that make what is charged what was committed to, and no more than the cap. `charged` is the exact sum of the charges.
/// What a customer pays in the end is rounded once; the line takes up what the charges' own rounding has left.
pub(crate) fn add(card: &RateCard, ended: bool, share: Ratio, charged: Ratio, lines: &mut Vec<RatedLine>) -> Result<(), RatingError> {
    if let Some(commitment) = card.commitment {
        let committed = Ratio::from(commitment.amount.exact()).checked_mul(share)?;
        let beyond = charged.checked_sub(committed)?;
        if beyond.is_positive() {
            let target = committed.checked_add(beyond.checked_mul(Ratio::from(commitment.overage_factor.exact()))?)?;
            let Commitment { amount, overage_factor } = commitment;
            top_up(card, target, COMMITMENT, format!("Overage beyond {amount} at factor {overage_factor}"), lines)?;
        } else if ended {
            top_up(card, committed, COMMITMENT, format!("Minimum commitment of {}", commitment.amount), lines)?;
        }
    }
    if let Some(cap) = card.cap {
        let limit = Ratio::from(cap.exact());
        let limit_minor = round_to_minor(limit, card.currency, card.rounding)?;
        if sum(lines)? > limit_minor {
            top_up(card, limit, CAP, format!("Cap of {cap}"), lines)?;
        }
    }
    Ok(())
}

/// Adds a line for each tax on everything before it.
pub(crate) fn add_taxes(card: &RateCard, lines: &mut Vec<RatedLine>) -> Result<(), RatingError> {
    let base = Amount::new(sum(lines)?, card.currency);
    if base.minor() == 0 {
        return Ok(());
    }
    let quantity = major(base)?;
    for tax in &card.taxes {
        let exact = Exact::from(quantity).checked_mul(tax.rate.exact())?;
        let minor = round_to_minor(Ratio::from(exact), card.currency, card.rounding)?;
        let (charge, label) = (format!("{TAX_PREFIX}{}", tax.code), tax.label.clone());
        lines.push(RatedLine { charge, tier: 0, label, quantity, unit_price: tax.rate, amount: Amount::new(minor, card.currency) });
    }
    Ok(())
}

/// Adds a line that brings the sum to a total; none when it is there already.
fn top_up(card: &RateCard, total: Ratio, code: &str, label: String, lines: &mut Vec<RatedLine>) -> Result<(), RatingError> {
    let minor = round_to_minor(total, card.currency, card.rounding)?.checked_sub(sum(lines)?).ok_or(RatingError::Overflow)?;
    let amount = Amount::new(minor, card.currency);
    if minor != 0 {
        lines.push(RatedLine { charge: code.into(), tier: 0, label, quantity: major(amount)?, unit_price: Price::one(), amount });
    }
    Ok(())
}

fn sum(lines: &[RatedLine]) -> Result<i64, RatingError> {
    let minor: i128 = lines.iter().map(|line| i128::from(line.amount.minor())).sum();
    i64::try_from(minor).map_err(|_| RatingError::Overflow)
}

/// An amount as a number of major units, so that it can be multiplied.
fn major(amount: Amount) -> Result<Quantity, RatingError> {
    let missing = u32::from(Quantity::SCALE).saturating_sub(u32::from(amount.currency().exponent()));
    let micros = 10i64.checked_pow(missing).and_then(|factor| amount.minor().checked_mul(factor));
    micros.map(Quantity::from_micros).ok_or(RatingError::Overflow)
}
