//! What makes a card one that can be billed by.

use std::collections::BTreeSet;

use assay_domain::{decimal::Quantity, manifest::check_slug, violation::Violation};

use super::{CAP, COMMITMENT, Charge, Price, RateCard, TAX_PREFIX, Tax};

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
        self.check_adjustments()
    }

    /// Checks what comes after the charges.
    pub(super) fn check_adjustments(&self) -> Result<(), Violation> {
        if let Some(commitment) = self.commitment {
            self.check_whole("commitment.amount", commitment.amount)?;
            commitment.overage_factor.check_rate("commitment.overage-factor")?;
        }
        if let Some(cap) = self.cap {
            self.check_whole("cap", cap)?;
            if self.commitment.is_some_and(|commitment| cap < commitment.amount) {
                let remedy = "raise the cap to the commitment at least, or leave one of them out";
                return Err(Violation::new("cap", format!("{cap} is below the commitment"), remedy));
            }
        }
        let mut codes = BTreeSet::new();
        for (n, tax) in self.taxes.iter().enumerate() {
            tax.check(&format!("taxes[{n}]"))?;
            if !codes.insert(&tax.code) {
                let problem = format!("{:?} is the code of an earlier tax", tax.code);
                return Err(Violation::new(format!("taxes[{n}].code"), problem, "give every tax a code of its own"));
            }
        }
        Ok(())
    }

    /// An amount that is billed as it stands has no part of a minor unit.
    fn check_whole(&self, field: &str, amount: Price) -> Result<(), Violation> {
        amount.check(field)?;
        let exponent = u32::from(self.currency.exponent());
        if amount.exact().decimals() > exponent {
            let problem = format!("{amount} has more decimals than {}", self.currency);
            return Err(Violation::new(field, problem, format!("give at most {exponent}")));
        }
        Ok(())
    }
}

impl Charge {
    pub(super) fn check(&self, at: &str) -> Result<(), Violation> {
        check_slug(&format!("{at}.code"), &self.code)?;
        if [COMMITMENT, CAP].contains(&self.code.as_str()) || self.code.starts_with(TAX_PREFIX) {
            let problem = format!("{:?} is a code of lines that are not charges", self.code);
            return Err(Violation::new(format!("{at}.code"), problem, "choose another code"));
        }
        check_label(at, &self.label)?;
        self.price.check(at)
    }
}

impl Tax {
    fn check(&self, at: &str) -> Result<(), Violation> {
        check_slug(&format!("{at}.code"), &self.code)?;
        check_label(at, &self.label)?;
        self.rate.check_rate(&format!("{at}.rate"))
    }
}

fn check_label(at: &str, label: &str) -> Result<(), Violation> {
    if label.trim().is_empty() || label.chars().any(char::is_control) {
        let remedy = "write one line that a customer understands";
        return Err(Violation::new(format!("{at}.label"), "it is empty or has a line break in it", remedy));
    }
    Ok(())
}

/// Refuses a negative quantity.
pub(crate) fn check_quantity(field: &str, quantity: Quantity) -> Result<(), Violation> {
    if quantity < Quantity::ZERO {
        return Err(Violation::new(field, format!("{quantity} is negative"), "give a quantity of zero or more"));
    }
    Ok(())
}
