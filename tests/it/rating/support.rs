//! Cards, usage and lines as text.

use assay_domain::{
    money::{Amount, Currency},
    outcome::Meter,
    period::BillingPeriod,
    time::Timestamp,
};
use assay_rating::{
    card::RateCard,
    rate::{Coverage, RatedLine, UsageItem, rate},
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

/// `quantity meter definition [class]`, one item a line.
pub fn usage(text: &str) -> Vec<UsageItem> {
    let item = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [quantity, meter, definition, class @ ..] = words.as_slice() else {
            panic!("{line:?} is not `quantity meter definition [class]`");
        };
        UsageItem {
            meter: Meter::from_name(meter).expect("`outcome` or `attempt`"),
            definition: (*definition).to_owned(),
            class: class.first().map(|class| (*class).to_owned()),
            quantity: quantity.parse().expect("a quantity"),
        }
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(item).collect()
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

/// A month, all of it covered.
pub fn whole(month: &str) -> Coverage {
    let month: BillingPeriod = month.parse().expect("a month");
    let period = (month.start(), month.end());
    Coverage { period, covered: period }
}

/// Rates a whole month and compares the lines.
pub fn check_rate(card: &RateCard, usage_text: &str, expect: &str) {
    let lines = rate(card, &whole("2016-03"), &usage(usage_text)).expect("it can be rated");
    assert_eq!(rated(&lines), table(expect), "for {usage_text:?}");
}

/// An integer at a scale as decimal text.
pub fn decimal(mantissa: i128, scale: usize) -> String {
    let digits = format!("{:0width$}", mantissa.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    format!("{}{whole}.{fraction}", if mantissa < 0 { "-" } else { "" })
}
