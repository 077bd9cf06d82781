//! What one more is worth: what it adds to the bill.

use assay_rating::{card::RateCard, rate::worth};
use serde_json::{Value, json};

use super::support::{card, usage, usd, whole};

fn tiered(model: &str, tiers: Value) -> RateCard {
    let meter = json!({ "outcome-of": "resolved-ticket" });
    usd(json!([{ "code": "tickets", "label": "Tickets", "model": model, "meter": meter, "tiers": tiers }]))
}

fn read(aggregate: &str) -> RateCard {
    let meter = json!({ "events": "login", "aggregate": aggregate, "field": "seat" });
    usd(json!([{ "code": "seats", "label": "Seats", "model": "unit", "meter": meter, "price": "1" }]))
}

fn committed() -> RateCard {
    let tickets = json!({
        "code": "tickets", "label": "Tickets", "model": "unit", "meter": { "outcome-of": "resolved-ticket" }, "price": "1",
    });
    let vat = json!({ "code": "vat", "label": "VAT", "rate": "0.2" });
    let commitment = json!({ "amount": "100", "overage-factor": "1.5" });
    card(json!({ "name": "committed", "currency": "USD", "charges": [tickets], "commitment": commitment, "cap": "115", "taxes": [vat] }))
}

/// What the first line of usage adds, in minor units.
fn check(card: &RateCard, text: &str, expect: i64) {
    let usage = usage(text);
    let worth = worth(card, &whole("2016-03"), &usage, &usage[0]).expect("it can be rated");
    assert_eq!(worth.minor(), expect, "{text:?}");
}

#[test]
fn one_more_is_worth_what_its_tier_makes_of_it() {
    let graduated = tiered("graduated", json!([{ "up-to": "100", "price": "1" }, { "price": "0.8", "flat-fee": "10" }]));
    check(&graduated, "100 outcome resolved-ticket", 100);
    check(&graduated, "101 outcome resolved-ticket", 1080);
    check(&graduated, "102 outcome resolved-ticket", 80);
    check(&graduated, "1 outcome resolved-ticket quantity=0.5\n100 outcome resolved-ticket", 1040);
    let volume = tiered("volume", json!([{ "up-to": "15", "price": "10" }, { "price": "5" }]));
    check(&volume, "15 outcome resolved-ticket", 1000);
    check(&volume, "16 outcome resolved-ticket", -7000);
    check(&volume, "17 outcome resolved-ticket", 500);
}

#[test]
fn a_commitment_a_cap_and_taxes_are_a_part_of_it() {
    check(&committed(), "100 outcome resolved-ticket", 0);
    check(&committed(), "101 outcome resolved-ticket", 180);
    check(&committed(), "110 outcome resolved-ticket", 180);
    check(&committed(), "111 outcome resolved-ticket", 0);
}

#[test]
fn an_event_is_worth_what_only_it_brings() {
    for (aggregate, text, expect) in [
        ("sum", "1 event login field=seat number=3\n1 event login field=seat number=2", 300),
        ("max", "1 event login field=seat number=3\n1 event login field=seat number=2", 100),
        ("max", "2 event login field=seat number=3\n1 event login field=seat number=2", 0),
        ("max", "1 event login field=seat number=2\n1 event login field=seat number=3", 0),
        ("unique", "1 event login field=seat text=a\n1 event login field=seat text=b", 100),
        ("unique", "2 event login field=seat text=a\n1 event login field=seat text=b", 0),
    ] {
        check(&read(aggregate), text, expect);
    }
}
