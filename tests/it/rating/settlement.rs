//! Settlement: what is posted, given what it costs and what was posted earlier.

use assay_rating::{
    RatingError,
    card::RateCard,
    rate::rate,
    settle::{PostedLine, settle},
};
use serde_json::{Value, json};

use super::support::{deltas, posted, table, usage, usd, whole};

fn unit(price: &str) -> RateCard {
    let meter = json!({ "outcome-of": "resolved-ticket" });
    usd(json!([{ "code": "tickets", "label": "Tickets", "model": "unit", "meter": meter, "price": price }]))
}

fn tiered(tiers: Value) -> RateCard {
    let meter = json!({ "outcome-of": "resolved-ticket" });
    usd(json!([{ "code": "tickets", "label": "Tickets", "model": "graduated", "meter": meter, "tiers": tiers }]))
}

fn check(card: &RateCard, quantity: &str, earlier: &str, expect: &str) {
    let usage = usage(&format!("{quantity} outcome resolved-ticket"));
    let lines = rate(card, &whole("2016-03"), &usage).expect("it can be rated");
    let settled = settle(&lines, &posted(earlier, "USD")).expect("it can be settled");
    assert_eq!(deltas(&settled), table(expect), "{quantity} after {earlier:?}");
}

#[test]
fn the_difference_is_posted() {
    let card = unit("10");
    check(&card, "5", "", "tickets 0 5 × 10 = 50.00 Tickets");
    check(&card, "7", "tickets 0 5 × 10 = 50.00 Tickets", "tickets 0 2 × 10 = 20.00 Tickets");
    check(&card, "3", "", "tickets 0 3 × 10 = 30.00 Tickets");
    check(&card, "7", "tickets 0 7 × 10 = 70.00 Tickets", "");
    check(&card, "4", "tickets 0 7 × 10 = 70.00 Tickets", "tickets 0 -3 × 10 = -30.00 Tickets");
    check(&card, "0", "tickets 0 7 × 10 = 70.00 Tickets", "tickets 0 -7 × 10 = -70.00 Tickets");
    check(&card, "0", "", "");
}

#[test]
fn lines_are_never_netted_with_each_other() {
    // The same charge at another price: all of the old line back, all of the new one.
    check(
        &unit("5"),
        "16",
        "tickets 0 15 × 10 = 150.00 Tickets",
        "
        tickets  0   16 × 5  =   80.00  Tickets
        tickets  0  -15 × 10 = -150.00  Tickets
        ",
    );
}

#[test]
fn what_is_no_longer_charged_is_reversed_under_its_old_label() {
    check(
        &unit("5"),
        "2",
        "
        seats    0   3 × 20 = 60.00  Seats of old
        tickets  0   2 × 5  = 10.00  Tickets
        tickets  4   1 × 5  =  5.00  Tickets (over 100)
        ",
        "
        seats    0  -3 × 20 = -60.00  Seats of old
        tickets  4  -1 × 5  =  -5.00  Tickets (over 100)
        ",
    );
}

#[test]
fn a_reversal_that_leaves_a_tier_takes_its_flat_fee_back() {
    let card = tiered(json!([{ "up-to": "100", "price": "1" }, { "price": "0.8", "flat-fee": "10" }]));
    let earlier = "
        tickets  1  100 × 1   = 100.00  Tickets (up to 100)
        tickets  2    2 × 0.8 =   1.60  Tickets (over 100)
        tickets  2    1 × 10  =  10.00  Tickets (flat fee over 100)
    ";
    check(&card, "101", earlier, "tickets 2 -1 × 0.8 = -0.80 Tickets (over 100)");
    check(
        &card,
        "100",
        earlier,
        "
        tickets  2  -2 × 0.8 =  -1.60  Tickets (over 100)
        tickets  2  -1 × 10  = -10.00  Tickets (flat fee over 100)
        ",
    );
}

#[test]
fn a_fee_that_equals_its_tier_s_price_is_added_to_its_units() {
    let card = tiered(json!([{ "price": "1", "flat-fee": "1.00" }]));
    check(&card, "100", "", "tickets 1 101 × 1 = 101.00 Tickets");
    check(&card, "100", "tickets 1 101 × 1 = 101.00 Tickets", "");
    check(&card, "0", "tickets 1 101 × 1 = 101.00 Tickets", "tickets 1 -101 × 1 = -101.00 Tickets");
}

#[test]
fn quantity_and_amount_differ_on_their_own() {
    // A third of a cent each: the second unit changes the amount by one cent, the third by nothing.
    let card = unit("0.00333");
    check(&card, "2", "tickets 0 1 × 0.00333 = 0.00 Tickets", "tickets 0 1 × 0.00333 = 0.01 Tickets");
    check(&card, "3", "tickets 0 2 × 0.00333 = 0.01 Tickets", "tickets 0 1 × 0.00333 = 0.00 Tickets");
}

#[test]
fn lines_that_cancelled_out_stay_cancelled_out() {
    let gone = PostedLine { quantity: "0".parse().unwrap(), ..posted("tickets 0 1 × 9 = 0.00 Tickets", "USD").remove(0) };
    assert_eq!(settle(&[], &[gone]), Ok(Vec::new()));
}

#[test]
fn two_currencies_are_refused() {
    let lines = rate(&unit("10"), &whole("2016-03"), &usage("1 outcome resolved-ticket")).unwrap();
    let expect = RatingError::Currencies { one: "USD".parse().unwrap(), other: "EUR".parse().unwrap() };
    assert_eq!(settle(&lines, &posted("tickets 0 1 × 10 = 10.00 Tickets", "EUR")), Err(expect));
}
