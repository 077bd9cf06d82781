//! The values that pass between host and rule.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    canon::Encoder,
    decimal::Decimal,
    number::parse_integer,
    time::{Duration, Timestamp, serde_as_text},
};

/// What kind of value a field or parameter holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// `true` or `false`.
    Boolean,
    /// Within ±2^53.
    Integer,
    /// Exact, at most 12 decimals.
    Decimal,
    /// Unicode text.
    Text,
    /// Microseconds since the epoch, UTC.
    Timestamp,
    /// Microseconds.
    Duration,
}

impl ValueKind {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Boolean, "boolean"),
        (Self::Integer, "integer"),
        (Self::Decimal, "decimal"),
        (Self::Text, "text"),
        (Self::Timestamp, "timestamp"),
        (Self::Duration, "duration"),
    ];
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL.iter().find(|(kind, _)| kind == self).map_or("text", |(_, name)| name))
    }
}

/// A text that names no kind of value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of boolean, integer, decimal, text, timestamp, duration")]
pub struct ValueKindError(String);

impl FromStr for ValueKind {
    type Err = ValueKindError;

    fn from_str(text: &str) -> Result<Self, ValueKindError> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(kind, _)| *kind).ok_or_else(|| ValueKindError(text.into()))
    }
}
serde_as_text!(ValueKind);

/// One value of a field or parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Absent.
    Missing,
    /// A truth value.
    Boolean(bool),
    /// An integer within ±2^53.
    Integer(i64),
    /// An exact decimal.
    Decimal(Decimal),
    /// Text.
    Text(String),
    /// A point in time.
    Timestamp(Timestamp),
    /// A length of time.
    Duration(Duration),
}

/// A JSON scalar before coercion; numbers as they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// `null`, which is the same as absent.
    Null,
    /// A truth value.
    Boolean(bool),
    /// A number's text.
    Number(&'a str),
    /// A string's content.
    Text(&'a str),
    /// An object or array: no scalar at all.
    Composite,
}

impl Value {
    /// The fixed coercion from JSON: the kind itself, or the kind's canonical text in a string; nothing else. `None` when it
    /// cannot be done.
    pub fn coerce(scalar: Scalar<'_>, kind: ValueKind) -> Option<Self> {
        match (scalar, kind) {
            (Scalar::Null, _) => Some(Self::Missing),
            (Scalar::Composite, _) | (Scalar::Boolean(_) | Scalar::Number(_), ValueKind::Text) => None,
            (Scalar::Boolean(value), ValueKind::Boolean) => Some(Self::Boolean(value)),
            (Scalar::Boolean(_), _) => None,
            (Scalar::Number(text), ValueKind::Integer | ValueKind::Decimal) => Self::parse_number(text, kind),
            (Scalar::Number(_), _) => None,
            (Scalar::Text(text), _) => Self::parse_canonical(text, kind),
        }
    }

    fn parse_number(text: &str, kind: ValueKind) -> Option<Self> {
        let decimal: Decimal = text.parse().ok()?;
        match kind {
            ValueKind::Integer => decimal.at_scale(0).map(Self::Integer),
            _ => Some(Self::Decimal(decimal)),
        }
    }

    fn parse_canonical(text: &str, kind: ValueKind) -> Option<Self> {
        match kind {
            ValueKind::Boolean => text.parse().ok().map(Self::Boolean),
            ValueKind::Integer => parse_integer(text).map(Self::Integer),
            ValueKind::Decimal => text.parse().ok().map(Self::Decimal),
            ValueKind::Text => Some(Self::Text(text.into())),
            ValueKind::Timestamp => text.parse().ok().map(Self::Timestamp),
            ValueKind::Duration => Duration::parse_iso(text).ok().map(Self::Duration),
        }
    }

    /// Its kind; `None` when missing.
    pub fn kind(&self) -> Option<ValueKind> {
        Some(match self {
            Self::Missing => return None,
            Self::Boolean(_) => ValueKind::Boolean,
            Self::Integer(_) => ValueKind::Integer,
            Self::Decimal(_) => ValueKind::Decimal,
            Self::Text(_) => ValueKind::Text,
            Self::Timestamp(_) => ValueKind::Timestamp,
            Self::Duration(_) => ValueKind::Duration,
        })
    }

    /// Appends itself to a canonical document.
    pub fn encode(&self, to: &mut Encoder) {
        match self {
            Self::Missing => to.tag(0),
            Self::Boolean(value) => to.tag(1).tag(u8::from(*value)),
            Self::Integer(value) => to.tag(2).int(*value),
            Self::Decimal(value) => to.tag(3).int(value.mantissa()).tag(value.scale()),
            Self::Text(value) => to.tag(4).text(value),
            Self::Timestamp(value) => to.tag(5).int(value.micros()),
            Self::Duration(value) => to.tag(6).int(value.micros()),
        };
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("—"),
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Decimal(value) => value.fmt(f),
            Self::Text(value) => f.write_str(value),
            Self::Timestamp(value) => value.fmt(f),
            Self::Duration(value) => value.fmt(f),
        }
    }
}
