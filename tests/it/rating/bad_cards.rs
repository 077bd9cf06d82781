//! Cards that are refused: which field it is, and what to do about it.

use assay_rating::card::RateCard;
use serde_json::{Value, json};

use super::cards::{standard, with, without};

/// What is wrong with a card that reads.
fn check(bad: Value, field: &str, remedy: &str) {
    let card: RateCard = serde_json::from_value(bad).expect("the card reads");
    let violation = card.check().expect_err("the card is bad");
    assert_eq!(violation.field, field);
    assert!(violation.remedy.contains(remedy), "{violation} does not advise {remedy:?}");
}

/// Sets texts of the standard card one at a time: a JSON Pointer, the text, the field it is called by, a part of the remedy.
fn check_texts(rows: &[(&str, &str, &str, &str)]) {
    for (pointer, text, field, remedy) in rows {
        check(with(pointer, json!(text)), field, remedy);
    }
}

#[test]
fn names_are_slugs_and_labels_are_lines() {
    check_texts(&[
        ("/name", "Standard 2016", "name", "use a-z, 0-9 and -"),
        ("/charges/1/code", "platform", "charges[1].code", "a code of its own"),
        ("/charges/0/code", "Platform fee", "charges[0].code", "use a-z, 0-9 and -"),
        ("/charges/0/code", "commitment", "charges[0].code", "another code"),
        ("/charges/0/code", "cap", "charges[0].code", "another code"),
        ("/charges/0/code", "tax-vat", "charges[0].code", "another code"),
        ("/charges/0/label", "", "charges[0].label", "one line"),
        ("/charges/0/label", "  ", "charges[0].label", "one line"),
        ("/charges/0/label", "two\nlines", "charges[0].label", "one line"),
        ("/taxes/0/code", "VAT", "taxes[0].code", "use a-z, 0-9 and -"),
        ("/taxes/0/label", "", "taxes[0].label", "one line"),
    ]);
    check(with("/charges", json!([])), "charges", "at least one");
    check(without("/charges"), "charges", "at least one");
    let tax = standard()["taxes"][0].clone();
    check(with("/taxes", json!([tax, tax])), "taxes[1].code", "a code of its own");
}

#[test]
fn numbers_have_limits() {
    check_texts(&[
        ("/charges/0/amount", "-500", "charges[0].amount", "zero or more"),
        ("/charges/1/price", "-0.01", "charges[1].price", "zero or more"),
        ("/charges/1/price", "0.1234567891", "charges[1].price", "at most 9"),
        ("/charges/1/price", "1000000000000.01", "charges[1].price", "at most 1000000000000"),
        ("/charges/1/included", "-1", "charges[1].included", "zero or more"),
        ("/charges/4/price", "-1", "charges[4].price", "zero or more"),
        ("/charges/4/included", "-1", "charges[4].included", "zero or more"),
        ("/charges/4/size", "0", "charges[4].size", "more than zero"),
        ("/charges/4/size", "-1000", "charges[4].size", "more than zero"),
        ("/charges/6/rate", "-0.02", "charges[6].rate", "zero or more"),
        ("/charges/6/rate", "0.0000001", "charges[6].rate", "at most 6"),
        ("/charges/6/minimum", "-1", "charges[6].minimum", "zero or more"),
        ("/charges/6/maximum", "-1", "charges[6].maximum", "zero or more"),
        ("/charges/6/maximum", "0.99", "charges[6].maximum", "raise it to the minimum"),
    ]);
}

#[test]
fn meters_have_names_and_fields() {
    check_texts(&[
        ("/charges/1/meter/outcome-of", "Resolved", "charges[1].meter.outcome-of", "use a-z, 0-9 and -"),
        ("/charges/1/meter/class", "", "charges[1].meter.class", "use a-z, 0-9 and -"),
        ("/charges/1/meter/credit-to", "AI", "charges[1].meter.credit-to", "use a-z, 0-9 and -"),
        ("/charges/2/meter/attempts-at", "", "charges[2].meter.attempts-at", "use a-z, 0-9 and -"),
        ("/charges/4/meter/events", "", "charges[4].meter.events", "give one"),
        ("/charges/4/meter/events", "two\nlines", "charges[4].meter.events", "printable"),
        ("/charges/4/meter/field", "", "charges[4].meter.field", "give one"),
        ("/charges/5/meter/field", "tokens", "charges[5].meter.field", "leave `field` out"),
        ("/charges/6/meter/credit-to", "ai", "charges[6].meter", "without `credit-to`"),
    ]);
    for aggregate in ["sum", "max", "unique"] {
        let unread = json!({ "events": "llm.call", "aggregate": aggregate });
        check(with("/charges/4/meter", unread), "charges[4].meter.field", "name the member");
    }
    for meter in [json!({ "attempts-at": "saving" }), json!({ "events": "llm.call" })] {
        check(with("/charges/6/meter", meter), "charges[6].meter", "count `outcome-of`");
    }
}

#[test]
fn tiers_follow_each_other() {
    for n in [2, 3] {
        let (pointer, field) = (format!("/charges/{n}/tiers"), format!("charges[{n}].tiers"));
        let check_text = |below: &str, text: &str, of: &str, remedy: &str| {
            check(with(&format!("{pointer}/{below}"), json!(text)), &format!("{field}{of}"), remedy);
        };
        check_text("0/price", "-1", "[0].price", "zero or more");
        check_text("1/flat-fee", "-1", "[1].flat-fee", "zero or more");
        check_text("0/up-to", "0", "[0].up-to", "increasing order");
        check_text("0/up-to", "-1", "[0].up-to", "increasing order");
        check(with(&pointer, json!([])), &field, "at least one tier");
        check(without(&format!("{pointer}/0/up-to")), &format!("{field}[0].up-to"), "only the last one is open");
    }
    check_texts(&[
        ("/charges/2/tiers/1/up-to", "100", "charges[2].tiers[1].up-to", "increasing order"),
        ("/charges/2/tiers/2/up-to", "300", "charges[2].tiers[2].up-to", "leave `up-to` out"),
        ("/charges/3/tiers/1/up-to", "30", "charges[3].tiers[1].up-to", "leave `up-to` out"),
    ]);
}

#[test]
fn commitment_cap_and_taxes_are_checked_too() {
    check_texts(&[
        ("/commitment/amount", "-1", "commitment.amount", "zero or more"),
        ("/commitment/amount", "1000.001", "commitment.amount", "at most 2"),
        ("/commitment/overage-factor", "-1", "commitment.overage-factor", "zero or more"),
        ("/commitment/overage-factor", "1.0000001", "commitment.overage-factor", "at most 6"),
        ("/cap", "-1", "cap", "zero or more"),
        ("/cap", "5000.001", "cap", "at most 2"),
        ("/cap", "999.99", "cap", "raise the cap"),
        ("/taxes/0/rate", "-0.19", "taxes[0].rate", "zero or more"),
        ("/taxes/0/rate", "0.1900001", "taxes[0].rate", "at most 6"),
    ]);
}

#[test]
fn what_is_no_card_says_how_to_write_it() {
    let check = |bad: Value, expect: &str| {
        let error = serde_json::from_value::<RateCard>(bad).expect_err("it is no card").to_string();
        assert!(error.contains(expect), "{error:?} does not say {expect:?}");
    };
    let bare: Value = serde_json::from_str("0.99").unwrap();
    for pointer in ["/charges/1/price", "/charges/2/tiers/0/price", "/charges/6/rate", "/commitment/amount", "/cap", "/taxes/0/rate"] {
        check(with(pointer, bare.clone()), "write it as a string, e.g. \"0.99\"");
    }
    for pointer in ["/charges/1/included", "/charges/2/tiers/0/up-to", "/charges/4/size"] {
        check(with(pointer, json!(100)), "write it as a string, e.g. \"100\"");
    }
    for (pointer, text, expect) in [
        ("/charges/1/included", "0.0000001", "at most 6 decimals"),
        ("/charges/1/included", "ten", "\"ten\" is not a quantity"),
        ("/charges/1/price", "0,99", "\"0,99\" is not a decimal such as 0.99"),
        ("/charges/1/price", "1e3", "\"1e3\" is not a decimal such as 0.99"),
        ("/currency", "XXX", "\"XXX\" is not a known ISO 4217 currency"),
        ("/rounding", "bankers", "unknown variant `bankers`"),
        ("/cycle", "weekly", "\"weekly\" is neither monthly nor anniversary"),
        ("/time-zone", "Mars/Olympus", "\"Mars/Olympus\" is no time zone"),
        ("/charges/0/model", "barter", "unknown variant `barter`"),
        ("/charges/0/due", "later", "unknown variant `later`"),
        ("/charges/4/meter/aggregate", "mean", "unknown variant `mean`"),
        ("/charges/1/meter/attempts-at", "resolved-ticket", "by one of `outcome-of`, `attempts-at` and `events`"),
        ("/charges/1/meter/field", "tokens", "`aggregate` and `field` go with `events`"),
        ("/charges/2/meter/class", "booked", "an attempt has no class"),
        ("/charges/4/meter/credit-to", "ai", "`class` and `credit-to` go with `outcome-of`"),
    ] {
        check(with(pointer, json!(text)), expect);
    }
    check(with("/charges/1/meter", json!({})), "by one of `outcome-of`, `attempts-at` and `events`");
    for field in ["/charges/0/model", "/charges/1/price", "/charges/4/size", "/charges/6/rate", "/commitment/amount", "/taxes/0/rate"] {
        let name = field.rsplit('/').next().expect("a name");
        check(without(field), &format!("missing field `{name}`"));
    }
    for place in ["", "/charges/0", "/charges/1", "/charges/1/meter", "/charges/2/tiers/0", "/commitment", "/taxes/0"] {
        check(with(&format!("{place}/colour"), json!("red")), "unknown field `colour`");
    }
}
