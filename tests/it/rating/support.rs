//! Cards, usage and lines as text.

use std::collections::BTreeMap;

use assay_domain::{
    decimal::Quantity,
    money::{Amount, Currency},
    period::BillingPeriod,
    time::Timestamp,
};
use assay_rating::{
    card::RateCard,
    rate::{Coverage, FieldValue, RatedLine, UsageItem, Used},
    settle::{Delta, PostedLine},
};
use serde_json::{Value, json};

/// A card that reads and checks.
pub fn card(card: Value) -> RateCard {
    let card: RateCard = serde_json::from_value(card).expect("the card reads");
    assert_eq!(card.check(), Ok(()));
    card
}

/// A card in US dollars, half-even, with these charges.
pub fn usd(charges: Value) -> RateCard {
    card(json!({ "name": "test", "currency": "USD", "charges": charges }))
}

/// One item a line: `count outcome definition`, `count attempt definition` or `count event type`, and what more there is to say as
/// `key=value`: `class`, `quantity` (of one), `value` and `credit` of an outcome; `field` and `number` or `text` of an event.
pub fn usage(text: &str) -> Vec<UsageItem> {
    text.lines().filter(|line| !line.trim().is_empty()).map(item).collect()
}

fn item(line: &str) -> UsageItem {
    let (head, pairs): (Vec<&str>, Vec<&str>) = line.split_whitespace().partition(|word| !word.contains('='));
    let [count, meter, name] = head.as_slice() else {
        panic!("{line:?} is not `count meter name key=value…`");
    };
    let mut more: BTreeMap<&str, &str> = pairs.into_iter().filter_map(|pair| pair.split_once('=')).collect();
    let used = used(meter, (*name).to_owned(), &mut more);
    assert!(more.is_empty(), "{line:?} says what cannot be said there: {more:?}");
    UsageItem { used, count: count.parse().expect("a count") }
}

fn used(meter: &str, name: String, more: &mut BTreeMap<&str, &str>) -> Used {
    match meter {
        "outcome" => Used::Outcome {
            definition: name,
            class: more.remove("class").map(str::to_owned),
            quantity: more.remove("quantity").map_or(Quantity::ONE, |quantity| quantity.parse().expect("a quantity")),
            value: more.remove("value").map(|value| value.parse().expect("a decimal")),
            credit: more.remove("credit").map(|credit| credit.replace(',', " ").parse().expect("a credit such as ai:3,human:1")),
        },
        "attempt" => Used::Attempt { definition: name },
        "event" => Used::Event { kind: name, field: more.remove("field").map(str::to_owned), value: field_value(more) },
        _ => panic!("{meter:?} is no outcome, attempt or event"),
    }
}

fn field_value(more: &mut BTreeMap<&str, &str>) -> FieldValue {
    let number = more.remove("number").map(|number| FieldValue::Number(number.parse().expect("a quantity")));
    let text = || more.remove("text").map(|text| FieldValue::Text(text.to_owned()));
    number.or_else(text).unwrap_or(FieldValue::Absent)
}

/// The lines of a text without their padding.
pub fn table(text: &str) -> Vec<String> {
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(line).filter(|line| !line.is_empty()).collect()
}

/// `charge tier quantity × price = amount label`.
pub fn rated(lines: &[RatedLine]) -> Vec<String> {
    let text = |line: &RatedLine| {
        let RatedLine { charge, tier, label, quantity, unit_price, amount } = line;
        format!("{charge} {tier} {quantity} × {unit_price} = {} {label}", amount.decimal())
    };
    lines.iter().map(text).collect()
}

/// The same columns.
pub fn deltas(lines: &[Delta]) -> Vec<String> {
    let text = |line: &Delta| {
        let Delta { charge, tier, label, unit_price, quantity, amount } = line;
        format!("{charge} {tier} {quantity} × {unit_price} = {} {label}", amount.decimal())
    };
    lines.iter().map(text).collect()
}

/// Reads the same columns as earlier postings.
pub fn posted(text: &str, currency: &str) -> Vec<PostedLine> {
    let currency: Currency = currency.parse().expect("a currency");
    let line = |line: String| {
        let words: Vec<&str> = line.split(' ').collect();
        let [charge, tier, quantity, "×", price, "=", amount, label @ ..] = words.as_slice() else {
            panic!("{line:?} is not `charge tier quantity × price = amount label`");
        };
        let minor = amount.replace('.', "").parse().expect("an amount with all its decimals");
        PostedLine {
            charge: (*charge).to_owned(),
            tier: tier.parse().expect("a tier"),
            label: label.join(" "),
            unit_price: price.parse().expect("a price"),
            quantity: quantity.parse().expect("a quantity"),
            amount: Amount::new(minor, currency),
        }
    };
    table(text).into_iter().map(line).collect()
}

/// A time of RFC 3339.
pub fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// A month, all of it covered, that has ended.
pub fn whole(month: &str) -> Coverage {
    let month: BillingPeriod = month.parse().expect("a month");
    let period = (month.start(), month.end());
    Coverage { period, covered: period, ended: true }
}

/// An integer at a scale as decimal text.
pub fn decimal(mantissa: i128, scale: usize) -> String {
    let digits = format!("{:0width$}", mantissa.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{}{whole}{point}{fraction}", if mantissa < 0 { "-" } else { "" })
}
