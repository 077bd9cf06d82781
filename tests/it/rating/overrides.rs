//! What is agreed otherwise with one customer.

use assay_rating::card::{Overrides, Price};
use serde_json::{Value, json};

use super::{
    cards::{standard, without},
    support::card,
};

fn read(overrides: Value) -> Overrides {
    serde_json::from_value(overrides).expect("the overrides read")
}

/// The standard card with what is at a JSON Pointer replaced.
fn replaced(pointer: &str, value: Value) -> Value {
    let mut card = standard();
    *card.pointer_mut(pointer).expect("something to replace") = value;
    card
}

fn resolutions(price: &str) -> Value {
    let mut charge = standard()["charges"][1].clone();
    charge["price"] = json!(price);
    charge
}

#[test]
fn what_is_agreed_otherwise_takes_the_place_of_what_the_card_says() {
    let flat = json!({ "code": "resolutions", "label": "As many as there are", "model": "flat", "amount": "99" });
    let commitment = json!({ "amount": "2000", "overage-factor": "0.5" });
    let taxes = json!([{ "code": "gst", "label": "GST", "rate": "0.05" }, { "code": "qst", "label": "QST", "rate": "0.09975" }]);
    for (name, overrides, expect) in [
        ("nothing", json!({}), standard()),
        ("a price", json!({ "charges": [resolutions("0.79")] }), replaced("/charges/1", resolutions("0.79"))),
        ("another model", json!({ "charges": [flat] }), replaced("/charges/1", flat)),
        ("a commitment", json!({ "commitment": commitment }), replaced("/commitment", commitment)),
        ("a cap", json!({ "cap": "4000" }), replaced("/cap", json!("4000"))),
        ("other taxes", json!({ "taxes": taxes }), replaced("/taxes", taxes)),
        ("no tax", json!({ "taxes": [] }), without("/taxes")),
    ] {
        let with = card(standard()).with(&read(overrides)).expect(name);
        assert_eq!(serde_json::to_value(with).unwrap(), expect, "{name}");
    }
}

#[test]
fn a_commitment_and_a_cap_can_be_raised_together() {
    let both = json!({ "commitment": { "amount": "6000" }, "cap": "6000" });
    let with = card(standard()).with(&read(both)).unwrap();
    let six_thousand: Option<Price> = "6000".parse().ok();
    assert_eq!((with.commitment.map(|commitment| commitment.amount), with.cap), (six_thousand, six_thousand));
}

#[test]
fn bad_overrides_are_refused_with_their_field_and_a_remedy() {
    let charge = |code: &str, price: &str| {
        let mut charge = resolutions(price);
        charge["code"] = json!(code);
        json!({ "charges": [charge] })
    };
    let tax = |code: &str, rate: &str| json!({ "code": code, "label": "Tax", "rate": rate });
    for (overrides, field, remedy) in [
        (charge("resolution", "1"), "overrides.charges[0].code", "name one of platform, resolutions, attempts"),
        (charge("Resolutions", "1"), "overrides.charges[0].code", "use a-z, 0-9 and -"),
        (charge("commitment", "1"), "overrides.charges[0].code", "another code"),
        (charge("resolutions", "-1"), "overrides.charges[0].price", "zero or more"),
        (json!({ "charges": [resolutions("1"), resolutions("2")] }), "overrides.charges[1].code", "override every charge once"),
        (json!({ "charges": [resolutions("1"), resolutions("0.0000000001")] }), "overrides.charges[1].price", "at most 9"),
        (json!({ "commitment": { "amount": "0.001" } }), "overrides.commitment.amount", "at most 2"),
        (json!({ "commitment": { "amount": "5000.01" } }), "overrides.cap", "raise the cap"),
        (json!({ "commitment": { "amount": "1", "overage-factor": "-1" } }), "overrides.commitment.overage-factor", "zero or more"),
        (json!({ "cap": "999.99" }), "overrides.cap", "raise the cap"),
        (json!({ "cap": "5000.001" }), "overrides.cap", "at most 2"),
        (json!({ "taxes": [tax("vat", "-0.1")] }), "overrides.taxes[0].rate", "zero or more"),
        (json!({ "taxes": [tax("vat", "0.1"), tax("vat", "0.2")] }), "overrides.taxes[1].code", "a code of its own"),
    ] {
        let violation = card(standard()).with(&read(overrides)).expect_err(field);
        assert_eq!(violation.field, field);
        assert!(violation.remedy.contains(remedy), "{violation} does not advise {remedy:?}");
    }
}

#[test]
fn what_are_no_overrides_is_not_read() {
    for (bad, expect) in [
        (json!({ "colour": "red" }), "unknown field `colour`"),
        (json!({ "currency": "EUR" }), "unknown field `currency`"),
        (json!({ "cap": 4000 }), "write it as a string"),
        (json!({ "charges": [{ "code": "resolutions", "price": "1" }] }), "missing field `label`"),
    ] {
        let error = serde_json::from_value::<Overrides>(bad).expect_err(expect).to_string();
        assert!(error.contains(expect), "{error:?} does not say {expect:?}");
    }
}

#[test]
fn what_is_not_agreed_is_not_written() {
    assert_eq!(serde_json::to_value(Overrides::default()).unwrap(), json!({}));
    for (overrides, is_empty) in [(json!({}), true), (json!({ "taxes": [] }), false), (json!({ "cap": "4000" }), false)] {
        let read = read(overrides.clone());
        assert_eq!(read.is_empty(), is_empty, "{overrides}");
        assert_eq!(serde_json::to_value(read).unwrap(), overrides);
    }
}
