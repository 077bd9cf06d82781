//! Usage that would be another one under the candidate, netted within its billing period.

use std::{collections::BTreeMap, str::FromStr};

use assay_domain::{
    decimal::{Decimal, Quantity},
    id::{AgreementId, CustomerId},
    outcome::{Credit, Meter, Usage},
    period::PeriodName,
    time::Timestamp,
};
use assay_rating::rate::{UsageItem, Used};
use assay_store::{StoreError, backtests::RecordedUsage};
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// Usage that a price cannot tell apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Item {
    /// Whether it is the attempt, and not the outcome.
    is_attempt: bool,
    class: Option<String>,
    quantity: Quantity,
    /// As text, which has an order; so is the credit.
    value: Option<String>,
    credit: Option<String>,
}

/// How many of an item there would be more than are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Shift {
    /// Under the version in force: what is recorded follows once everything is judged.
    pub(super) in_force: i64,
    /// Under the candidate.
    pub(super) candidate: i64,
}

/// A billing period of an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) agreement: AgreementId,
    pub(super) period: PeriodName,
}

/// Whose usage, dated when.
pub(super) type Dated = (CustomerId, Timestamp, Item);

impl Item {
    fn of(usage: &Usage) -> Self {
        Self::new(usage.meter, usage.class.as_ref(), usage.quantity, usage.value, usage.credit.as_ref())
    }

    fn recorded(usage: &RecordedUsage) -> Self {
        Self::new(usage.meter, usage.class.as_ref(), usage.quantity, usage.value, usage.credit.as_ref())
    }

    fn new(meter: Meter, class: Option<&String>, quantity: Quantity, value: Option<Decimal>, credit: Option<&Credit>) -> Self {
        let (value, credit) = (value.map(|value| value.to_string()), credit.map(ToString::to_string));
        Self { is_attempt: meter == Meter::Attempt, class: class.cloned(), quantity, value, credit }
    }

    /// What a price sees of so many of them.
    pub(super) fn priced(&self, definition: &str, count: i64) -> Result<UsageItem> {
        let definition = definition.to_owned();
        if self.is_attempt {
            return Ok(UsageItem { used: Used::Attempt { definition }, count });
        }
        let (value, credit) = (parsed::<Decimal>(self.value.as_ref())?, parsed::<Credit>(self.credit.as_ref())?);
        let used = Used::Outcome { definition, class: self.class.clone(), quantity: self.quantity, value, credit };
        Ok(UsageItem { used, count })
    }
}

fn parsed<T: FromStr>(text: Option<&String>) -> Result<Option<T>> {
    let corrupt = |text: &String| StoreError::Corrupt { table: "backtest_pieces", column: "tally", value: text.clone() };
    Ok(text.map(|text| text.parse().map_err(|_| corrupt(text))).transpose()?)
}

/// What would be recorded otherwise, by whom and when. `in_force` is `None` where that version faults: then what is recorded stands. A
/// candidate that faults earns nothing.
pub(super) fn shifts(in_force: Option<&[Usage]>, candidate: &[Usage], recorded: &[RecordedUsage]) -> BTreeMap<Dated, Shift> {
    let mut found: BTreeMap<Dated, Shift> = BTreeMap::new();
    let key = |usage: &Usage| (usage.customer, usage.dated_at, Item::of(usage));
    for usage in recorded {
        let shift = found.entry((usage.customer, usage.dated_at, Item::recorded(usage))).or_default();
        shift.candidate -= usage.count;
        shift.in_force -= if in_force.is_some() { usage.count } else { 0 };
    }
    in_force.into_iter().flatten().for_each(|usage| found.entry(key(usage)).or_default().in_force += 1);
    candidate.iter().for_each(|usage| found.entry(key(usage)).or_default().candidate += 1);
    found.retain(|_, shift| *shift != Shift::default());
    found
}
