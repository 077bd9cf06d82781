//! A second opinion: rates from nothing, in fractions, by the card's text and without any code of the crate it judges.

mod credit;
mod fraction;
mod meter;
mod price;

use assay_domain::time::Timestamp;
use assay_rating::rate::{Coverage, RatedLine, UsageItem};
use serde_json::Value;

use self::{
    fraction::Fraction,
    price::{Part, number, parts},
};

/// What a line must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub charge: String,
    pub tier: u32,
    pub quantity: Fraction,
    pub price: Fraction,
    pub minor: i128,
}

/// The same of a line that was rated.
pub fn read(lines: &[RatedLine]) -> Vec<Expected> {
    let read = |line: &RatedLine| Expected {
        charge: line.charge.clone(),
        tier: line.tier,
        quantity: Fraction::millionths(line.quantity.micros()),
        price: Fraction::read(&line.unit_price.to_string()),
        minor: line.amount.minor().into(),
    };
    lines.iter().map(read).collect()
}

/// The lines of a period.
pub fn rate(card: &Value, coverage: &Coverage, usage: &[UsageItem]) -> Vec<Expected> {
    let mut bill = Bill::new(card, coverage);
    for charge in charges(card) {
        bill.add_charge(charge, usage);
    }
    bill.add_commitment(coverage.ended);
    bill.add_cap();
    bill.add_taxes();
    bill.lines
}

/// The lines that are due before a period begins.
pub fn rate_advance(card: &Value, coverage: &Coverage) -> Vec<Expected> {
    let mut bill = Bill::new(card, coverage);
    for charge in charges(card).iter().filter(|charge| charge["due"] == "in-advance") {
        bill.add_charge(charge, &[]);
    }
    bill.add_taxes();
    bill.lines
}

/// What lines come to, in minor units.
pub fn sum(lines: &[Expected]) -> i128 {
    lines.iter().map(|line| line.minor).sum()
}

fn charges(card: &Value) -> &[Value] {
    card["charges"].as_array().expect("charges")
}

struct Bill<'a> {
    card: &'a Value,
    /// Of the period, covered.
    share: Fraction,
    /// Minor units in a major one.
    minor_units: Fraction,
    /// The sum of the charges, before any rounding.
    exact: Fraction,
    lines: Vec<Expected>,
}

impl<'a> Bill<'a> {
    fn new(card: &'a Value, coverage: &Coverage) -> Self {
        let length = |(from, until): (Timestamp, Timestamp)| i128::from(until.since(from).micros());
        let minor_units = Fraction::whole(match card["currency"].as_str().expect("a currency") {
            "JPY" => 1,
            "USD" => 100,
            "KWD" => 1000,
            other => panic!("{other} is not in the oracle's list"),
        });
        let share = Fraction::new(length(coverage.covered), length(coverage.period));
        Self { card, share, minor_units, exact: Fraction::ZERO, lines: Vec::new() }
    }

    fn minor(&self, major: Fraction) -> i128 {
        (major * self.minor_units).round(self.card["rounding"].as_str().unwrap_or("half-even"))
    }

    /// Each line gets the rounded cost of all lines up to it, less that of all before it.
    fn add_charge(&mut self, charge: &Value, usage: &[UsageItem]) {
        let share = if charge["model"] == "flat" { self.share } else { Fraction::ONE };
        let parts = parts(charge, self.share, usage);
        let cost = |lines: usize| parts[..lines].iter().map(|part| part.quantity * part.price).sum::<Fraction>() * share;
        for (n, Part { tier, quantity, price }) in parts.iter().enumerate() {
            let minor = self.minor(cost(n + 1)) - self.minor(cost(n));
            let charge = charge["code"].as_str().expect("a code").to_owned();
            self.lines.push(Expected { charge, tier: *tier, quantity: *quantity, price: *price, minor });
        }
        self.exact = self.exact + cost(parts.len());
    }

    /// What brings the sum to the commitment, or to it and the dearer rest.
    fn add_commitment(&mut self, ended: bool) {
        let Some(commitment) = self.card.get("commitment") else { return };
        let factor = commitment["overage-factor"].as_str().map_or(Fraction::ONE, Fraction::read);
        let least = number(&commitment["amount"]) * self.share;
        let target = if self.exact > least {
            least + (self.exact - least) * factor
        } else if ended {
            least
        } else {
            return;
        };
        self.adjust("commitment", self.minor(target) - sum(&self.lines));
    }

    /// What takes the sum down to the cap; it never raises it.
    fn add_cap(&mut self) {
        let Some(cap) = self.card.get("cap") else { return };
        let room = self.minor(number(cap)) - sum(&self.lines);
        self.adjust("cap", room.min(0));
    }

    fn adjust(&mut self, charge: &str, minor: i128) {
        let quantity = Fraction::whole(minor) / self.minor_units;
        if minor != 0 {
            self.lines.push(Expected { charge: charge.to_owned(), tier: 0, quantity, price: Fraction::ONE, minor });
        }
    }

    /// Every tax on the same sum.
    fn add_taxes(&mut self) {
        let base = Fraction::whole(sum(&self.lines)) / self.minor_units;
        let taxes = self.card["taxes"].as_array().filter(|_| base != Fraction::ZERO);
        for tax in taxes.into_iter().flatten() {
            let (charge, price) = (format!("tax-{}", tax["code"].as_str().expect("a code")), number(&tax["rate"]));
            let minor = self.minor(base * price);
            self.lines.push(Expected { charge, tier: 0, quantity: base, price, minor });
        }
    }
}
