//! Rulings: what people decide about an outcome over its verdict, and what is left of its usage.
//!
//! The law. A ruling binds an outcome (an interaction under a definition) as far as one customer is billed for it, whatever the verdict comes
//! to be and in whatever order facts arrive: what is billed is [`Effect::apply`] of the usage that the verdict amounts to. The attempt at an
//! outcome was made whatever people decide, so only the outcome itself is touched. A verdict that earns nothing is touched by no ruling.
//!
//! A split takes a share of the outcome back: what is left of its quantity, and of its worth where it has one, is the whole times one less
//! the share, cut to whole millionths towards the customer. What that costs follows from the rate card, with its tiers, minimums and bounds: a
//! bill stays the price of what stands. Nothing is left where the cut leaves a quantity of zero.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    decimal::{Decimal, Quantity},
    outcome::{Meter, Usage},
    time::serde_as_text,
};

/// Millionths in the whole.
const WHOLE: i64 = 1_000_000;

/// A part of an outcome in millionths: more than nothing and less than the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(i64);

/// A text that is no share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no share between 0 and 1 of at most six decimals, such as 0.5")]
pub struct ShareError(String);

impl Share {
    /// From millionths; `None` unless more than none and less than all.
    pub fn from_micros(micros: i64) -> Option<Self> {
        (1..WHOLE).contains(&micros).then_some(Self(micros))
    }

    /// Millionths.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// What is left of a number of millionths once the share is taken back; rounded down, so towards the customer.
    fn left_of(self, micros: i64) -> i64 {
        let left = (i128::from(micros) * i128::from(WHOLE - self.0)).div_euclid(i128::from(WHOLE));
        // A part of a number fits where the number does.
        i64::try_from(left).unwrap_or(micros)
    }

    /// What is left of a quantity.
    pub fn left_of_quantity(self, quantity: Quantity) -> Quantity {
        Quantity::from_micros(self.left_of(quantity.micros()))
    }

    fn left_of_value(self, value: Decimal) -> Decimal {
        let left = value.at_scale(Quantity::SCALE).map(|micros| Quantity::from_micros(self.left_of(micros)));
        left.and_then(|left| left.to_string().parse().ok()).unwrap_or(value)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Quantity::from_micros(self.0).fmt(f)
    }
}

impl FromStr for Share {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Self, ShareError> {
        let quantity = text.parse::<Quantity>().ok();
        quantity.and_then(|quantity| Self::from_micros(quantity.micros())).ok_or_else(|| ShareError(text.into()))
    }
}
serde_as_text!(Share);

/// How a dispute is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// The customer is right: the outcome is taken back.
    Uphold,
    /// The outcome stands.
    Reject,
    /// The customer is right for a share of it, which is taken back.
    Split(Share),
}

impl Ruling {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uphold => "uphold",
            Self::Reject => "reject",
            Self::Split(_) => "split",
        }
    }

    /// The share that a split takes back.
    pub fn share(self) -> Option<Share> {
        match self {
            Self::Split(share) => Some(share),
            Self::Uphold | Self::Reject => None,
        }
    }

    /// From its name and its share; `None` where they do not fit.
    pub fn from_parts(name: &str, share: Option<Share>) -> Option<Self> {
        match (name, share) {
            ("uphold", None) => Some(Self::Uphold),
            ("reject", None) => Some(Self::Reject),
            ("split", Some(share)) => Some(Self::Split(share)),
            _ => None,
        }
    }

    /// What it makes of the outcome's usage.
    pub fn effect(self) -> Effect {
        match self {
            Self::Uphold => Effect::Reversed,
            Self::Reject => Effect::Stands,
            Self::Split(share) => Effect::Split(share),
        }
    }
}

impl fmt::Display for Ruling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Split(share) => write!(f, "split, {share} of it taken back"),
            other => f.write_str(other.name()),
        }
    }
}

/// How a dispute is decided when nobody answers it in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DefaultRuling {
    /// The customer is right.
    #[default]
    Uphold,
    /// The outcome stands.
    Reject,
}

impl DefaultRuling {
    /// The ruling itself.
    pub fn ruling(self) -> Ruling {
        match self {
            Self::Uphold => Ruling::Uphold,
            Self::Reject => Ruling::Reject,
        }
    }

    /// From its name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Uphold, Self::Reject].into_iter().find(|default| default.ruling().name() == name)
    }
}

/// What people's decisions make of the usage of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effect {
    /// It counts as the verdict has it.
    #[default]
    Stands,
    /// It does not count until a dispute is decided.
    Withheld,
    /// What is left once a share is taken back counts.
    Split(Share),
    /// It does not count.
    Reversed,
}

impl Effect {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stands => "stands",
            Self::Withheld => "withheld",
            Self::Split(_) => "split",
            Self::Reversed => "reversed",
        }
    }

    /// The share that it takes back.
    pub fn share(self) -> Option<Share> {
        match self {
            Self::Split(share) => Some(share),
            Self::Stands | Self::Withheld | Self::Reversed => None,
        }
    }

    /// From its name and its share; `None` where they do not fit.
    pub fn from_parts(name: &str, share: Option<Share>) -> Option<Self> {
        match (name, share) {
            ("stands", None) => Some(Self::Stands),
            ("withheld", None) => Some(Self::Withheld),
            ("split", Some(share)) => Some(Self::Split(share)),
            ("reversed", None) => Some(Self::Reversed),
            _ => None,
        }
    }

    /// What counts of the quantity that a verdict earns.
    pub fn of_quantity(self, quantity: Quantity) -> Quantity {
        match self {
            Self::Stands => quantity,
            Self::Split(share) => share.left_of_quantity(quantity),
            Self::Withheld | Self::Reversed => Quantity::ZERO,
        }
    }

    /// What counts of the usage that a verdict amounts to.
    pub fn apply(self, usage: Vec<Usage>) -> Vec<Usage> {
        let counted = |usage: Usage| match (usage.meter, self) {
            (Meter::Attempt, _) | (Meter::Outcome, Self::Stands) => Some(usage),
            (Meter::Outcome, Self::Withheld | Self::Reversed) => None,
            (Meter::Outcome, Self::Split(share)) => {
                let (quantity, value) = (share.left_of_quantity(usage.quantity), usage.value.map(|value| share.left_of_value(value)));
                (quantity > Quantity::ZERO).then_some(Usage { quantity, value, ..usage })
            }
        };
        usage.into_iter().filter_map(counted).collect()
    }
}
