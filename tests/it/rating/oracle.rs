//! A second opinion: rates from nothing, in fractions of integers, without any code of the crate it judges.

use assay_domain::outcome::Meter;
use assay_rating::{card::RateCard, rate::UsageItem};
use serde_json::{Value, json};

use super::support::{card, decimal};

/// A card in integers: prices in thousand-millionths, quantities in millionths.
#[derive(Debug, Clone)]
pub struct Plan {
    pub currency: &'static str,
    pub exponent: u32,
    pub rounding: &'static str,
    /// The charge at index 2 has the code `charge-2`.
    pub charges: Vec<Model>,
}

#[derive(Debug, Clone)]
pub enum Model {
    Flat { amount: i128 },
    Unit { meter: MeterOf, price: i128, included: i128 },
    Graduated { meter: MeterOf, tiers: Vec<PlanTier> },
}

#[derive(Debug, Clone)]
pub struct MeterOf {
    pub meter: Meter,
    pub definition: &'static str,
    pub class: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub struct PlanTier {
    pub end: Option<i128>,
    pub exclusive: bool,
    pub price: i128,
    pub fee: i128,
}

/// What a line must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub charge: String,
    pub tier: u32,
    pub quantity: i128,
    pub price: i128,
    pub minor: i128,
}

impl Plan {
    /// The lines of a period of which the share `covered.0 / covered.1` is covered.
    pub fn rate(&self, usage: &[UsageItem], covered: (i128, i128)) -> Vec<Expected> {
        let round = |(n, model): (usize, &Model)| self.round(&format!("charge-{n}"), &model.lines(usage, covered), model.share(covered));
        self.charges.iter().enumerate().flat_map(round).collect()
    }

    /// `lines` are (tier, quantity, price); each gets the rounded cost of all up to it, less that of all before it.
    fn round(&self, charge: &str, lines: &[(u32, i128, i128)], share: (i128, i128)) -> Vec<Expected> {
        let cost = |n: usize| -> i128 { lines[..n].iter().map(|(_, quantity, price)| quantity * price).sum() };
        let rounded = |n: usize| self.round_once(cost(n) * 10i128.pow(self.exponent) * share.0, 10i128.pow(15) * share.1);
        let expected = |(n, (tier, quantity, price)): (usize, &(u32, i128, i128))| Expected {
            charge: charge.to_owned(),
            tier: *tier,
            quantity: *quantity,
            price: *price,
            minor: rounded(n + 1) - rounded(n),
        };
        lines.iter().enumerate().map(expected).collect()
    }

    /// Of a fraction that is not negative.
    fn round_once(&self, numerator: i128, denominator: i128) -> i128 {
        let half_up = (2 * numerator + denominator) / (2 * denominator);
        let is_tie = (2 * numerator + denominator) % (2 * denominator) == 0;
        match self.rounding {
            "down" => numerator / denominator,
            "up" => (numerator + denominator - 1) / denominator,
            "half-up" => half_up,
            _ if is_tie && half_up % 2 == 1 => half_up - 1,
            _ => half_up,
        }
    }

    /// The same card, as the crate reads it.
    pub fn card(&self) -> RateCard {
        let charge = |(n, model): (usize, &Model)| {
            let mut charge = model.json();
            charge["code"] = json!(format!("charge-{n}"));
            charge["label"] = json!("Charge");
            charge
        };
        let charges: Vec<Value> = self.charges.iter().enumerate().map(charge).collect();
        card(json!({ "name": "plan", "currency": self.currency, "rounding": self.rounding, "charges": charges }))
    }
}

impl Model {
    fn share(&self, covered: (i128, i128)) -> (i128, i128) {
        if matches!(self, Self::Flat { .. }) { covered } else { (1, 1) }
    }

    fn lines(&self, usage: &[UsageItem], covered: (i128, i128)) -> Vec<(u32, i128, i128)> {
        match self {
            Self::Flat { .. } if covered.0 == 0 => Vec::new(),
            Self::Flat { amount } => vec![(0, 1_000_000, *amount)],
            Self::Unit { meter, price, included } => {
                let billed = meter.total(usage) - included;
                if billed > 0 { vec![(0, billed, *price)] } else { Vec::new() }
            }
            Self::Graduated { meter, tiers } => {
                let total = meter.total(usage);
                (0..tiers.len()).flat_map(|n| tier_lines(total, tiers, n)).collect()
            }
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Flat { amount } => json!({ "model": "flat", "amount": decimal(*amount, 9) }),
            Self::Unit { meter, price, included } => {
                json!({ "model": "unit", "meter": meter.json(), "price": decimal(*price, 9), "included": decimal(*included, 6) })
            }
            Self::Graduated { meter, tiers } => {
                let tiers: Vec<Value> = tiers.iter().map(PlanTier::json).collect();
                json!({ "model": "graduated", "meter": meter.json(), "tiers": tiers })
            }
        }
    }
}

/// The lines of one tier, each tier looked at on its own.
fn tier_lines(total: i128, tiers: &[PlanTier], n: usize) -> Vec<(u32, i128, i128)> {
    let start = if n == 0 { 0 } else { tiers[n - 1].end.expect("only the last tier is open") };
    let includes_start = n > 0 && tiers[n - 1].exclusive;
    let units = (total - start).clamp(0, tiers[n].end.map_or(i128::MAX, |end| end - start));
    let entered = total > start || (includes_start && total == start);
    let tier = u32::try_from(n + 1).expect("few tiers");
    let mut lines = Vec::new();
    if units > 0 {
        lines.push((tier, units, tiers[n].price));
    }
    if entered && tiers[n].fee > 0 {
        lines.push((tier, 1_000_000, tiers[n].fee));
    }
    lines
}

impl MeterOf {
    fn total(&self, usage: &[UsageItem]) -> i128 {
        let mut total = 0;
        for item in usage {
            let class_fits = self.class.is_none() || self.class == item.class.as_deref();
            if item.meter == self.meter && item.definition == self.definition && class_fits {
                total += i128::from(item.quantity.micros());
            }
        }
        total
    }

    fn json(&self) -> Value {
        let mut json = match self.meter {
            Meter::Outcome => json!({ "outcome-of": self.definition }),
            Meter::Attempt => json!({ "attempts-at": self.definition }),
        };
        if let Some(class) = self.class {
            json["class"] = json!(class);
        }
        json
    }
}

impl PlanTier {
    fn json(&self) -> Value {
        let edge = if self.exclusive { "exclusive" } else { "inclusive" };
        let mut json = json!({ "edge": edge, "price": decimal(self.price, 9), "flat-fee": decimal(self.fee, 9) });
        if let Some(end) = self.end {
            json["up-to"] = json!(decimal(end, 6));
        }
        json
    }
}
