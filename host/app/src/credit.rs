//! Which earlier invoices a reduction is taken back from: the newest first, and never more than each billed.

use std::collections::BTreeMap;

use assay_domain::{decimal::Quantity, id::InvoiceId, money::Amount};
use assay_rating::RatingError;
use assay_store::billing::{LineRow, PostedRow};

/// Cuts a negative line into one part per invoice that still bills something under the same charge, tier and price.
pub(crate) fn allocate(line: &LineRow, posted: &[PostedRow]) -> Result<Vec<(InvoiceId, LineRow)>, RatingError> {
    let same = |posted: &&PostedRow| {
        posted.line.charge == line.charge && posted.line.tier == line.tier && posted.line.unit_price == line.unit_price
    };
    let mut billed: BTreeMap<InvoiceId, (i64, i64)> = BTreeMap::new();
    for posted in posted.iter().filter(same) {
        let (amount, quantity) = billed.entry(posted.invoice).or_default();
        *amount = amount.checked_add(posted.line.amount.minor()).ok_or(RatingError::Overflow)?;
        *quantity = quantity.checked_add(posted.line.quantity.micros()).ok_or(RatingError::Overflow)?;
    }
    let (mut amount, mut quantity) = (-line.amount.minor(), -line.quantity.micros());
    let mut parts = Vec::new();
    for (invoice, (available, units)) in billed.into_iter().rev().filter(|(_, (available, _))| *available > 0) {
        if amount == 0 {
            break;
        }
        let taken = amount.min(available);
        // The last part takes the units that are left, so that the parts sum to the line.
        let units = if taken == amount { quantity } else { units.min(quantity) };
        amount -= taken;
        quantity -= units;
        let (taken, units) = (Amount::new(-taken, line.amount.currency()), Quantity::from_micros(-units));
        parts.push((invoice, LineRow { amount: taken, quantity: units, ..line.clone() }));
    }
    // Postings under one key are never negative, so what is taken back was billed.
    if amount == 0 { Ok(parts) } else { Err(RatingError::Overflow) }
}
