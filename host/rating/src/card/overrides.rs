//! What a customer's prices differ in from the card.

use assay_domain::violation::Violation;
use serde::{Deserialize, Serialize};

use super::{Charge, Commitment, Price, RateCard, Tax};

/// What is agreed otherwise with one customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Overrides {
    /// Each takes the place of the card's charge of the same code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<Charge>,
    /// Takes the place of the card's commitment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Commitment>,
    /// Takes the place of the card's cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Price>,
    /// Take the place of all of the card's taxes; an empty list is no tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taxes: Option<Vec<Tax>>,
}

impl Overrides {
    /// Whether nothing is agreed otherwise.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl RateCard {
    /// The card with what is agreed otherwise.
    ///
    /// # Errors
    /// The first thing wrong, with its field: `overrides.charges[0].price`.
    pub fn with(&self, overrides: &Overrides) -> Result<Self, Violation> {
        let mut card = self.clone();
        for (n, charge) in overrides.charges.iter().enumerate() {
            let at = format!("overrides.charges[{n}]");
            charge.check(&at)?;
            if overrides.charges.iter().take(n).any(|earlier| earlier.code == charge.code) {
                let problem = format!("{:?} is the code of an earlier override", charge.code);
                return Err(Violation::new(format!("{at}.code"), problem, "override every charge once"));
            }
            let Some(replaced) = card.charges.iter_mut().find(|known| known.code == charge.code) else {
                let codes: Vec<&str> = self.charges.iter().map(|known| known.code.as_str()).collect();
                let problem = format!("the card {} has no charge {:?}", self.name, charge.code);
                return Err(Violation::new(format!("{at}.code"), problem, format!("name one of {}", codes.join(", "))));
            };
            *replaced = charge.clone();
        }
        card.commitment = overrides.commitment.or(card.commitment);
        card.cap = overrides.cap.or(card.cap);
        card.taxes = overrides.taxes.clone().unwrap_or(card.taxes);
        card.check_adjustments().map_err(|violation| if overrides.is_empty() { violation } else { within_overrides(violation) })?;
        Ok(card)
    }
}

fn within_overrides(violation: Violation) -> Violation {
    Violation { field: format!("overrides.{}", violation.field), ..violation }
}
