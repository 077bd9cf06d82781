//! What makes a card one that can be billed by.

use std::collections::BTreeSet;

use assay_domain::{decimal::Quantity, manifest::check_slug, outcome::Meter, violation::Violation};

use super::{Charge, MeterRef, RateCard};

impl RateCard {
    /// Refuses a card that could not be billed by. The currency is known and quantities have at most six decimals by their types.
    ///
    /// # Errors
    /// The first thing wrong, with its field: `charges[1].price`, `charges[2].tiers[0].up-to`.
    pub fn check(&self) -> Result<(), Violation> {
        check_slug("name", &self.name)?;
        if self.charges.is_empty() {
            return Err(Violation::new("charges", "there is none", "charge for at least one thing"));
        }
        let mut codes = BTreeSet::new();
        for (n, charge) in self.charges.iter().enumerate() {
            let at = format!("charges[{n}]");
            charge.check(&at)?;
            if !codes.insert(&charge.code) {
                let problem = format!("{:?} is the code of an earlier charge", charge.code);
                return Err(Violation::new(format!("{at}.code"), problem, "give every charge a code of its own"));
            }
        }
        Ok(())
    }
}

impl Charge {
    fn check(&self, at: &str) -> Result<(), Violation> {
        check_slug(&format!("{at}.code"), &self.code)?;
        if self.label.trim().is_empty() || self.label.chars().any(char::is_control) {
            let remedy = "write one line that a customer understands";
            return Err(Violation::new(format!("{at}.label"), "it is empty or has a line break in it", remedy));
        }
        self.price.check(at)
    }
}

impl MeterRef {
    /// Checks the names; `at` is the charge's field.
    pub(crate) fn check(&self, at: &str) -> Result<(), Violation> {
        let field = match self.meter {
            Meter::Outcome => "outcome-of",
            Meter::Attempt => "attempts-at",
        };
        check_slug(&format!("{at}.meter.{field}"), &self.definition)?;
        match (&self.class, self.meter) {
            (Some(_), Meter::Attempt) => {
                let remedy = "leave `class` out, or count `outcome-of`";
                Err(Violation::new(format!("{at}.meter.class"), "an attempt has no class, only a success has", remedy))
            }
            (Some(class), Meter::Outcome) => check_slug(&format!("{at}.meter.class"), class),
            (None, _) => Ok(()),
        }
    }
}

/// Refuses a negative quantity.
pub(crate) fn check_quantity(field: &str, quantity: Quantity) -> Result<(), Violation> {
    if quantity < Quantity::ZERO {
        return Err(Violation::new(field, format!("{quantity} is negative"), "give a quantity of zero or more"));
    }
    Ok(())
}
