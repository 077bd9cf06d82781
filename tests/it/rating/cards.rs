//! Cards: how they are written, and what they ask for.

use std::collections::BTreeSet;

use assay_rating::card::RateCard;
use serde_json::{Value, json};

use super::support::{card, usd};

/// A card with everything that a card can say.
pub fn standard() -> Value {
    json!({
        "name": "standard-2016",
        "currency": "USD",
        "rounding": "half-up",
        "cycle": "anniversary",
        "time-zone": "Europe/Berlin",
        "charges": [
            { "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500", "due": "in-advance" },
            {
                "code": "resolutions", "label": "Resolved tickets", "model": "unit",
                "meter": { "outcome-of": "resolved-ticket", "class": "booked", "credit-to": "ai" }, "price": "0.99", "included": "10",
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
            {
                "code": "leads", "label": "Leads", "model": "volume",
                "meter": { "outcome-of": "qualified-lead" },
                "tiers": [
                    { "up-to": "15", "edge": "inclusive", "price": "10", "flat-fee": "0" },
                    { "edge": "inclusive", "price": "5", "flat-fee": "20" },
                ],
            },
            {
                "code": "tokens", "label": "Tokens", "model": "package",
                "meter": { "events": "llm.call", "aggregate": "sum", "field": "tokens" },
                "size": "1000", "price": "0.3", "included": "5000",
            },
            {
                "code": "calls", "label": "Calls", "model": "unit",
                "meter": { "events": "llm.call", "aggregate": "count" }, "price": "0.01", "included": "0",
            },
            {
                "code": "savings", "label": "Savings", "model": "percentage",
                "meter": { "outcome-of": "saving", "class": "booked" }, "rate": "0.02", "minimum": "1", "maximum": "25",
            },
        ],
        "commitment": { "amount": "1000", "overage-factor": "1.5" },
        "cap": "5000",
        "taxes": [{ "code": "vat", "label": "VAT", "rate": "0.19" }],
    })
}

/// The standard card with the field at a JSON Pointer set.
pub fn with(pointer: &str, value: Value) -> Value {
    let mut card = standard();
    let (above, key) = pointer.rsplit_once('/').expect("a pointer");
    card.pointer_mut(above).and_then(Value::as_object_mut).expect("an object").insert(key.to_owned(), value);
    card
}

/// The standard card without the field at a JSON Pointer.
pub fn without(pointer: &str) -> Value {
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
    for (pointer, default) in [
        ("/rounding", "half-even"),
        ("/cycle", "monthly"),
        ("/time-zone", "UTC"),
        ("/charges/0/due", "in-arrears"),
        ("/charges/1/included", "0"),
        ("/charges/2/tiers/0/flat-fee", "0"),
        ("/charges/2/tiers/0/edge", "inclusive"),
        ("/charges/4/included", "0"),
        ("/charges/5/meter/aggregate", "count"),
        ("/commitment/overage-factor", "1"),
    ] {
        assert_eq!(card(without(pointer)), card(with(pointer, json!(default))), "{pointer}");
    }
    assert_eq!(card(without("/taxes")), card(with("/taxes", json!([]))));
}

#[test]
fn what_is_left_out_and_has_no_default_is_not_there() {
    let bounds = |read: &RateCard| serde_json::to_value(read).unwrap()["charges"][6].clone();
    for (pointer, field) in [("/charges/6/minimum", "minimum"), ("/charges/6/maximum", "maximum")] {
        assert!(bounds(&card(without(pointer))).get(field).is_none(), "{pointer}");
    }
    assert_eq!(card(without("/commitment")).commitment, None);
    assert_eq!(card(without("/cap")).cap, None);
}

#[test]
fn what_goes_without_saying_is_not_written() {
    let fee = json!({ "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500" });
    let bare = json!({ "name": "bare", "currency": "USD", "rounding": "half-even", "charges": [fee] });
    let mut said = bare.clone();
    said["cycle"] = json!("monthly");
    said["time-zone"] = json!("UTC");
    said["taxes"] = json!([]);
    said["charges"][0]["due"] = json!("in-arrears");
    for written in [bare.clone(), said] {
        assert_eq!(serde_json::to_value(card(written)).unwrap(), bare);
    }
}

#[test]
fn equal_prices_are_one_price() {
    assert_eq!(card(with("/charges/1/price", json!("0.9900"))), card(standard()));
}

#[test]
fn amounts_have_the_decimals_of_their_currency() {
    for (currency, amount, is_good) in [
        ("USD", "1000.99", true),
        ("USD", "1000.990", true),
        ("USD", "1000.999", false),
        ("JPY", "1000", true),
        ("JPY", "1000.5", false),
        ("KWD", "1000.999", true),
        ("KWD", "1000.9999", false),
    ] {
        let mut written = with("/currency", json!(currency));
        written["commitment"]["amount"] = json!(amount);
        let read: RateCard = serde_json::from_value(written).unwrap();
        assert_eq!(read.check().is_ok(), is_good, "{amount} {currency}");
    }
}

#[test]
fn a_card_says_what_it_counts() {
    let read = card(standard());
    let definitions: BTreeSet<&str> = read.definitions().collect();
    assert_eq!(definitions, BTreeSet::from(["qualified-lead", "resolved-ticket", "saving"]));
    let fields: Vec<_> = read.event_fields().collect();
    assert_eq!(fields, [("llm.call", None), ("llm.call", Some("tokens"))]);
    for (charge, meter) in [
        ("platform", Value::Null),
        ("resolutions", json!({ "outcome-of": "resolved-ticket", "class": "booked", "credit-to": "ai" })),
        ("attempts", json!({ "attempts-at": "resolved-ticket" })),
        ("calls", json!({ "events": "llm.call", "aggregate": "count" })),
        ("unknown", Value::Null),
    ] {
        assert_eq!(serde_json::to_value(read.meter(charge)).unwrap(), meter, "{charge}");
    }
}

#[test]
fn a_field_that_two_charges_read_is_named_once() {
    let charge = |code: &str, aggregate: &str| {
        let meter = json!({ "events": "llm.call", "aggregate": aggregate, "field": "tokens" });
        json!({ "code": code, "label": code, "model": "unit", "meter": meter, "price": "1" })
    };
    let read = usd(json!([charge("all", "sum"), charge("peak", "max"), charge("kinds", "unique")]));
    assert_eq!(read.event_fields().collect::<Vec<_>>(), [("llm.call", Some("tokens"))]);
}

#[test]
fn only_what_is_priced_by_its_value_needs_one() {
    let read = card(standard());
    for (definition, class, expect) in [
        ("saving", Some("booked"), true),
        ("saving", Some("qualified"), false),
        ("saving", None, false),
        ("resolved-ticket", Some("booked"), false),
    ] {
        assert_eq!(read.needs_value(definition, class), expect, "{definition} {class:?}");
    }
    let mut any_class = standard();
    any_class["charges"][6]["meter"] = json!({ "outcome-of": "saving" });
    assert!(card(any_class).needs_value("saving", None));
}

#[test]
fn a_card_says_whether_it_charges_by_value_or_in_advance() {
    let unit = json!({ "code": "tickets", "label": "Tickets", "model": "unit", "meter": { "outcome-of": "ticket" }, "price": "1" });
    for (read, expect) in [(card(standard()), true), (usd(json!([unit])), false)] {
        assert_eq!((read.has_percentage(), read.is_due_in_advance()), (expect, expect), "{}", read.name);
    }
}
