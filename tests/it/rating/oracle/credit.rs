//! Shares of one outcome: largest remainder, one millionth after the other.

use std::cmp::Reverse;

use assay_domain::{decimal::Quantity, outcome::Credit};

use super::fraction::Fraction;

/// What a participant gets of a quantity: everybody the whole millionths that are theirs, and then, as long as any are left, a
/// millionth to who lacks most, the earlier one first.
pub fn share(quantity: Quantity, credit: Option<&Credit>, participant: &str) -> Fraction {
    let micros = i128::from(quantity.micros());
    let shares: Vec<(&str, i128)> = match credit {
        Some(credit) => credit.shares().map(|(name, parts)| (name, parts.into())).collect(),
        None => vec![("ai", 1)],
    };
    let whole: i128 = shares.iter().map(|(_, parts)| parts).sum();
    let due: Vec<Fraction> = shares.iter().map(|(_, parts)| Fraction::new(micros * parts, whole)).collect();
    let mut given: Vec<i128> = due.iter().map(|due| due.floor()).collect();
    while given.iter().sum::<i128>() < micros {
        let lacks = |n: &usize| (due[*n] - Fraction::whole(given[*n]), Reverse(*n));
        let next = (0..due.len()).max_by_key(lacks).expect("somebody is credited");
        given[next] += 1;
    }
    let of = |n: usize| if shares[n].0 == participant { given[n] } else { 0 };
    Fraction::new((0..shares.len()).map(of).sum(), 1_000_000)
}
