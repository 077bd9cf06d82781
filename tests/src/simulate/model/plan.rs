//! A rate card, as the model knows it, and as the product reads it.

use assay_rating::card::{Overrides, RateCard};
use serde_json::{Value, json};

/// Prices are in thousand-millionths, quantities, rates and factors in millionths.
#[derive(Debug, Clone)]
pub(in crate::simulate) struct Plan {
    pub(in crate::simulate) name: String,
    /// The code, and how many decimals an amount has.
    pub(super) currency: (&'static str, u32),
    pub(super) rounding: &'static str,
    pub(super) cycle: &'static str,
    pub(in crate::simulate) zone: &'static str,
    pub(super) charges: Vec<Price>,
    /// The amount, and the factor of what goes beyond it.
    pub(super) commitment: Option<(i64, i64)>,
    pub(super) cap: Option<i64>,
    pub(super) tax: Option<i64>,
}

#[derive(Debug, Clone)]
pub(super) enum Price {
    Flat { amount: i64, is_advance: bool },
    Unit { meter: Meter, price: i64, included: i64 },
    Graduated { meter: Meter, tiers: Vec<Tier> },
    Volume { meter: Meter, tiers: Vec<Tier> },
    Package { meter: Meter, size: i64, price: i64, included: i64 },
    Percentage { slug: &'static str, rate: i64, minimum: Option<i64>, maximum: Option<i64> },
}

/// Up to its end, which is its own unless it is exclusive.
#[derive(Debug, Clone)]
pub(super) struct Tier {
    pub(super) end: Option<i64>,
    pub(super) is_exclusive: bool,
    pub(super) price: i64,
    pub(super) fee: i64,
}

#[derive(Debug, Clone)]
pub(super) enum Meter {
    Outcomes { slug: &'static str, class: Option<&'static str>, credit_to: Option<&'static str> },
    Attempts { slug: &'static str },
    Events { kind: &'static str, aggregate: &'static str, field: Option<&'static str> },
}

/// Plain decimal text.
fn decimal(n: i64, scale: usize) -> String {
    let digits = format!("{n:0width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { whole.into() } else { format!("{whole}.{fraction}") }
}

fn price(n: i64) -> Value {
    json!(decimal(n, 9))
}

fn quantity(n: i64) -> Value {
    json!(decimal(n, 6))
}

impl Plan {
    /// The code of the `n`th charge.
    pub(super) fn code(n: usize) -> String {
        format!("charge-{n}")
    }

    /// The card.
    pub(in crate::simulate) fn card(&self) -> RateCard {
        let mut card = json!({ "name": self.name, "currency": self.currency.0, "rounding": self.rounding,
                               "cycle": self.cycle, "time-zone": self.zone, "charges": self.charges_json() });
        if let Some((amount, factor)) = self.commitment {
            card["commitment"] = json!({ "amount": price(amount), "overage-factor": quantity(factor) });
        }
        if let Some(cap) = self.cap {
            card["cap"] = price(cap);
        }
        if let Some(rate) = self.tax {
            card["taxes"] = json!([{ "code": "vat", "label": "Value added tax", "rate": quantity(rate) }]);
        }
        serde_json::from_value(card).expect("a rate card")
    }

    fn charges_json(&self) -> Vec<Value> {
        self.charges.iter().enumerate().map(|(n, charge)| charge.json(n)).collect()
    }

    /// What makes another card of the same charges into this one: its first charge.
    pub(in crate::simulate) fn first_charge_as_override(&self) -> Overrides {
        let first: Vec<Value> = self.charges_json().into_iter().take(1).collect();
        serde_json::from_value(json!({ "charges": first })).expect("overrides")
    }

    /// The definitions whose outcomes or attempts it counts.
    pub(in crate::simulate) fn slugs(&self) -> impl Iterator<Item = &'static str> {
        self.charges.iter().filter_map(|charge| match charge {
            Price::Flat { .. } => None,
            Price::Percentage { slug, .. } => Some(*slug),
            Price::Unit { meter, .. } | Price::Graduated { meter, .. } | Price::Volume { meter, .. } | Price::Package { meter, .. } => {
                match meter {
                    Meter::Outcomes { slug, .. } | Meter::Attempts { slug } => Some(*slug),
                    Meter::Events { .. } => None,
                }
            }
        })
    }

    /// Whether it charges a part of the worth of a definition's successes.
    pub(super) fn needs_value(&self, of: &str) -> bool {
        self.charges.iter().any(|charge| matches!(charge, Price::Percentage { slug, .. } if *slug == of))
    }
}

impl Price {
    fn json(&self, n: usize) -> Value {
        let mut json = self.model();
        json["code"] = json!(Plan::code(n));
        json["label"] = json!("Charge");
        json
    }

    fn model(&self) -> Value {
        match self {
            Self::Flat { amount, is_advance } => {
                json!({ "model": "flat", "amount": price(*amount), "due": if *is_advance { "in-advance" } else { "in-arrears" } })
            }
            Self::Unit { meter, price: each, included } => {
                json!({ "model": "unit", "meter": meter.json(), "price": price(*each), "included": quantity(*included) })
            }
            Self::Graduated { meter, tiers } => json!({ "model": "graduated", "meter": meter.json(), "tiers": tiers_json(tiers) }),
            Self::Volume { meter, tiers } => json!({ "model": "volume", "meter": meter.json(), "tiers": tiers_json(tiers) }),
            Self::Package { meter, size, price: each, included } => json!({
                "model": "package", "meter": meter.json(), "size": quantity(*size), "price": price(*each), "included": quantity(*included),
            }),
            Self::Percentage { slug, rate, minimum, maximum } => {
                let mut json = json!({ "model": "percentage", "meter": { "outcome-of": slug }, "rate": quantity(*rate) });
                let bounds = [("minimum", minimum), ("maximum", maximum)];
                bounds.into_iter().for_each(|(name, bound)| bound.iter().for_each(|bound| json[name] = price(*bound)));
                json
            }
        }
    }
}

fn tiers_json(tiers: &[Tier]) -> Vec<Value> {
    let tier = |tier: &Tier| {
        let edge = if tier.is_exclusive { "exclusive" } else { "inclusive" };
        let mut json = json!({ "edge": edge, "price": price(tier.price), "flat-fee": price(tier.fee) });
        tier.end.iter().for_each(|end| json["up-to"] = quantity(*end));
        json
    };
    tiers.iter().map(tier).collect()
}

impl Meter {
    fn json(&self) -> Value {
        let (mut json, optional) = match self {
            Self::Outcomes { slug, class, credit_to } => (json!({ "outcome-of": slug }), [("class", class), ("credit-to", credit_to)]),
            Self::Attempts { slug } => (json!({ "attempts-at": slug }), [("class", &None), ("credit-to", &None)]),
            Self::Events { kind, aggregate, field } => {
                (json!({ "events": kind, "aggregate": aggregate }), [("field", field), ("credit-to", &None)])
            }
        };
        optional.into_iter().for_each(|(name, value)| value.iter().for_each(|value| json[name] = json!(value)));
        json
    }
}
