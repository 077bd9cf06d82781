//! The usage of a period, and what a meter makes of it.

use std::collections::BTreeSet;

use assay_domain::{
    decimal::{Decimal, Quantity},
    outcome::Credit,
};

use crate::{
    RatingError,
    card::{Aggregate, MeterRef},
    credit,
};

/// Usage of a period that a price cannot tell apart, and how many such stand: netted, so that what was withdrawn is no longer in it,
/// and dated inside the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageItem {
    /// What was used.
    pub used: Used,
    /// How many of them.
    pub count: i64,
}

/// One piece of usage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Used {
    /// A success.
    Outcome {
        /// The definition's slug.
        definition: String,
        /// Its class.
        class: Option<String>,
        /// How much of the outcome it is.
        quantity: Quantity,
        /// What it is worth, at most six decimals.
        value: Option<Decimal>,
        /// Who is credited; `None` is all of it to the AI.
        credit: Option<Credit>,
    },
    /// An interaction that was judged at all.
    Attempt {
        /// The definition's slug.
        definition: String,
    },
    /// An event by itself.
    Event {
        /// Its type.
        kind: String,
        /// Which member of its data was read; `None` for a count.
        field: Option<String>,
        /// What was found there.
        value: FieldValue,
    },
}

/// What a member of an event's data holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldValue {
    /// Nothing that can be counted, or nothing was read.
    Absent,
    /// A number of at most six decimals.
    Number(Quantity),
    /// Any other text.
    Text(String),
}

/// How much of a meter was used.
///
/// # Errors
/// `NegativeUsage` when it adds up to less than zero, `Overflow` when it cannot be held.
pub(crate) fn total(usage: &[UsageItem], meter: &MeterRef) -> Result<Quantity, RatingError> {
    let counted = || usage.iter().filter(|item| meter.counts(item));
    // Summed up wide, so that no order of the items overflows where another does not.
    let micros: i128 = match meter {
        MeterRef::Outcomes { credit_to, .. } => counted().map(|item| outcome_micros(item, credit_to.as_deref())).sum(),
        MeterRef::Attempts { .. } => units(counted().map(|item| item.count)),
        MeterRef::Events { aggregate, .. } => aggregated(counted(), *aggregate),
    };
    let total = i64::try_from(micros).map(Quantity::from_micros).map_err(|_| RatingError::Overflow)?;
    if total < Quantity::ZERO {
        return Err(RatingError::NegativeUsage { meter: meter.to_string(), total });
    }
    Ok(total)
}

fn outcome_micros(item: &UsageItem, credit_to: Option<&str>) -> i128 {
    let Used::Outcome { quantity, credit, .. } = &item.used else { return 0 };
    let each = credit_to.map_or(*quantity, |name| credit::share(*quantity, credit.as_ref(), name));
    i128::from(each.micros()) * i128::from(item.count)
}

fn aggregated<'a>(items: impl Iterator<Item = &'a UsageItem>, aggregate: Aggregate) -> i128 {
    let value = |item: &'a UsageItem| match &item.used {
        Used::Event { value, .. } => value,
        _ => &FieldValue::Absent,
    };
    let number = |item: &'a UsageItem| match value(item) {
        FieldValue::Number(number) => Some(i128::from(number.micros())),
        _ => None,
    };
    match aggregate {
        Aggregate::Count => units(items.map(|item| item.count)),
        Aggregate::Sum => items.filter_map(|item| Some(number(item)? * i128::from(item.count))).sum(),
        Aggregate::Max => items.filter(|item| item.count > 0).filter_map(number).max().unwrap_or(0),
        Aggregate::Unique => {
            let standing = items.filter(|item| item.count > 0).map(value).filter(|value| **value != FieldValue::Absent);
            let different: BTreeSet<&FieldValue> = standing.collect();
            i128::from(Quantity::ONE.micros()) * different.len() as i128
        }
    }
}

fn units(counts: impl Iterator<Item = i64>) -> i128 {
    counts.map(i128::from).sum::<i128>() * i128::from(Quantity::ONE.micros())
}
