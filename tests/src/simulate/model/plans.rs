//! Random rate cards: small numbers, so that totals meet the edges of tiers, commitments and caps.

use super::plan::{Meter, Plan, Price, Tier};
use crate::fuzz::Random;

/// One unit in millionths, one cent and one major unit in thousand-millionths.
const UNIT: i64 = 1_000_000;
const CENT: i64 = 10_000_000;
const MAJOR: i64 = 1_000_000_000;

impl Plan {
    /// A card of a name.
    pub(in crate::simulate) fn draw(random: &mut Random, name: String) -> Self {
        let commitment = random.once_in(4).then(|| (random.between(0, 60) * MAJOR, random.between(0, 4) * UNIT / 2));
        let least = commitment.map_or(0, |(amount, _)| amount);
        Self {
            name,
            currency: *random.one_of(&[("USD", 2), ("USD", 2), ("JPY", 0), ("KWD", 3)]),
            rounding: *random.one_of(&["half-even", "half-even", "half-up", "down", "up"]),
            cycle: if random.once_in(4) { "anniversary" } else { "monthly" },
            zone: *random.one_of(&["UTC", "UTC", "UTC", "Europe/Berlin", "America/New_York"]),
            charges: (0..random.between(1, 4)).map(|_| Price::draw(random)).collect(),
            commitment,
            cap: random.once_in(5).then(|| least + random.between(0, 80) * MAJOR),
            tax: random.once_in(4).then(|| *random.one_of(&[190_000, 70_000, 88_750])),
        }
    }

    /// The same with another price for the first thing that it charges, of the same kind.
    pub(in crate::simulate) fn with_another_first_price(&self, random: &mut Random) -> Self {
        let mut other = self.clone();
        if let Some(first) = other.charges.first_mut() {
            *first = Price::draw(random);
        }
        other
    }
}

fn price(random: &mut Random) -> i64 {
    match random.below(4) {
        0 => random.between(0, 5 * MAJOR),
        1 => random.between(0, 20) * MAJOR,
        _ => random.between(0, 500) * CENT,
    }
}

/// Mostly whole units.
fn quantity(random: &mut Random, most: i64) -> i64 {
    if random.once_in(4) { random.between(0, most * 4) * UNIT / 4 } else { random.between(0, most) * UNIT }
}

impl Price {
    fn draw(random: &mut Random) -> Self {
        match random.below(9) {
            0 | 1 => Self::Flat { amount: price(random), is_advance: random.once_in(3) },
            2 | 3 => Self::Unit { meter: Meter::draw(random), price: price(random), included: quantity(random, 2) },
            4 | 5 => Self::Graduated { meter: Meter::draw(random), tiers: tiers(random) },
            6 => Self::Volume { meter: Meter::draw(random), tiers: tiers(random) },
            7 => Self::Package {
                meter: Meter::draw(random),
                size: random.between(1, 12) * UNIT / 4,
                price: price(random),
                included: quantity(random, 2),
            },
            _ => Self::Percentage {
                slug: if random.once_in(8) { "tickets" } else { "deals" },
                rate: random.between(0, 40) * UNIT / 400,
                minimum: random.once_in(2).then(|| random.between(0, 12) * MAJOR),
                maximum: random.once_in(2).then(|| random.between(12, 25) * MAJOR),
            },
        }
    }
}

fn tiers(random: &mut Random) -> Vec<Tier> {
    let mut end = 0;
    let mut tiers = Vec::new();
    let mut draw = |end: Option<i64>, random: &mut Random| {
        let fee = if random.once_in(3) { price(random) } else { 0 };
        let is_exclusive = end.is_some() && random.once_in(3);
        tiers.push(Tier { end, is_exclusive, price: price(random), fee });
    };
    for _ in 0..random.below(3) {
        end += UNIT + quantity(random, 2);
        draw(Some(end), random);
    }
    draw(None, random);
    tiers
}

impl Meter {
    fn draw(random: &mut Random) -> Self {
        match random.below(10) {
            0..=3 => Self::Outcomes { slug: "tickets", class: None, credit_to: None },
            4 => Self::Outcomes { slug: "deals", class: random.once_in(2).then_some("closed"), credit_to: None },
            5 => Self::Outcomes { slug: "deals", class: None, credit_to: Some(*random.one_of(&["ai", "human"])) },
            6 => Self::Attempts { slug: random.one_of::<&'static str>(&["tickets", "deals", "pings"]) },
            7 => Self::Events { kind: "llm.call", aggregate: "count", field: None },
            8 => Self::Events { kind: "llm.call", aggregate: random.one_of::<&'static str>(&["sum", "max"]), field: Some("tokens") },
            _ => Self::Events { kind: "llm.call", aggregate: "unique", field: Some(*random.one_of(&["tokens", "model"])) },
        }
    }
}
