//! Billing periods: calendar months, half-open, in UTC.

use std::{fmt, str::FromStr};

use jiff::{civil::Date, tz::TimeZone};

use crate::time::{Timestamp, serde_as_text};
use serde::{Deserialize, Serialize};

/// One calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BillingPeriod {
    year: i16,
    month: i8,
}

/// A text that is not a month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a month such as 2016-03")]
pub struct PeriodError(String);

impl BillingPeriod {
    /// The month a time lies in.
    pub fn containing(at: Timestamp) -> Self {
        let date = at.to_jiff().to_zoned(TimeZone::UTC).date();
        Self { year: date.year(), month: date.month() }
    }

    /// Its first instant.
    pub fn start(self) -> Timestamp {
        let start = Date::new(self.year, self.month, 1).and_then(|date| date.to_zoned(TimeZone::UTC)).ok();
        start.and_then(|start| Timestamp::from_jiff(start.timestamp())).unwrap_or(Timestamp::EPOCH)
    }

    /// The first instant after it.
    pub fn end(self) -> Timestamp {
        self.next().start()
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        if self.month == 12 { Self { year: self.year + 1, month: 1 } } else { Self { month: self.month + 1, ..self } }
    }
}

impl FromStr for BillingPeriod {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let error = || PeriodError(text.into());
        if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
            return Err(error());
        }
        let (year, month) = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2).ok_or_else(error)?;
        let (year, month) = (year.parse().map_err(|_| error())?, month.parse().map_err(|_| error())?);
        if (1970..2255).contains(&year) && (1..=12).contains(&month) { Ok(Self { year, month }) } else { Err(error()) }
    }
}

impl fmt::Display for BillingPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}
serde_as_text!(BillingPeriod);
