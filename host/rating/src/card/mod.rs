//! Rate cards: what a tenant charges, as data.

mod check;
mod meter;
mod overrides;
mod price;
pub(crate) mod quoted;

use std::collections::BTreeSet;

use assay_domain::{
    money::Currency,
    period::{Cycle, Zone},
};
use serde::{Deserialize, Serialize};

use crate::model::{Due, PriceModel};

pub(crate) use self::check::check_quantity;
pub use self::{
    meter::{Aggregate, MeterRef},
    overrides::Overrides,
    price::Price,
};
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
    /// Where one period ends and the next begins; at the first of the month unless given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cycle: Cycle,
    /// By which clocks; UTC unless given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub time_zone: Zone,
    /// What is charged, in the order of the invoice; at least one.
    #[serde(default)]
    pub charges: Vec<Charge>,
    /// What a period costs at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Commitment>,
    /// What a period costs at most, before tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Price>,
    /// Taxes that somebody else has found to apply, in the order of the invoice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<Tax>,
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

/// What a customer has committed to spend in a whole period, and what is beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Commitment {
    /// Per period, in proportion to the time covered.
    pub amount: Price,
    /// What charges beyond it are multiplied by; 1 unless given.
    #[serde(default = "Price::one")]
    pub overage_factor: Price,
}

/// A tax on everything a period costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tax {
    /// Kebab-case, unique among the taxes: its line's code is `tax-` and this.
    pub code: String,
    /// For people, on the invoice.
    pub label: String,
    /// As a fraction: 0.19.
    pub rate: Price,
}

/// The code of the line that a commitment adds.
pub const COMMITMENT: &str = "commitment";
/// The code of the line that a cap adds.
pub const CAP: &str = "cap";
/// What the code of a tax's line starts with.
pub const TAX_PREFIX: &str = "tax-";

impl RateCard {
    /// The meter behind a charge; `None` when the charge counts nothing, or is not in the card.
    pub fn meter(&self, charge: &str) -> Option<&MeterRef> {
        self.charges.iter().find(|known| known.code == charge)?.price.meter()
    }

    fn meters(&self) -> impl Iterator<Item = &MeterRef> {
        self.charges.iter().filter_map(|charge| charge.price.meter())
    }

    /// The slugs of the definitions whose outcomes or attempts are charged for.
    pub fn definitions(&self) -> impl Iterator<Item = &str> {
        self.meters().filter_map(MeterRef::definition)
    }

    /// The event types that are counted by themselves, each with the field that is read of them; each pair once.
    pub fn event_fields(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let fields: BTreeSet<_> = self.meters().filter_map(MeterRef::event_field).collect();
        fields.into_iter()
    }

    /// Whether a success is priced by what it is worth.
    pub fn needs_value(&self, definition: &str, class: Option<&str>) -> bool {
        self.charges.iter().any(|charge| match &charge.price {
            PriceModel::Percentage(percentage) => percentage.meter.counts_outcome(definition, class),
            _ => false,
        })
    }

    /// Whether anything is priced by what an outcome is worth.
    pub fn has_percentage(&self) -> bool {
        self.charges.iter().any(|charge| matches!(charge.price, PriceModel::Percentage(_)))
    }

    /// Whether anything is charged before its period begins.
    pub fn is_due_in_advance(&self) -> bool {
        self.charges.iter().any(|charge| charge.price.due() == Due::InAdvance)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
