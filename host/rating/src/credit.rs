//! Shares of one outcome's quantity.

use assay_domain::{decimal::Quantity, outcome::Credit};

/// Who is credited where a verdict says nothing.
const AI: &str = "ai";

/// What a participant gets of a quantity. Every share is rounded down to a millionth; what is left over goes, a millionth each, to the
/// largest remainders, the earlier participant first, so that the shares sum to the quantity.
pub(crate) fn share(quantity: Quantity, credit: Option<&Credit>, participant: &str) -> Quantity {
    let Some(credit) = credit else {
        return if participant == AI { quantity } else { Quantity::ZERO };
    };
    let shares: Vec<(&str, i128)> = credit.shares().map(|(name, parts)| (name, i128::from(parts))).collect();
    let whole: i128 = shares.iter().map(|(_, parts)| parts).sum();
    let micros = i128::from(quantity.micros());
    if whole <= 0 {
        return Quantity::ZERO;
    }
    let floors: i128 = shares.iter().map(|(_, parts)| micros * parts / whole).sum();
    let mut by_remainder: Vec<usize> = (0..shares.len()).collect();
    by_remainder.sort_by_key(|n| std::cmp::Reverse(shares.get(*n).map_or(0, |(_, parts)| micros * parts % whole)));
    let left_over = usize::try_from(micros - floors).unwrap_or(0);
    let raised = by_remainder.get(..left_over).unwrap_or(&by_remainder);
    let mine = shares.iter().enumerate().filter(|(_, (name, _))| *name == participant);
    let sum: i128 = mine.map(|(n, (_, parts))| micros * parts / whole + i128::from(raised.contains(&n))).sum();
    Quantity::from_micros(i64::try_from(sum).unwrap_or_default())
}
