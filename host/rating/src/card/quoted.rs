//! Numbers of a card are written in quotes: a bare number of TOML or JSON is a float before anybody here sees it.

use std::fmt;

use assay_domain::decimal::Quantity;
use serde::{
    Deserializer,
    de::{Error, Visitor},
};

/// Reads a number's text, and says how to write it when it is not text.
pub(super) struct Quoted {
    /// With its article: `a price`.
    pub what: &'static str,
    /// Without quotes: `0.99`.
    pub example: &'static str,
}

impl Visitor<'_> for Quoted {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: write it as a string, e.g. {:?}", self.what, self.example)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.into())
    }
}

/// A quantity in quotes, of at most six decimals.
pub(crate) fn quantity<'de, D: Deserializer<'de>>(from: D) -> Result<Quantity, D::Error> {
    let text = from.deserialize_str(Quoted { what: "a quantity", example: "100" })?;
    text.parse().map_err(|_| D::Error::custom(format_args!("{text:?} is not a quantity of at most 6 decimals, e.g. \"100\"")))
}

/// The same, of a field that may be left out.
pub(crate) fn optional_quantity<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Quantity>, D::Error> {
    quantity(from).map(Some)
}
