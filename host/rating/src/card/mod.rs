//! Rate cards: what a tenant charges, as data.

mod check;
mod meters;
mod price;
pub(crate) mod quoted;

use assay_domain::{money::Currency, outcome::Meter};
use serde::{Deserialize, Serialize};

use crate::{model::PriceModel, rate::UsageItem};

pub(crate) use self::check::check_quantity;
pub use self::price::Price;
pub use crate::exact::Rounding;

/// A price list in one currency. What is read from outside is believed only after [`RateCard::check`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RateCard {
    /// Kebab-case: `standard-2016`.
    pub name: String,
    /// Of every price and every amount.
    pub currency: Currency,
    /// How each charge is rounded to minor units, once per period; half-even unless given.
    #[serde(default)]
    pub rounding: Rounding,
    /// What is charged, in the order of the invoice; at least one.
    #[serde(default)]
    pub charges: Vec<Charge>,
}

/// One thing that is charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Charge {
    /// Kebab-case, unique in the card: the name that postings keep.
    pub code: String,
    /// For people, on the invoice.
    pub label: String,
    /// How it is priced: `model` and the fields of that model, beside `code` and `label`; others are refused there.
    #[serde(flatten)]
    pub price: PriceModel,
}

/// Which usage a charge counts: `{ outcome-of = "resolved-ticket", class = "booked" }` or `{ attempts-at = "resolved-ticket" }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "MeterFields", into = "MeterFields")]
pub struct MeterRef {
    /// Outcomes or attempts.
    pub meter: Meter,
    /// The definition's slug.
    pub definition: String,
    /// Only outcomes of this class; `None` counts all of them, with a class or without.
    pub class: Option<String>,
}

impl MeterRef {
    /// Whether a piece of usage is counted.
    pub fn counts(&self, item: &UsageItem) -> bool {
        self.meter == item.meter
            && self.definition == item.definition
            && self.class.as_ref().is_none_or(|class| item.class.as_ref() == Some(class))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct MeterFields {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome_of: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attempts_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class: Option<String>,
}

impl TryFrom<MeterFields> for MeterRef {
    type Error = &'static str;

    fn try_from(fields: MeterFields) -> Result<Self, Self::Error> {
        let (meter, definition) = match (fields.outcome_of, fields.attempts_at) {
            (Some(definition), None) => (Meter::Outcome, definition),
            (None, Some(definition)) => (Meter::Attempt, definition),
            _ => return Err("a meter names a definition by either `outcome-of` or `attempts-at`"),
        };
        Ok(Self { meter, definition, class: fields.class })
    }
}

impl From<MeterRef> for MeterFields {
    fn from(MeterRef { meter, definition, class }: MeterRef) -> Self {
        match meter {
            Meter::Outcome => Self { outcome_of: Some(definition), attempts_at: None, class },
            Meter::Attempt => Self { outcome_of: None, attempts_at: Some(definition), class },
        }
    }
}
