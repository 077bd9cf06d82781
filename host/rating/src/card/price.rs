//! A price, as a card states it.

use std::{fmt, str::FromStr};

use assay_domain::violation::Violation;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::quoted::Quoted;
use crate::exact::{Exact, ExactError};

/// A price in major units of the card's currency (dollars, not cents): of one unit, or of a period. Its text has no trailing
/// zeros, so it can be a key: `0.99`, `500`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Price(Exact);

impl Price {
    /// Free.
    pub const ZERO: Self = Self(Exact::ZERO);
    /// The most decimals a price may have.
    pub const DECIMALS_MAX: u32 = 9;
    /// The highest price, a million millions: it leaves room for exact products with any sane quantity.
    pub const MAX: i64 = 1_000_000_000_000;

    /// The most decimals of a rate, or of a factor.
    pub const RATE_DECIMALS_MAX: u32 = 6;

    /// One.
    pub fn one() -> Self {
        Self(Exact::from(1))
    }

    /// Refuses what no card may state as a rate or a factor.
    ///
    /// # Errors
    /// Names `field` as [`Price::check`] does; a rate has at most six decimals.
    pub fn check_rate(self, field: &str) -> Result<(), Violation> {
        self.check(field)?;
        if self.0.decimals() > Self::RATE_DECIMALS_MAX {
            let problem = format!("{self} has {} decimals", self.0.decimals());
            return Err(Violation::new(field, problem, format!("give at most {}", Self::RATE_DECIMALS_MAX)));
        }
        Ok(())
    }

    /// The number.
    pub fn exact(self) -> Exact {
        self.0
    }

    /// Refuses what no card may state.
    ///
    /// # Errors
    /// Names `field` when the price is negative, has more than nine decimals or is over [`Price::MAX`].
    pub fn check(self, field: &str) -> Result<(), Violation> {
        let (problem, remedy) = if self.0.is_negative() {
            (format!("{self} is negative"), "give a price of zero or more".into())
        } else if self.0.decimals() > Self::DECIMALS_MAX {
            (format!("{self} has {} decimals", self.0.decimals()), format!("give at most {}", Self::DECIMALS_MAX))
        } else if self.0 > Exact::from(Self::MAX) {
            (format!("{self} is too high"), format!("give at most {}", Self::MAX))
        } else {
            return Ok(());
        };
        Err(Violation::new(field, problem, remedy))
    }
}

impl FromStr for Price {
    type Err = ExactError;

    fn from_str(text: &str) -> Result<Self, ExactError> {
        text.parse().map(Self)
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Serialize for Price {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = from.deserialize_str(Quoted { what: "a price", example: "0.99" })?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
