//! Price models: one file each.

mod flat;
mod graduated;
mod package;
mod percentage;
mod unit;
mod volume;

use assay_domain::{decimal::Quantity, violation::Violation};
use serde::{Deserialize, Serialize};

use crate::{
    RatingError,
    card::{MeterRef, Price},
    exact::Ratio,
    rate::Metered,
};

pub use self::{
    flat::{Due, Flat},
    graduated::{Edge, Graduated, Tier},
    package::Package,
    percentage::Percentage,
    unit::Unit,
    volume::Volume,
};

/// How a charge turns usage into money; `model` in a card names the variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "model", rename_all = "kebab-case")]
pub enum PriceModel {
    /// So much per period.
    Flat(Flat),
    /// So much per unit.
    Unit(Unit),
    /// So much per unit of each tier.
    Graduated(Graduated),
    /// So much per unit, by the tier that the total lies in.
    Volume(Volume),
    /// So much per package.
    Package(Package),
    /// A share of what each success is worth.
    Percentage(Percentage),
}

/// What a charge costs, before rounding.
pub(crate) struct Priced {
    /// The lines, in the order of the invoice: quantity × unit price is what each costs in a whole period.
    pub parts: Vec<Part>,
    /// The share of the period that is charged for.
    pub share: Ratio,
}

/// One line of a charge.
pub(crate) struct Part {
    /// 1, 2, 3, … of a tiered charge; 0 of any other.
    pub tier: u32,
    /// What the line says besides the charge's label.
    pub note: Option<String>,
    /// Units.
    pub quantity: Quantity,
    /// Of one unit.
    pub unit_price: Price,
}

impl PriceModel {
    /// Checks the model's own fields; `at` is the charge's field.
    pub(crate) fn check(&self, at: &str) -> Result<(), Violation> {
        match self {
            Self::Flat(flat) => flat.check(at),
            Self::Unit(unit) => unit.check(at),
            Self::Graduated(graduated) => graduated.check(at),
            Self::Volume(volume) => volume.check(at),
            Self::Package(package) => package.check(at),
            Self::Percentage(percentage) => percentage.check(at),
        }
    }

    /// Prices a period's usage.
    pub(crate) fn bill(&self, period: &Metered<'_>) -> Result<Priced, RatingError> {
        match self {
            Self::Flat(flat) => Ok(flat.bill(period)),
            Self::Unit(unit) => unit.bill(period),
            Self::Graduated(graduated) => graduated.bill(period),
            Self::Volume(volume) => volume.bill(period),
            Self::Package(package) => package.bill(period),
            Self::Percentage(percentage) => percentage.bill(period),
        }
    }

    /// The meter it counts; `None` for a flat price.
    pub fn meter(&self) -> Option<&MeterRef> {
        match self {
            Self::Flat(_) => None,
            Self::Unit(unit) => Some(&unit.meter),
            Self::Graduated(graduated) => Some(&graduated.meter),
            Self::Volume(volume) => Some(&volume.meter),
            Self::Package(package) => Some(&package.meter),
            Self::Percentage(percentage) => Some(&percentage.meter),
        }
    }

    /// With which period it is charged.
    pub fn due(&self) -> Due {
        match self {
            Self::Flat(flat) => flat.due,
            _ => Due::InArrears,
        }
    }
}

/// How much of `total` lies beyond `start`; zero when it does not get there.
fn beyond(total: Quantity, start: Quantity) -> Result<Quantity, RatingError> {
    let micros = total.micros().checked_sub(start.micros()).ok_or(RatingError::Overflow)?;
    Ok(Quantity::from_micros(micros.max(0)))
}
