//! Which earlier invoices a reduction is taken back from: the newest first, and never more than each billed.

use std::collections::BTreeMap;

use assay_domain::{decimal::Quantity, id::InvoiceId, money::Amount};
use assay_rating::RatingError;
use assay_store::billing::{LineRow, PostedRow};

/// Whether lines that go together take something back.
pub(crate) fn is_less(lines: &[LineRow]) -> Result<bool, RatingError> {
    let sum = lines.iter().try_fold(0i64, |sum, line| sum.checked_add(line.amount.minor()));
    Ok(sum.ok_or(RatingError::Overflow)? < 0)
}

/// Cuts lines that take something back into one part per invoice that still bills something for them: under the same charge, or
/// under any charge of the period where charges depend on each other.
pub(crate) fn allocate(lines: Vec<LineRow>, posted: &[PostedRow], is_joint: bool) -> Result<Vec<(InvoiceId, Vec<LineRow>)>, RatingError> {
    let is_related = |posted: &&PostedRow| is_joint || lines.iter().any(|line| line.charge == posted.line.charge);
    let mut billed: BTreeMap<InvoiceId, i64> = BTreeMap::new();
    for posted in posted.iter().filter(is_related) {
        let sum = billed.entry(posted.invoice).or_default();
        *sum = sum.checked_add(posted.line.amount.minor()).ok_or(RatingError::Overflow)?;
    }
    // What is more comes first, so that each part can be filled up to what its invoice billed.
    let (more, less): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.amount.minor() >= 0);
    let mut rest: Vec<LineRow> = less.into_iter().rev().collect();
    let mut added: i64 = more.iter().map(|line| line.amount.minor()).sum();
    let mut first = more;
    let mut parts = Vec::new();
    for (invoice, available) in billed.into_iter().rev().filter(|(_, available)| *available > 0) {
        if rest.is_empty() {
            break;
        }
        let mut part = std::mem::take(&mut first);
        take(&mut rest, available.checked_add(std::mem::take(&mut added)).ok_or(RatingError::Overflow)?, &mut part);
        parts.push((invoice, part));
    }
    // What is posted is never negative, so what is taken back was billed.
    if rest.is_empty() { Ok(parts) } else { Err(RatingError::Overflow) }
}

/// Moves lines that take back at most `room` from the end of `rest`, cutting the last one where it does not fit.
fn take(rest: &mut Vec<LineRow>, mut room: i64, to: &mut Vec<LineRow>) {
    while let Some(line) = rest.pop() {
        let amount = -line.amount.minor();
        if amount <= room {
            room -= amount;
            to.push(line);
            continue;
        }
        if room > 0 {
            let (fits, left) = cut(&line, room);
            to.push(fits);
            rest.push(left);
        } else {
            rest.push(line);
        }
        return;
    }
}

/// Two lines that sum to one: the first takes back `amount`, and its share of the units.
fn cut(line: &LineRow, amount: i64) -> (LineRow, LineRow) {
    let whole = i128::from(line.amount.minor());
    let share = i128::from(line.quantity.micros()) * i128::from(-amount) / whole;
    let units = i64::try_from(share).unwrap_or_default();
    let part = |minor, micros| LineRow {
        amount: Amount::new(minor, line.amount.currency()),
        quantity: Quantity::from_micros(micros),
        ..line.clone()
    };
    (part(-amount, units), part(line.amount.minor() + amount, line.quantity.micros() - units))
}
