//! What the amount of a line is made of, by its charge in the rate card.

use assay_domain::decimal::Quantity;
use assay_rating::{
    card::{MeterRef, RateCard},
    model::{PriceModel, Tier},
};
use assay_store::billing::LineRow;

/// What the amount of a line is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// Usage, at a price.
    Usage {
        /// What is counted, in the plural: `Outcomes`, `1000 Events`.
        unit: String,
    },
    /// A fee for a period.
    Fee,
    /// What a minimum commitment adds: what is missing to it, or the overage beyond it.
    Commitment,
    /// What a cap takes off.
    Cap,
    /// A tax on the lines before it.
    Tax,
}

impl Basis {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Usage { .. } => "usage",
            Self::Fee => "fee",
            Self::Commitment => "commitment",
            Self::Cap => "cap",
            Self::Tax => "tax",
        }
    }

    /// What its quantity counts; `None` where it is money.
    pub fn unit(&self) -> Option<&str> {
        match self {
            Self::Usage { unit } => Some(unit),
            Self::Fee => Some("Periods"),
            Self::Commitment | Self::Cap | Self::Tax => None,
        }
    }

    /// By the codes that no charge may have, and the charges of the card.
    pub(super) fn of(card: &RateCard, line: &LineRow) -> Self {
        match line.charge.as_str() {
            "commitment" => Self::Commitment,
            "cap" => Self::Cap,
            code if code.starts_with("tax-") => Self::Tax,
            code => card.charges.iter().find(|charge| charge.code == code).map_or(Self::Fee, |charge| Self::priced(&charge.price, line)),
        }
    }

    fn priced(model: &PriceModel, line: &LineRow) -> Self {
        let Some(meter) = model.meter() else {
            return Self::Fee;
        };
        let units = counted(meter);
        let unit = match model {
            PriceModel::Package(package) => packages(package.size, units),
            // A share of a value is counted in money, a fixed amount of each in outcomes.
            PriceModel::Percentage(_) if line.tier == 0 => line.amount.currency().to_string(),
            PriceModel::Graduated(graduated) if is_flat_fee(&graduated.tiers, line) => "Tiers".into(),
            PriceModel::Volume(volume) if is_flat_fee(&volume.tiers, line) => "Tiers".into(),
            _ => units.into(),
        };
        Self::Usage { unit }
    }
}

fn counted(meter: &MeterRef) -> &'static str {
    match meter {
        MeterRef::Outcomes { .. } => "Outcomes",
        MeterRef::Attempts { .. } => "Attempts",
        MeterRef::Events { field: None, .. } => "Events",
        MeterRef::Events { .. } => "Units",
    }
}

/// How a package of some size is counted.
fn packages(size: Quantity, units: &str) -> String {
    match (size, size.micros().rem_euclid(Quantity::ONE.micros())) {
        (Quantity::ONE, _) => units.into(),
        (size, 0) => format!("{size} {units}"),
        _ => "Packages".into(),
    }
}

/// Whether a line bills that a tier was entered, and not what is in it. A fee that equals the tier's price shares a line with it.
fn is_flat_fee(tiers: &[Tier], line: &LineRow) -> bool {
    let tier = usize::try_from(line.tier).ok().and_then(|tier| tiers.get(tier.checked_sub(1)?));
    tier.is_some_and(|tier| tier.flat_fee != tier.price && tier.flat_fee.to_string() == line.unit_price)
}
