//! Cards: how they are written, and how bad ones are refused.

use assay_rating::card::RateCard;
use serde_json::{Value, json};

use super::support::card;

fn standard() -> Value {
    json!({
        "name": "standard-2016",
        "currency": "USD",
        "rounding": "half-up",
        "charges": [
            { "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500" },
            {
                "code": "resolutions", "label": "Resolved tickets", "model": "unit",
                "meter": { "outcome-of": "resolved-ticket", "class": "booked" }, "price": "0.99", "included": "10",
            },
            {
                "code": "attempts", "label": "Attempts", "model": "graduated",
                "meter": { "attempts-at": "resolved-ticket" },
                "tiers": [
                    { "up-to": "100", "edge": "exclusive", "price": "1", "flat-fee": "0" },
                    { "up-to": "200.5", "edge": "inclusive", "price": "0.8", "flat-fee": "7.5" },
                    { "edge": "inclusive", "price": "0.5", "flat-fee": "0" },
                ],
            },
        ],
    })
}

/// The standard card with the field at a JSON Pointer set.
fn with(pointer: &str, value: Value) -> Value {
    let mut card = standard();
    let (above, key) = pointer.rsplit_once('/').expect("a pointer");
    card.pointer_mut(above).and_then(Value::as_object_mut).expect("an object").insert(key.to_owned(), value);
    card
}

/// The standard card without the field at a JSON Pointer.
fn without(pointer: &str) -> Value {
    let mut card = standard();
    let (above, key) = pointer.rsplit_once('/').expect("a pointer");
    card.pointer_mut(above).and_then(Value::as_object_mut).expect("an object").remove(key).expect("the field");
    card
}

#[test]
fn a_card_is_written_as_it_was_read() {
    assert_eq!(serde_json::to_value(card(standard())).unwrap(), standard());
}

#[test]
fn what_is_left_out_has_a_default() {
    let full = |pointer: &str, value: &str| card(with(pointer, json!(value)));
    for (pointer, default) in [
        ("/rounding", "half-even"),
        ("/charges/1/included", "0"),
        ("/charges/2/tiers/0/flat-fee", "0"),
        ("/charges/2/tiers/0/edge", "inclusive"),
    ] {
        assert_eq!(card(without(pointer)), full(pointer, default), "{pointer}");
    }
}

#[test]
fn equal_prices_are_one_price() {
    assert_eq!(card(with("/charges/1/price", json!("0.9900"))), card(standard()));
}

#[test]
fn a_bad_card_is_refused_with_its_field_and_a_remedy() {
    let check = |bad: Value, field: &str, remedy: &str| {
        let card: RateCard = serde_json::from_value(bad).expect("the card reads");
        let violation = card.check().expect_err("the card is bad");
        assert_eq!(violation.field, field);
        assert!(violation.remedy.contains(remedy), "{violation} does not advise {remedy:?}");
    };
    let number = |pointer: &str, text: &str| with(pointer, json!(text));

    check(number("/name", "Standard 2016"), "name", "use a-z, 0-9 and -");
    check(with("/charges", json!([])), "charges", "at least one");
    check(without("/charges"), "charges", "at least one");
    check(number("/charges/1/code", "platform"), "charges[1].code", "a code of its own");
    check(number("/charges/0/code", "Platform fee"), "charges[0].code", "use a-z, 0-9 and -");
    check(number("/charges/0/label", ""), "charges[0].label", "one line");
    check(number("/charges/0/label", "  "), "charges[0].label", "one line");
    check(number("/charges/0/label", "two\nlines"), "charges[0].label", "one line");

    check(number("/charges/0/amount", "-500"), "charges[0].amount", "zero or more");
    check(number("/charges/1/price", "-0.01"), "charges[1].price", "zero or more");
    check(number("/charges/1/price", "0.1234567891"), "charges[1].price", "at most 9");
    check(number("/charges/1/price", "1000000000000.01"), "charges[1].price", "at most 1000000000000");
    check(number("/charges/1/included", "-1"), "charges[1].included", "zero or more");

    check(number("/charges/1/meter/outcome-of", "Resolved"), "charges[1].meter.outcome-of", "use a-z, 0-9 and -");
    check(number("/charges/1/meter/class", ""), "charges[1].meter.class", "use a-z, 0-9 and -");
    check(number("/charges/2/meter/attempts-at", ""), "charges[2].meter.attempts-at", "use a-z, 0-9 and -");
    check(number("/charges/2/meter/class", "booked"), "charges[2].meter.class", "leave `class` out");

    check(with("/charges/2/tiers", json!([])), "charges[2].tiers", "at least one tier");
    check(number("/charges/2/tiers/0/price", "-1"), "charges[2].tiers[0].price", "zero or more");
    check(number("/charges/2/tiers/1/flat-fee", "-1"), "charges[2].tiers[1].flat-fee", "zero or more");
    check(number("/charges/2/tiers/0/up-to", "0"), "charges[2].tiers[0].up-to", "increasing order");
    check(number("/charges/2/tiers/0/up-to", "-1"), "charges[2].tiers[0].up-to", "increasing order");
    check(number("/charges/2/tiers/1/up-to", "100"), "charges[2].tiers[1].up-to", "increasing order");
    check(number("/charges/2/tiers/2/up-to", "300"), "charges[2].tiers[2].up-to", "leave `up-to` out");
    check(without("/charges/2/tiers/1/up-to"), "charges[2].tiers[1].up-to", "only the last one is open");
}

#[test]
fn what_is_no_card_says_how_to_write_it() {
    let check = |bad: Value, expect: &str| {
        let error = serde_json::from_value::<RateCard>(bad).expect_err("it is no card").to_string();
        assert!(error.contains(expect), "{error:?} does not say {expect:?}");
    };
    let bare: Value = serde_json::from_str("0.99").unwrap();

    check(with("/charges/1/price", bare.clone()), "write it as a string, e.g. \"0.99\"");
    check(with("/charges/0/amount", json!(500)), "write it as a string, e.g. \"0.99\"");
    check(with("/charges/2/tiers/0/price", bare), "write it as a string, e.g. \"0.99\"");
    check(with("/charges/1/included", json!(3)), "write it as a string, e.g. \"100\"");
    check(with("/charges/2/tiers/0/up-to", json!(100)), "write it as a string, e.g. \"100\"");
    check(with("/charges/1/included", json!("0.0000001")), "at most 6 decimals");
    check(with("/charges/1/included", json!("ten")), "\"ten\" is not a quantity");
    check(with("/charges/1/price", json!("0,99")), "\"0,99\" is not a decimal such as 0.99");
    check(with("/charges/1/price", json!("1e3")), "\"1e3\" is not a decimal such as 0.99");

    check(with("/currency", json!("XXX")), "\"XXX\" is not a known ISO 4217 currency");
    check(with("/rounding", json!("bankers")), "unknown variant `bankers`");
    check(with("/charges/0/model", json!("barter")), "unknown variant `barter`");
    check(without("/charges/0/model"), "missing field `model`");
    check(without("/charges/1/price"), "missing field `price`");

    check(with("/colour", json!("red")), "unknown field `colour`");
    check(with("/charges/0/colour", json!("red")), "unknown field `colour`");
    check(with("/charges/1/prise", json!("1")), "unknown field `prise`");
    check(with("/charges/1/meter/colour", json!("red")), "unknown field `colour`");
    check(with("/charges/2/tiers/0/colour", json!("red")), "unknown field `colour`");

    check(with("/charges/1/meter/attempts-at", json!("resolved-ticket")), "either `outcome-of` or `attempts-at`");
    check(with("/charges/1/meter", json!({})), "either `outcome-of` or `attempts-at`");
}
