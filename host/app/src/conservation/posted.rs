//! What documents that stand bill, period by period.

use std::collections::BTreeMap;

use assay_domain::{id::AgreementId, period::PeriodName, time::Timestamp};
use assay_rating::settle::PostedLine;
use assay_store::{
    Connection, StoreError,
    conservation::{self, PostedGroup},
};

use super::known::Known;
use crate::error::Result;

/// An agreement and the name of one of its periods.
type Place = (AgreementId, PeriodName);

/// What is posted for a period.
#[derive(Default)]
pub(super) struct Posted {
    /// Of documents that stand.
    pub(super) lines: Vec<PostedLine>,
    pub(super) minor: i64,
    /// The number of the last change of usage that they counted; `None` where all of them are advances.
    pub(super) counted: Option<i64>,
    issued_at: Option<Timestamp>,
    voided_at: Option<Timestamp>,
}

impl Posted {
    /// Whether something was voided after the last document, so that it waits for the next run.
    pub(super) fn is_open(&self) -> bool {
        self.voided_at.is_some_and(|voided_at| self.issued_at.is_none_or(|issued_at| issued_at <= voided_at))
    }
}

/// What is posted, by period.
pub(super) async fn posted(c: &mut impl Connection, known: &Known) -> Result<BTreeMap<Place, Posted>> {
    let mut found: BTreeMap<Place, Posted> = BTreeMap::new();
    for group in conservation::posted(c, known.as_of).await? {
        let posted = found.entry((group.agreement, group.period)).or_default();
        if group.voided_at.is_some() {
            posted.voided_at = posted.voided_at.max(group.voided_at);
            continue;
        }
        // The run of an earlier month charges only what is due in advance.
        let calendar = known.rates.agreement(group.agreement).and_then(|agreement| known.rates.calendar(agreement));
        let billing = calendar.and_then(|calendar| Some(calendar.month_billing(&calendar.named(group.period)?)));
        if group.is_correction || billing.is_some_and(|billing| group.month >= billing) {
            posted.counted = posted.counted.max(Some(group.usage_until));
        }
        posted.issued_at = posted.issued_at.max(Some(group.issued_at));
        posted.minor = posted.minor.saturating_add(group.amount.minor());
        posted.lines.push(line(group)?);
    }
    Ok(found)
}

fn line(group: PostedGroup) -> Result<PostedLine> {
    let PostedGroup { charge, tier, label, unit_price, quantity, amount, .. } = group;
    let unreadable = |_| StoreError::Corrupt { table: "invoice_lines", column: "unit_price", value: unit_price.clone() };
    let unit_price = unit_price.parse().map_err(unreadable)?;
    Ok(PostedLine { charge, tier, label, unit_price, quantity, amount })
}
