//! What is charged in the market, to the cent.

use assay_rating::{
    RatingError,
    rate::{UsageItem, rate},
};
use serde_json::{Value, json};

use super::support::{card, check_rate, rated, table, usage, usd, whole};

fn per_resolution(price: &str) -> Value {
    json!({
        "code": "resolutions", "label": "Resolved tickets", "model": "unit",
        "meter": { "outcome-of": "resolved-ticket" }, "price": price,
    })
}

#[test]
fn a_price_per_resolution() {
    let card = usd(json!([per_resolution("0.99")]));
    check_rate(&card, "1000 outcome resolved-ticket", "resolutions 0 1000 × 0.99 = 990.00 Resolved tickets");
    check_rate(&card, "50 outcome resolved-ticket", "resolutions 0 50 × 0.99 = 49.50 Resolved tickets");
    check_rate(&card, "", "");
    check_rate(&card, "0 outcome resolved-ticket", "");
}

#[test]
fn a_thousand_single_outcomes_cost_what_a_thousand_at_once_do() {
    let card = usd(json!([per_resolution("0.99")]));
    let single: Vec<UsageItem> = (0..1000).flat_map(|_| usage("1 outcome resolved-ticket")).collect();
    let lines = rate(&card, &whole("2016-03"), &single).unwrap();
    assert_eq!(rated(&lines), table("resolutions 0 1000 × 0.99 = 990.00 Resolved tickets"));
}

#[test]
fn a_platform_fee_and_a_price_per_resolution() {
    let platform = json!({ "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500" });
    let card = usd(json!([platform, per_resolution("2.00")]));
    check_rate(&card, "", "platform 0 1 × 500 = 500.00 Platform fee");
    check_rate(
        &card,
        "120 outcome resolved-ticket",
        "
        platform     0    1 × 500 = 500.00  Platform fee
        resolutions  0  120 × 2   = 240.00  Resolved tickets
        ",
    );
}

#[test]
fn a_price_per_attempt_and_a_price_per_success() {
    let attempts = json!({
        "code": "attempts", "label": "Attempts", "model": "unit",
        "meter": { "attempts-at": "resolved-ticket" }, "price": "0.10",
    });
    let card = usd(json!([attempts, per_resolution("1.50")]));
    check_rate(
        &card,
        "
         200 outcome resolved-ticket
        1000 attempt resolved-ticket
        ",
        "
        attempts     0  1000 × 0.1 = 100.00  Attempts
        resolutions  0   200 × 1.5 = 300.00  Resolved tickets
        ",
    );
}

#[test]
fn a_price_of_ten_in_two_periods() {
    let card = usd(json!([per_resolution("10")]));
    for (quantity, amount) in [(5, "50.00"), (7, "70.00"), (3, "30.00")] {
        let expect = format!("resolutions 0 {quantity} × 10 = {amount} Resolved tickets");
        check_rate(&card, &format!("{quantity} outcome resolved-ticket"), &expect);
    }
}

#[test]
fn included_units_are_free() {
    let mut charge = per_resolution("2");
    charge["included"] = json!("100");
    let card = usd(json!([charge]));
    for (quantity, expect) in [
        ("99", ""),
        ("100", ""),
        ("100.25", "resolutions 0 0.25 × 2 = 0.50 Resolved tickets"),
        ("150", "resolutions 0 50 × 2 = 100.00 Resolved tickets"),
    ] {
        check_rate(&card, &format!("{quantity} outcome resolved-ticket"), expect);
    }
}

#[test]
fn a_meter_counts_its_definition_and_class_only() {
    let charge = |code: &str, meter: Value| json!({ "code": code, "label": code, "model": "unit", "meter": meter, "price": "1" });
    let card = usd(json!([
        charge("booked", json!({ "outcome-of": "qualified-lead", "class": "booked" })),
        charge("leads", json!({ "outcome-of": "qualified-lead" })),
        charge("attempts", json!({ "attempts-at": "qualified-lead" })),
    ]));
    check_rate(
        &card,
        "
         1 outcome qualified-lead booked
         2 outcome qualified-lead qualified
         4 outcome qualified-lead
         8 attempt qualified-lead
        16 outcome resolved-ticket booked
        32 attempt resolved-ticket
        ",
        "
        booked    0  1 × 1 = 1.00  booked
        leads     0  7 × 1 = 7.00  leads
        attempts  0  8 × 1 = 8.00  attempts
        ",
    );
}

#[test]
fn every_charge_is_rounded_once() {
    // 3 × 0.005 = 0.015: rounded once it is 0.02, rounded for each outcome it would be nothing.
    let card = usd(json!([per_resolution("0.005")]));
    let three = "1 outcome resolved-ticket\n".repeat(3);
    check_rate(&card, &three, "resolutions 0 3 × 0.005 = 0.02 Resolved tickets");
}

#[test]
fn amounts_have_the_currency_s_decimals() {
    for (currency, amount) in [("USD", "1.86"), ("JPY", "2"), ("KWD", "1.857")] {
        let card = card(json!({ "name": "test", "currency": currency, "charges": [per_resolution("0.619")] }));
        let expect = format!("resolutions 0 3 × 0.619 = {amount} Resolved tickets");
        check_rate(&card, "3 outcome resolved-ticket", &expect);
    }
}

#[test]
fn usage_that_cannot_stand_is_refused() {
    let card = usd(json!([per_resolution("1")]));
    let rate = |text: &str| rate(&card, &whole("2016-03"), &usage(text));
    let negative = RatingError::NegativeUsage { definition: "resolved-ticket".into(), total: "-1".parse().unwrap() };
    assert_eq!(rate("1 outcome resolved-ticket\n-2 outcome resolved-ticket"), Err(negative));
    let most = "9000000000 outcome resolved-ticket\n";
    assert_eq!(rate(most).map(|lines| lines.len()), Ok(1));
    assert_eq!(rate(&most.repeat(2000)), Err(RatingError::Overflow));
}
