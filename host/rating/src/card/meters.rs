//! What a card counts.

use super::{MeterRef, RateCard};
use crate::model::PriceModel;

impl RateCard {
    /// The meter behind a charge; `None` when the charge counts nothing, or is not in the card.
    pub fn meter(&self, charge: &str) -> Option<&MeterRef> {
        self.charges.iter().find(|known| known.code == charge)?.price.meter()
    }

    /// The slugs of the definitions whose outcomes or attempts are charged for.
    pub fn definitions(&self) -> impl Iterator<Item = &str> {
        self.charges.iter().filter_map(|charge| charge.price.meter()).map(|meter| meter.definition.as_str())
    }
}

impl PriceModel {
    /// The meter it counts; `None` for a flat price.
    pub fn meter(&self) -> Option<&MeterRef> {
        match self {
            Self::Flat(_) => None,
            Self::Unit(unit) => Some(&unit.meter),
            Self::Graduated(graduated) => Some(&graduated.meter),
        }
    }
}
