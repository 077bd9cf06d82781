//! Random usage.

use assay_domain::{
    decimal::{Decimal, Quantity},
    outcome::Credit,
};
use assay_rating::rate::{FieldValue, UsageItem, Used};
use proptest::{collection::vec, option, prelude::*, sample::subsequence};

use super::{CLASSES, DEFINITIONS, FIELDS, KINDS, PARTICIPANTS, micros, one_of};
use crate::rating::support::decimal;

fn outcome() -> impl Strategy<Value = Used> {
    let value = micros(-200, 2000).prop_map(|micros| decimal(micros.into(), 6).parse::<Decimal>().expect("a decimal"));
    let shares = subsequence(PARTICIPANTS.to_vec(), 1..=3).prop_shuffle().prop_flat_map(|names| {
        let count = names.len();
        (Just(names), vec(1..=4u32, count))
    });
    let credit = shares.prop_map(|(names, parts)| {
        let shares: Vec<String> = names.iter().zip(parts).map(|(name, parts)| format!("{name}:{parts}")).collect();
        shares.join(" ").parse::<Credit>().expect("a credit")
    });
    let parts = (one_of(DEFINITIONS), option::of(one_of(CLASSES)), micros(0, 3), value, option::of(credit));
    parts.prop_map(|(definition, class, quantity, value, credit)| Used::Outcome {
        definition: definition.to_owned(),
        class: class.map(str::to_owned),
        quantity: Quantity::from_micros(quantity),
        value: Some(value),
        credit,
    })
}

fn event() -> impl Strategy<Value = Used> {
    let value = prop_oneof![
        1 => Just(FieldValue::Absent),
        3 => micros(0, 3).prop_map(|micros| FieldValue::Number(Quantity::from_micros(micros))),
        2 => one_of(["large", "small"]).prop_map(|text| FieldValue::Text(text.to_owned())),
    ];
    let read = (one_of(FIELDS), value).prop_map(|(field, value)| (Some(field.to_owned()), value));
    let found = prop_oneof![1 => Just((None::<String>, FieldValue::Absent)), 3 => read];
    (one_of(KINDS), found).prop_map(|(kind, (field, value))| Used::Event { kind: kind.to_owned(), field, value })
}

/// One piece of usage; every outcome has a value.
pub fn used() -> impl Strategy<Value = Used> {
    let attempt = one_of(DEFINITIONS).prop_map(|definition| Used::Attempt { definition: definition.to_owned() });
    prop_oneof![5 => outcome(), 1 => attempt, 3 => event()]
}

/// Up to four such pieces.
pub fn item() -> impl Strategy<Value = UsageItem> {
    (used(), 0..=4i64).prop_map(|(used, count)| UsageItem { used, count })
}
