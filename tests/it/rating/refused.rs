//! What cannot be turned into money.

use assay_rating::{
    RatingError,
    card::RateCard,
    rate::{Coverage, rate, rate_advance},
};
use serde_json::{Value, json};

use super::support::{time, usage, usd, whole};

fn unit(meter: Value) -> RateCard {
    usd(json!([{ "code": "units", "label": "Units", "model": "unit", "meter": meter, "price": "1" }]))
}

fn percentage() -> RateCard {
    let meter = json!({ "outcome-of": "saving", "class": "booked" });
    usd(json!([{ "code": "savings", "label": "Savings", "model": "percentage", "meter": meter, "rate": "0.02" }]))
}

fn negative(meter: &str, total: &str) -> RatingError {
    RatingError::NegativeUsage { meter: meter.into(), total: total.parse().expect("a quantity") }
}

#[test]
fn usage_that_cannot_stand_is_refused() {
    let outcomes = || unit(json!({ "outcome-of": "resolved-ticket" }));
    let missing = RatingError::ValueMissing { definition: "saving".into() };
    for (card, text, expect) in [
        (outcomes(), "1 outcome resolved-ticket\n-3 outcome resolved-ticket quantity=0.5", negative("outcomes of resolved-ticket", "-0.5")),
        (outcomes(), "10000000000000 outcome resolved-ticket", RatingError::Overflow),
        (unit(json!({ "attempts-at": "csat" })), "-1 attempt csat", negative("attempts at csat", "-1")),
        (unit(json!({ "events": "llm.call" })), "2 event llm.call\n-3 event llm.call", negative("events llm.call", "-1")),
        (percentage(), "-1 outcome saving class=booked value=5", negative("outcomes of saving", "-5")),
        (percentage(), "1 outcome saving class=booked", missing),
        (percentage(), "1 outcome saving class=booked value=0.0000001", RatingError::Inexact),
    ] {
        assert_eq!(rate(&card, &whole("2016-03"), &usage(text)), Err(expect), "{text}");
    }
}

#[test]
fn what_no_charge_counts_is_not_looked_at() {
    let outcomes = unit(json!({ "outcome-of": "resolved-ticket" }));
    for (card, text) in [
        (outcomes.clone(), "-1 attempt resolved-ticket\n-1 outcome csat\n-1 event resolved-ticket"),
        (outcomes, "1 outcome resolved-ticket\n-1 outcome resolved-ticket"),
        (percentage(), "1 outcome saving class=qualified\n0 outcome saving class=booked"),
    ] {
        assert_eq!(rate(&card, &whole("2016-03"), &usage(text)), Ok(Vec::new()), "{text}");
    }
}

#[test]
fn the_largest_numbers_that_fit_are_rated() {
    let card = unit(json!({ "outcome-of": "resolved-ticket" }));
    let amount = |text: &str| rate(&card, &whole("2016-03"), &usage(text)).map(|lines| lines[0].amount.minor());
    assert_eq!(amount("9000000000000 outcome resolved-ticket"), Ok(900_000_000_000_000));
    // No order of adding up overflows where another does not.
    let up = "9000000000000 outcome resolved-ticket\n";
    let down = "-9000000000000 outcome resolved-ticket\n";
    assert_eq!(amount(&format!("{up}{up}{down}")), Ok(900_000_000_000_000));
    assert_eq!(amount(&format!("{down}{up}{up}")), Ok(900_000_000_000_000));
}

#[test]
fn what_is_no_part_of_the_period_is_refused() {
    let (start, end) = whole("2016-03").period;
    let (before, after) = (time("2016-02-29T23:59:59.999999Z"), time("2016-04-01T00:00:00.000001Z"));
    let card = usd(json!([{ "code": "fee", "label": "Fee", "model": "flat", "amount": "500", "due": "in-advance" }]));
    for (period, covered) in [
        ((start, end), (before, end)),
        ((start, end), (start, after)),
        ((start, end), (end, start)),
        ((start, start), (start, start)),
        ((end, start), (start, start)),
    ] {
        let (coverage, expect) = (
            Coverage { period, covered, ended: true },
            RatingError::Coverage { from: covered.0, until: covered.1, start: period.0, end: period.1 },
        );
        assert_eq!(rate(&card, &coverage, &[]), Err(expect.clone()));
        assert_eq!(rate_advance(&card, &coverage), Err(expect));
    }
}
