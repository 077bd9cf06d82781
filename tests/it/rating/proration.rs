//! Flat fees of a period that is covered in part.

use assay_rating::{
    RatingError,
    card::RateCard,
    rate::{Coverage, rate},
};
use serde_json::json;

use super::support::{card, rated, table, time, usage, whole};

fn flat(currency: &str, amount: &str) -> RateCard {
    let fee = json!({ "code": "fee", "label": "Fee", "model": "flat", "amount": amount });
    card(json!({ "name": "test", "currency": currency, "charges": [fee] }))
}

fn covered(month: &str, from: &str, until: &str) -> Coverage {
    Coverage { covered: (time(from), time(until)), ..whole(month) }
}

fn check(card: &RateCard, coverage: &Coverage, expect: &str) {
    let lines = rate(card, coverage, &[]).expect("it can be rated");
    assert_eq!(rated(&lines), table(expect));
}

#[test]
fn a_whole_period_costs_the_fee() {
    check(&flat("USD", "500"), &whole("2016-03"), "fee 0 1 × 500 = 500.00 Fee");
    check(&flat("USD", "0"), &whole("2016-03"), "fee 0 1 × 0 = 0.00 Fee");
}

#[test]
fn a_part_costs_its_share_of_the_time() {
    let first = covered("2016-03", "2016-03-01T00:00:00Z", "2016-03-15T00:00:00Z");
    let rest = covered("2016-03", "2016-03-15T00:00:00Z", "2016-04-01T00:00:00Z");
    // 7000/31 = 225.806…, 8500/31 = 274.193…
    check(&flat("USD", "500"), &first, "fee 0 1 × 500 = 225.81 Fee (14/31 of the period)");
    check(&flat("USD", "500"), &rest, "fee 0 1 × 500 = 274.19 Fee (17/31 of the period)");
    // 170000/31 = 5483.87…, 170/31 = 5.48387…
    check(&flat("JPY", "10000"), &rest, "fee 0 1 × 10000 = 5484 Fee (17/31 of the period)");
    check(&flat("KWD", "10"), &rest, "fee 0 1 × 10 = 5.484 Fee (17/31 of the period)");
    // 99.99 × 15 / 29 = 51.7189…, in a leap year.
    let february = covered("2016-02", "2016-02-01T00:00:00Z", "2016-02-16T00:00:00Z");
    check(&flat("USD", "99.99"), &february, "fee 0 1 × 99.99 = 51.72 Fee (15/29 of the period)");
}

#[test]
fn time_counts_to_the_microsecond() {
    let noon = covered("2016-03", "2016-03-01T00:00:00Z", "2016-03-01T12:00:00Z");
    check(&flat("USD", "310"), &noon, "fee 0 1 × 310 = 5.00 Fee (1/62 of the period)");
    let instant = covered("2016-03", "2016-03-01T00:00:00Z", "2016-03-01T00:00:00.000001Z");
    check(&flat("USD", "500"), &instant, "fee 0 1 × 500 = 0.00 Fee (1/2678400000000 of the period)");
    // The highest price with all its decimals, for all but a microsecond.
    let nearly = covered("2016-03", "2016-03-01T00:00:00.000001Z", "2016-04-01T00:00:00Z");
    let expect = "fee 0 1 × 999999999999.999999999 = 999999999999.63 Fee (2678399999999/2678400000000 of the period)";
    check(&flat("USD", "999999999999.999999999"), &nearly, expect);
}

#[test]
fn a_share_of_exactly_half_a_cent_is_rounded_by_the_card() {
    let half = covered("2016-04", "2016-04-01T00:00:00Z", "2016-04-16T00:00:00Z");
    check(&flat("USD", "0.01"), &half, "fee 0 1 × 0.01 = 0.00 Fee (1/2 of the period)");
    check(&flat("USD", "0.03"), &half, "fee 0 1 × 0.03 = 0.02 Fee (1/2 of the period)");
}

#[test]
fn nothing_covered_costs_nothing() {
    let none = covered("2016-03", "2016-03-15T00:00:00Z", "2016-03-15T00:00:00Z");
    check(&flat("USD", "500"), &none, "");
}

#[test]
fn units_are_not_prorated() {
    let unit = json!({
        "code": "tickets", "label": "Tickets", "model": "unit",
        "meter": { "outcome-of": "resolved-ticket" }, "price": "2", "included": "10",
    });
    let card = card(json!({ "name": "test", "currency": "USD", "charges": [unit] }));
    let coverage = covered("2016-03", "2016-03-31T00:00:00Z", "2016-04-01T00:00:00Z");
    let lines = rate(&card, &coverage, &usage("15 outcome resolved-ticket")).unwrap();
    assert_eq!(rated(&lines), table("tickets 0 5 × 2 = 10.00 Tickets"));
}

#[test]
fn what_is_no_part_of_the_period_is_refused() {
    let (start, end) = whole("2016-03").period;
    let (before, after) = (time("2016-02-29T23:59:59.999999Z"), time("2016-04-01T00:00:00.000001Z"));
    for (period, covered) in [
        ((start, end), (before, end)),
        ((start, end), (start, after)),
        ((start, end), (end, start)),
        ((start, start), (start, start)),
        ((end, start), (start, start)),
    ] {
        let expect = RatingError::Coverage { from: covered.0, until: covered.1, start: period.0, end: period.1 };
        assert_eq!(rate(&flat("USD", "500"), &Coverage { period, covered }, &[]), Err(expect));
    }
}
