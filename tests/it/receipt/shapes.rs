//! What a receipt's digest tells apart besides its fields: what is absent, the order of lists, kinds of values, and where a text ends.

use std::collections::BTreeMap;

use assay_domain::{
    canon::Digest,
    decimal::Decimal,
    id::DisputeId,
    time::{Duration, Limit, Timestamp},
    value::Value,
};
use assay_receipt::receipt::{Receipt, Voucher};

use super::receipts::{bare, whole};

/// The digests of receipts that all differ.
pub struct Seen(BTreeMap<Digest, String>);

impl Seen {
    pub fn of(receipt: &Receipt) -> Self {
        Self(BTreeMap::from([(receipt.digest(), "unaltered".to_owned())]))
    }

    pub fn differs(&mut self, name: &str, receipt: &Receipt) {
        if let Some(other) = self.0.insert(receipt.digest(), name.to_owned()) {
            panic!("{name}: the digest is that of the receipt {other}");
        }
    }
}

type Change = fn(&mut Receipt);

/// What can be there or not, and in which order.
const SHAPES: [(&str, Change); 24] = [
    ("no receipt before it", |receipt| receipt.previous = None),
    ("no class", |receipt| receipt.change.class = None),
    ("an empty class", |receipt| receipt.change.class = Some(String::new())),
    ("no value", |receipt| receipt.change.value = None),
    ("no credit", |receipt| receipt.change.credit = None),
    ("no dispute", |receipt| receipt.change.dispute = None),
    ("no approval", |receipt| receipt.definition.approval = None),
    ("no reason", |receipt| receipt.judgement.reason = None),
    ("an empty reason", |receipt| receipt.judgement.reason = Some(String::new())),
    ("no detail", |receipt| receipt.judgement.detail = None),
    ("no deadline", |receipt| receipt.definition.timing.deadline = Limit::Unlimited),
    ("a deadline at once", |receipt| receipt.definition.timing.deadline = Limit::Limited(Duration::ZERO)),
    ("reversible no longer", |receipt| receipt.definition.timing.reversible_for = Limit::Limited(Duration::ZERO)),
    ("no parameters", |receipt| receipt.definition.parameters.clear()),
    ("a parameter less", |receipt| receipt.definition.parameters.truncate(6)),
    ("a parameter more", |receipt| receipt.definition.parameters.push(Value::Missing)),
    ("parameters in another order", |receipt| receipt.definition.parameters.swap(0, 1)),
    ("no evidence", |receipt| receipt.judgement.evidence.clear()),
    ("an event less", |receipt| receipt.judgement.evidence.truncate(1)),
    ("evidence in another order", |receipt| receipt.judgement.evidence.swap(0, 1)),
    ("no voucher", |receipt| receipt.judgement.evidence[0].vouchers.clear()),
    ("a voucher less", |receipt| receipt.judgement.evidence[0].vouchers.truncate(1)),
    ("vouchers in another order", |receipt| receipt.judgement.evidence[0].vouchers.swap(0, 1)),
    ("vouchers of another event", |receipt| {
        let vouchers = std::mem::take(&mut receipt.judgement.evidence[0].vouchers);
        receipt.judgement.evidence[1].vouchers = vouchers;
    }),
];

#[test]
fn whatever_is_absent_is_in_the_digest_too() {
    let mut seen = Seen::of(&whole());
    for (name, change) in SHAPES {
        let mut altered = whole();
        change(&mut altered);
        seen.differs(name, &altered);
    }
}

#[test]
fn one_number_as_two_kinds_of_value_is_two_values() {
    let number = Timestamp::from_micros(5).expect("a time");
    let values = [
        Value::Missing,
        Value::Boolean(false),
        Value::Boolean(true),
        Value::Integer(0),
        Value::Integer(1),
        Value::Integer(5),
        Value::Decimal(Decimal::new(5, 0).expect("a decimal")),
        Value::Decimal(Decimal::new(5, 1).expect("a decimal")),
        Value::Text(String::new()),
        Value::Text("5".into()),
        Value::Timestamp(number),
        Value::Duration(number.since(Timestamp::EPOCH)),
    ];
    let mut seen = Seen::of(&bare());
    for value in values {
        let mut altered = bare();
        altered.definition.parameters.push(value.clone());
        seen.differs(&format!("{value:?}"), &altered);
    }
}

#[test]
fn the_same_digits_with_another_point_are_another_value() {
    let mut seen = Seen::of(&bare());
    for scale in 0..=Decimal::SCALE_MAX {
        let mut altered = bare();
        altered.change.value = Some(Decimal::new(12_005, scale).expect("a decimal"));
        seen.differs(&scale.to_string(), &altered);
    }
}

#[test]
fn what_ends_one_text_does_not_begin_the_next() {
    let mut seen = Seen::of(&bare());
    for (conclusion, reason) in [("success", "ful"), ("successf", "ul"), ("successful", ""), ("", "successful")] {
        let mut altered = bare();
        (altered.judgement.conclusion, altered.judgement.reason) = (conclusion.into(), Some(reason.into()));
        seen.differs(&format!("{conclusion:?} {reason:?}"), &altered);
    }
    for (name, contract) in [("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc")] {
        let mut altered = bare();
        (altered.definition.name, altered.definition.contract) = (name.into(), contract.into());
        seen.differs(&format!("{name:?} {contract:?}"), &altered);
    }
}

#[test]
fn numbers_that_have_the_same_digits_are_not_exchanged() {
    let mut seen = Seen::of(&bare());
    let rows: [(&str, Change); 7] = [
        ("the receipt's", |receipt| receipt.number = 500),
        ("the usage's", |receipt| receipt.change.usage = 500),
        ("the dispute's", |receipt| receipt.change.dispute = Some(DisputeId(500))),
        ("the version's", |receipt| receipt.definition.version = 500),
        ("the evaluation's", |receipt| receipt.judgement.evaluation.0 = 500),
        ("the interaction's", |receipt| receipt.judgement.interaction.0 = 500),
        ("a dispute's that is nothing", |receipt| receipt.change.dispute = Some(DisputeId(0))),
    ];
    for (name, change) in rows {
        let mut altered = bare();
        change(&mut altered);
        seen.differs(name, &altered);
    }
    for (endpoint, secret) in [(1, 2), (2, 1), (12, 0), (0, 12)] {
        let mut altered = whole();
        altered.judgement.evidence[1].vouchers.push(Voucher::Webhook { endpoint, secret });
        seen.differs(&format!("the secret {secret} of the endpoint {endpoint}"), &altered);
    }
}
