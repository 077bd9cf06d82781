//! Random cards, as they are written.

use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};

use super::{CLASSES, DEFINITIONS, FIELDS, KINDS, PARTICIPANTS, micros, one_of};
use crate::rating::support::decimal;

fn quantity(units_min: i64, units_max: i64) -> impl Strategy<Value = String> {
    micros(units_min, units_max).prop_map(|micros| decimal(micros.into(), 6))
}

/// Thousand-millionths of a major unit: cents, or all nine decimals.
fn nanos() -> impl Strategy<Value = i128> {
    let cents = (0..=50_000i64).prop_map(|cents| cents * 10_000_000);
    prop_oneof![cents, 0..=5_000_000_000i64].prop_map(i128::from)
}

fn price() -> impl Strategy<Value = String> {
    nanos().prop_map(|nanos| decimal(nanos, 9))
}

/// A rate or a factor, up to two.
fn rate() -> impl Strategy<Value = String> {
    prop_oneof![Just(0i64), (0..=200i64).prop_map(|percent| percent * 10_000), 0..=2_000_000i64].prop_map(|rate| decimal(rate.into(), 6))
}

fn outcomes() -> impl Strategy<Value = Value> {
    (one_of(DEFINITIONS), option::of(one_of(CLASSES))).prop_map(|(definition, class)| match class {
        Some(class) => json!({ "outcome-of": definition, "class": class }),
        None => json!({ "outcome-of": definition }),
    })
}

fn meter() -> impl Strategy<Value = Value> {
    let credited = (outcomes(), one_of(PARTICIPANTS)).prop_map(|(mut meter, participant)| {
        meter["credit-to"] = json!(participant);
        meter
    });
    let read = (one_of(KINDS), one_of(FIELDS), one_of(["sum", "max", "unique"]));
    prop_oneof![
        2 => outcomes(),
        2 => credited,
        1 => one_of(DEFINITIONS).prop_map(|definition| json!({ "attempts-at": definition })),
        1 => one_of(KINDS).prop_map(|kind| json!({ "events": kind })),
        2 => read.prop_map(|(kind, field, aggregate)| json!({ "events": kind, "aggregate": aggregate, "field": field })),
    ]
}

fn tiers() -> impl Strategy<Value = Value> {
    let fee = || prop_oneof![Just("0".to_owned()), price()];
    let bounded = vec((micros(1, 4), one_of(["inclusive", "exclusive"]), price(), fee()), 0..4);
    (bounded, price(), fee()).prop_map(|(bounded, price, fee)| {
        let (mut end, mut tiers) = (0i128, Vec::new());
        for (width, edge, price, fee) in bounded {
            end += i128::from(width);
            tiers.push(json!({ "up-to": decimal(end, 6), "edge": edge, "price": price, "flat-fee": fee }));
        }
        tiers.push(json!({ "price": price, "flat-fee": fee }));
        Value::from(tiers)
    })
}

fn percentage() -> impl Strategy<Value = Value> {
    (outcomes(), rate(), option::of(nanos()), option::of(nanos())).prop_map(|(meter, rate, minimum, more)| {
        let mut charge = json!({ "model": "percentage", "meter": meter, "rate": rate });
        if let Some(minimum) = minimum {
            charge["minimum"] = json!(decimal(minimum, 9));
        }
        if let Some(more) = more {
            charge["maximum"] = json!(decimal(minimum.unwrap_or(0) + more, 9));
        }
        charge
    })
}

fn charge() -> impl Strategy<Value = Value> {
    let flat = (price(), one_of(["in-arrears", "in-advance"]));
    let tiered = (one_of(["graduated", "volume"]), meter(), tiers());
    let unit = (meter(), price(), quantity(0, 3));
    let size = prop_oneof![3 => quantity(1, 4), 1 => (100_000..=4_000_000i64).prop_map(|micros| decimal(micros.into(), 6))];
    let package = (meter(), size, price(), quantity(0, 3));
    prop_oneof![
        2 => flat.prop_map(|(amount, due)| json!({ "model": "flat", "amount": amount, "due": due })),
        2 => unit.prop_map(|(meter, price, included)| json!({ "model": "unit", "meter": meter, "price": price, "included": included })),
        4 => tiered.prop_map(|(model, meter, tiers)| json!({ "model": model, "meter": meter, "tiers": tiers })),
        2 => package.prop_map(|(meter, size, price, included)| {
            json!({ "model": "package", "meter": meter, "size": size, "price": price, "included": included })
        }),
        2 => percentage(),
    ]
}

/// A card as it is written. The charge at index 2 has the code `charge-2`; a cap is never below the commitment.
pub fn card() -> impl Strategy<Value = Value> {
    let currency = select(vec![("USD", 2usize), ("JPY", 0), ("KWD", 3)]);
    let rounding = one_of(["half-even", "half-up", "down", "up"]);
    let minor = || 0..=200_000i128;
    let adjustments = (option::of((minor(), rate())), option::of(minor()), vec(rate(), 0..3));
    (currency, rounding, vec(charge(), 1..5), adjustments).prop_map(|((currency, exponent), rounding, mut charges, adjustments)| {
        let (commitment, room, rates) = adjustments;
        for (n, charge) in charges.iter_mut().enumerate() {
            charge["code"] = json!(format!("charge-{n}"));
            charge["label"] = json!("Charge");
        }
        let tax = |(n, rate): (usize, String)| json!({ "code": n.to_string(), "label": "Tax", "rate": rate });
        let taxes: Vec<Value> = rates.into_iter().enumerate().map(tax).collect();
        let mut card = json!({ "name": "random", "currency": currency, "rounding": rounding, "charges": charges, "taxes": taxes });
        let least = commitment.as_ref().map_or(0, |(least, _)| *least);
        if let Some((amount, factor)) = commitment {
            card["commitment"] = json!({ "amount": decimal(amount, exponent), "overage-factor": factor });
        }
        if let Some(room) = room {
            card["cap"] = json!(decimal(least + room, exponent));
        }
        card
    })
}
