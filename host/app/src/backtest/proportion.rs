//! Parts of a whole.

use std::{fmt, str::FromStr};

use assay_domain::decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Millionths in the whole.
const WHOLE: u64 = 1_000_000;

/// A part of a whole in millionths. Its text is a percentage, `2.5%`; it is read from a fraction too, `0.025`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Proportion(u64);

/// A text that is no proportion.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no proportion such as 5%, 2.5% or 0.05")]
pub struct ProportionError(String);

impl Proportion {
    /// How much of a whole a part is, cut to whole millionths; `None` of nothing.
    pub fn of(part: u64, whole: u64) -> Option<Self> {
        let millionths = u128::from(part) * u128::from(WHOLE) / u128::from((whole > 0).then_some(whole)?);
        Some(Self(u64::try_from(millionths).unwrap_or(u64::MAX)))
    }

    /// As a fraction: `0.025`.
    pub fn fraction(self) -> String {
        let (whole, rest) = (self.0 / WHOLE, self.0 % WHOLE);
        match rest {
            0 => whole.to_string(),
            rest => format!("{whole}.{}", format!("{rest:06}").trim_end_matches('0')),
        }
    }

    /// Whether a part of a whole is at least as much as this; of nothing, no part is.
    pub(super) fn is_reached_by(self, part: u64, whole: u64) -> bool {
        whole > 0 && u128::from(part) * u128::from(WHOLE) >= u128::from(self.0) * u128::from(whole)
    }

    /// Whether a part of a whole is more than this; of nothing, any part is.
    pub(super) fn is_exceeded_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(WHOLE) > u128::from(self.0) * u128::from(whole)
    }
}

impl FromStr for Proportion {
    type Err = ProportionError;

    fn from_str(text: &str) -> Result<Self, ProportionError> {
        // A hundredth of a whole has four decimals less.
        let (number, scale) = text.strip_suffix('%').map_or((text, 6), |percent| (percent, 4));
        let millionths = number.trim().parse::<Decimal>().ok().and_then(|decimal| decimal.at_scale(scale));
        let millionths = millionths.and_then(|millionths| u64::try_from(millionths).ok());
        millionths.map(Self).ok_or_else(|| ProportionError(text.into()))
    }
}

impl fmt::Display for Proportion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (percent, rest) = (self.0 / 10_000, self.0 % 10_000);
        match rest {
            0 => write!(f, "{percent}%"),
            rest => write!(f, "{percent}.{}%", format!("{rest:04}").trim_end_matches('0')),
        }
    }
}

impl TryFrom<String> for Proportion {
    type Error = ProportionError;

    fn try_from(text: String) -> Result<Self, ProportionError> {
        text.parse()
    }
}

impl From<Proportion> for String {
    fn from(proportion: Proportion) -> Self {
        proportion.to_string()
    }
}
