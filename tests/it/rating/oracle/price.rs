//! The price models, each from nothing.

use assay_rating::rate::{UsageItem, Used};
use serde_json::Value;

use super::{
    fraction::Fraction,
    meter::{counted, total},
};

/// One line of a charge, before rounding.
pub struct Part {
    pub tier: u32,
    pub quantity: Fraction,
    pub price: Fraction,
}

/// A number of a card; zero when it is left out.
pub fn number(value: &Value) -> Fraction {
    bound(value).unwrap_or(Fraction::ZERO)
}

fn bound(value: &Value) -> Option<Fraction> {
    value.as_str().map(Fraction::read)
}

/// The lines of a charge; `share` of the period is covered.
pub fn parts(charge: &Value, share: Fraction, usage: &[UsageItem]) -> Vec<Part> {
    let units = || total(&charge["meter"], usage);
    let tiers = || charge["tiers"].as_array().expect("tiers");
    match charge["model"].as_str().expect("a model") {
        "flat" if share == Fraction::ZERO => Vec::new(),
        "flat" => vec![Part { tier: 0, quantity: Fraction::ONE, price: number(&charge["amount"]) }],
        "unit" => unless_nothing(0, units() - number(&charge["included"]), number(&charge["price"])),
        "graduated" => (0..tiers().len()).flat_map(|n| graduated(tiers(), n, units())).collect(),
        "volume" => volume(tiers(), units()),
        "package" => {
            let packages = (units() - number(&charge["included"])) / number(&charge["size"]);
            let begun = if packages > Fraction::ZERO { packages.ceiling() } else { 0 };
            unless_nothing(0, Fraction::whole(begun), number(&charge["price"]))
        }
        "percentage" => percentage(charge, usage),
        model => panic!("no model is called {model:?}"),
    }
}

fn unless_nothing(tier: u32, quantity: Fraction, price: Fraction) -> Vec<Part> {
    if quantity > Fraction::ZERO { vec![Part { tier, quantity, price }] } else { Vec::new() }
}

fn is_exclusive(tier: &Value) -> bool {
    tier["edge"] == "exclusive"
}

/// The units that lie in one tier, and its fee once it is entered.
fn graduated(tiers: &[Value], n: usize, total: Fraction) -> Vec<Part> {
    let below = n.checked_sub(1).map(|below| &tiers[below]);
    let start = below.map_or(Fraction::ZERO, |below| number(&below["up-to"]));
    let end = bound(&tiers[n]["up-to"]).map_or(total, |end| end.min(total));
    let is_entered = total > start || (total == start && below.is_some_and(is_exclusive));
    let fee = if is_entered { number(&tiers[n]["flat-fee"]) } else { Fraction::ZERO };
    tier_lines(n, end - start, number(&tiers[n]["price"]), fee)
}

/// All units at the price of the tier that holds the total, and its fee; nothing for nothing.
fn volume(tiers: &[Value], total: Fraction) -> Vec<Part> {
    let holds = |tier: &Value| bound(&tier["up-to"]).is_none_or(|end| total < end || (total == end && !is_exclusive(tier)));
    let n = tiers.iter().position(holds).expect("the last tier is open");
    if total == Fraction::ZERO {
        return Vec::new();
    }
    tier_lines(n, total, number(&tiers[n]["price"]), number(&tiers[n]["flat-fee"]))
}

fn tier_lines(n: usize, units: Fraction, price: Fraction, fee: Fraction) -> Vec<Part> {
    let tier = u32::try_from(n + 1).expect("few tiers");
    let fees = if fee > Fraction::ZERO { Fraction::ONE } else { Fraction::ZERO };
    unless_nothing(tier, units, price).into_iter().chain(unless_nothing(tier, fees, fee)).collect()
}

/// The value of what lies within the bounds, then how many cost the minimum, then how many cost the maximum.
fn percentage(charge: &Value, usage: &[UsageItem]) -> Vec<Part> {
    let (rate, minimum, maximum) = (number(&charge["rate"]), bound(&charge["minimum"]), bound(&charge["maximum"]));
    let (mut value, mut least, mut most) = (Fraction::ZERO, Fraction::ZERO, Fraction::ZERO);
    for (used, count) in counted(&charge["meter"], usage) {
        let worth = worth(used);
        if minimum.is_some_and(|minimum| worth * rate < minimum) {
            least = least + count;
        } else if maximum.is_some_and(|maximum| worth * rate > maximum) {
            most = most + count;
        } else {
            value = value + worth * count;
        }
    }
    let lines = [(0, value, rate), (1, least, minimum.unwrap_or(Fraction::ZERO)), (2, most, maximum.unwrap_or(Fraction::ZERO))];
    lines.into_iter().flat_map(|(tier, quantity, price)| unless_nothing(tier, quantity, price)).collect()
}

/// What one success is worth; a loss is worth nothing.
fn worth(used: &Used) -> Fraction {
    let Used::Outcome { value: Some(value), .. } = used else { panic!("{used:?} has no value") };
    Fraction::new(value.mantissa().into(), 10i128.pow(value.scale().into())).max(Fraction::ZERO)
}
