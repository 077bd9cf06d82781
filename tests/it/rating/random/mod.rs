//! Random cards, usage and coverage: small numbers, so that totals meet edges, ends and bounds.

mod cards;
mod usage;

use assay_domain::{
    decimal::Quantity,
    time::{Duration, Timestamp},
};
use assay_rating::rate::Coverage;
use proptest::{prelude::*, sample::select};

use super::support::whole;

pub use self::{
    cards::card,
    usage::{item, used},
};

const DEFINITIONS: [&str; 2] = ["resolved-ticket", "csat"];
const CLASSES: [&str; 2] = ["booked", "qualified"];
const PARTICIPANTS: [&str; 3] = ["ai", "human", "partner"];
const KINDS: [&str; 2] = ["llm.call", "page.read"];
const FIELDS: [&str; 2] = ["tokens", "model"];

fn one_of<const N: usize>(names: [&'static str; N]) -> impl Strategy<Value = &'static str> {
    select(names.to_vec())
}

/// Millionths; whole units mostly.
fn micros(units_min: i64, units_max: i64) -> impl Strategy<Value = i64> {
    let unit = Quantity::ONE.micros();
    let whole = (units_min..=units_max).prop_map(move |units| units * unit);
    prop_oneof![3 => whole, 1 => units_min.max(1)..=units_max * unit]
}

/// The whole of a month, a part in hours, or a part in microseconds; ended or not.
pub fn coverage(month: &'static str) -> impl Strategy<Value = Coverage> {
    let (start, end) = whole(month).period;
    let length = end.since(start).micros();
    let hour = Duration::hours(1).micros();
    let part = prop_oneof![
        2 => Just((0i64, length)),
        2 => (0..=length / hour, 0..=length / hour).prop_map(move |(one, other)| (one * hour, other * hour)),
        1 => (0..=length, 0..=length),
    ];
    (part, any::<bool>()).prop_map(move |((one, other), ended)| {
        let at = |micros: i64| Timestamp::from_micros(start.micros() + micros).expect("a time");
        Coverage { period: (start, end), covered: (at(one.min(other)), at(one.max(other))), ended }
    })
}
