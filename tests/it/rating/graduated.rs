//! Tiers and their edges.

use assay_rating::card::RateCard;
use serde_json::{Value, json};

use super::support::{check_rate, usd};

fn tiered(tiers: Value) -> RateCard {
    let meter = json!({ "outcome-of": "resolved-ticket" });
    usd(json!([{ "code": "tickets", "label": "Tickets", "model": "graduated", "meter": meter, "tiers": tiers }]))
}

fn check(card: &RateCard, quantity: &str, expect: &str) {
    check_rate(card, &format!("{quantity} outcome resolved-ticket"), expect);
}

#[test]
fn units_fill_one_tier_after_the_other() {
    let card = tiered(json!([
        { "up-to": "100", "price": "1.00" },
        { "up-to": "500", "price": "0.80", "flat-fee": "10" },
        { "price": "0.50", "flat-fee": "25" },
    ]));
    check(&card, "0", "");
    check(&card, "0.5", "tickets 1 0.5 × 1 = 0.50 Tickets (up to 100)");
    check(&card, "100", "tickets 1 100 × 1 = 100.00 Tickets (up to 100)");
    check(
        &card,
        "100.000001",
        "
        tickets  1       100 × 1   = 100.00  Tickets (up to 100)
        tickets  2  0.000001 × 0.8 =   0.00  Tickets (over 100, up to 500)
        tickets  2         1 × 10  =  10.00  Tickets (flat fee over 100, up to 500)
        ",
    );
    check(
        &card,
        "500",
        "
        tickets  1  100 × 1   = 100.00  Tickets (up to 100)
        tickets  2  400 × 0.8 = 320.00  Tickets (over 100, up to 500)
        tickets  2    1 × 10  =  10.00  Tickets (flat fee over 100, up to 500)
        ",
    );
    check(
        &card,
        "1000",
        "
        tickets  1  100 × 1   = 100.00  Tickets (up to 100)
        tickets  2  400 × 0.8 = 320.00  Tickets (over 100, up to 500)
        tickets  2    1 × 10  =  10.00  Tickets (flat fee over 100, up to 500)
        tickets  3  500 × 0.5 = 250.00  Tickets (over 500)
        tickets  3    1 × 25  =  25.00  Tickets (flat fee over 500)
        ",
    );
}

#[test]
fn an_exclusive_edge_enters_the_next_tier_when_it_is_reached() {
    let card = tiered(json!([
        { "up-to": "100", "edge": "exclusive", "price": "1" },
        { "up-to": "500", "edge": "inclusive", "price": "0.80", "flat-fee": "10" },
        { "price": "0.50", "flat-fee": "25" },
    ]));
    check(&card, "99.999999", "tickets 1 99.999999 × 1 = 100.00 Tickets (below 100)");
    check(
        &card,
        "100",
        "
        tickets  1  100 × 1  = 100.00  Tickets (below 100)
        tickets  2    1 × 10 =  10.00  Tickets (flat fee from 100, up to 500)
        ",
    );
    check(
        &card,
        "101",
        "
        tickets  1  100 × 1   = 100.00  Tickets (below 100)
        tickets  2    1 × 0.8 =   0.80  Tickets (from 100, up to 500)
        tickets  2    1 × 10  =  10.00  Tickets (flat fee from 100, up to 500)
        ",
    );
}

#[test]
fn a_free_tier_still_shows_its_units() {
    let card = tiered(json!([{ "up-to": "100", "price": "0" }, { "price": "0.99" }]));
    check(&card, "100", "tickets 1 100 × 0 = 0.00 Tickets (up to 100)");
    check(
        &card,
        "150",
        "
        tickets  1  100 × 0    =  0.00  Tickets (up to 100)
        tickets  2   50 × 0.99 = 49.50  Tickets (over 100)
        ",
    );
}

#[test]
fn a_single_tier_is_a_unit_price_with_a_fee() {
    let card = tiered(json!([{ "price": "2", "flat-fee": "5" }]));
    check(&card, "0", "");
    check(
        &card,
        "3",
        "
        tickets  1  3 × 2 = 6.00  Tickets
        tickets  1  1 × 5 = 5.00  Tickets (flat fee)
        ",
    );
}

#[test]
fn lines_are_rounded_so_that_they_sum_to_the_rounded_charge() {
    // Exactly 0.005 + 0.005 + 0.005 = 0.015; running totals round to 0.00, 0.01 and 0.02.
    let card = tiered(json!([
        { "up-to": "1", "price": "0.005" },
        { "up-to": "2", "price": "0.005" },
        { "price": "0.005" },
    ]));
    check(
        &card,
        "3",
        "
        tickets  1  1 × 0.005 = 0.00  Tickets (up to 1)
        tickets  2  1 × 0.005 = 0.01  Tickets (over 1, up to 2)
        tickets  3  1 × 0.005 = 0.01  Tickets (over 2)
        ",
    );
}
