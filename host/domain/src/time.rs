//! Points in time and lengths of time: microseconds, UTC, within ±2^53 so that every guest language holds them exactly.

use std::{fmt, str::FromStr};

use jiff::{Span, SpanRelativeTo};
use serde::{Deserialize, Serialize};

use crate::number::EXACT_MAX;

/// Microseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A length of time in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(i64);

/// A text that is not a time or a duration, with what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct TimeError {
    text: String,
    expected: &'static str,
}

const RFC_3339: &str = "an RFC 3339 time such as 2016-03-01T10:00:00Z";
const ISO_8601: &str = "a duration such as PT24H, P7D, 24h or 90d (years and months have no fixed length)";

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);
    /// The earliest time that can be told.
    pub const MIN: Self = Self(-EXACT_MAX);

    /// From microseconds since the epoch; `None` beyond ±2^53.
    pub const fn from_micros(micros: i64) -> Option<Self> {
        if micros > EXACT_MAX || micros < -EXACT_MAX { None } else { Some(Self(micros)) }
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This time moved by `by`, held within the range.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(by.0).clamp(-EXACT_MAX, EXACT_MAX))
    }

    /// How long after `earlier` this is; negative when before.
    pub fn since(self, earlier: Self) -> Duration {
        Duration(self.0 - earlier.0)
    }

    /// The same instant in the calendar library's type.
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// From the calendar library's type, cut to whole microseconds; `None` out of range.
    pub fn from_jiff(at: jiff::Timestamp) -> Option<Self> {
        Self::from_micros(at.as_microsecond())
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// From microseconds; `None` beyond ±2^53.
    pub const fn from_micros(micros: i64) -> Option<Self> {
        if micros > EXACT_MAX || micros < -EXACT_MAX { None } else { Some(Self(micros)) }
    }

    /// Whole milliseconds.
    pub const fn millis(n: u32) -> Self {
        Self(n as i64 * 1_000)
    }

    /// Whole seconds.
    pub const fn seconds(n: u32) -> Self {
        Self(n as i64 * 1_000_000)
    }

    /// Hours of 3,600 seconds.
    pub const fn hours(n: u32) -> Self {
        Self(n as i64 * 3_600_000_000)
    }

    /// Days of 24 hours, up to 100,000.
    pub const fn days(n: u16) -> Self {
        Self(n as i64 * 86_400_000_000)
    }

    /// Microseconds.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The same length backwards.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(-self.0)
    }

    /// Parses ISO 8601 and nothing else: the coercion of event data.
    pub fn parse_iso(text: &str) -> Result<Self, TimeError> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        if unsigned.starts_with(['P', 'p']) { text.parse() } else { Err(TimeError { text: text.into(), expected: ISO_8601 }) }
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let error = || TimeError { text: text.into(), expected: RFC_3339 };
        let at: jiff::Timestamp = text.parse().map_err(|_| error())?;
        Self::from_jiff(at).ok_or_else(error)
    }
}

impl FromStr for Duration {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let error = || TimeError { text: text.into(), expected: ISO_8601 };
        let span: Span = text.parse().map_err(|_| error())?;
        if span.get_years() != 0 || span.get_months() != 0 {
            return Err(error());
        }
        let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| error())?;
        i64::try_from(length.as_micros()).ok().and_then(Self::from_micros).ok_or_else(error)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_jiff().fmt(f)
    }
}

impl fmt::Display for Duration {
    /// ISO 8601 in days, hours, minutes and seconds: `P1DT12H`, `PT0S`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("PT0S");
        }
        let (sign, n) = if self.0 < 0 { ("-", self.0.unsigned_abs()) } else { ("", self.0.unsigned_abs()) };
        let (days, rest) = (n / 86_400_000_000, n % 86_400_000_000);
        write!(f, "{sign}P")?;
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if rest == 0 {
            return Ok(());
        }
        let (hours, minutes, micros) = (rest / 3_600_000_000, rest / 60_000_000 % 60, rest % 60_000_000);
        f.write_str("T")?;
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        match (micros / 1_000_000, micros % 1_000_000) {
            (0, 0) => Ok(()),
            (s, 0) => write!(f, "{s}S"),
            (s, us) => write!(f, "{s}.{}S", format!("{us:06}").trim_end_matches('0')),
        }
    }
}

macro_rules! serde_as_text {
    ($($type:ty),*) => {$(
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}
pub(crate) use serde_as_text;
serde_as_text!(Timestamp, Duration);

/// A length of time that may be without end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// It ends.
    Limited(Duration),
    /// It never does.
    Unlimited,
}

impl Limit {
    /// The end of this span when it starts at `start`; `None` when there is none.
    pub fn after(self, start: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Limited(length) => Some(start.plus(length)),
            Self::Unlimited => None,
        }
    }
}

impl FromStr for Limit {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        if text == "unlimited" { Ok(Self::Unlimited) } else { text.parse().map(Self::Limited) }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limited(length) => length.fmt(f),
            Self::Unlimited => f.write_str("unlimited"),
        }
    }
}
serde_as_text!(Limit);
