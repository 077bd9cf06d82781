//! Reading what the parameters say: for rules whose kinds of events are not known when they are written.
//!
//! Such a rule says `reads = function` in its attribute, and its timeline is one of [`AnyEvent`]s: the place of the kind in what that
//! function gave back, and the values of its fields in order.

use crate::{
    bindings::wire,
    decimal::Decimal,
    rule::Event,
    spec::KindSpec,
    time::{Duration, Timestamp},
};

/// What kind of value a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// True or false.
    Boolean,
    /// Within ±2^53.
    Integer,
    /// Exact.
    Decimal,
    /// A text.
    Text,
    /// A point in time.
    Timestamp,
    /// A length of time.
    Duration,
}

/// One kind of event that a rule reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventType {
    /// The event's type, at most 256 bytes; a rule reads 1 to 64 of them.
    pub kind: String,
    /// What is read of it; a rule reads at most 256 fields.
    pub fields: Vec<Field>,
}

/// One field of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// For people.
    pub name: String,
    /// A JSON Pointer into the event's data.
    pub path: String,
    /// What kind of value.
    pub kind: ValueKind,
    /// Whether an interaction without it is `indeterminate` before the rule runs.
    pub required: bool,
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// There is none, or one of another kind.
    Missing,
    /// True or false.
    Boolean(bool),
    /// Within ±2^53.
    Integer(i64),
    /// Exact.
    Decimal(Decimal),
    /// A text.
    Text(String),
    /// A point in time.
    Timestamp(Timestamp),
    /// A length of time.
    Duration(Duration),
}

/// An event of a rule that says at run time what it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnyEvent {
    /// The place of its kind in what the rule reads.
    pub kind: usize,
    /// The values of that kind's fields, in order.
    pub values: Vec<Value>,
}

impl Event for AnyEvent {
    const KINDS: &'static [KindSpec] = &[];

    fn decode(kind: u32, values: Vec<wire::Value>) -> Option<Self> {
        Some(Self { kind: usize::try_from(kind).ok()?, values: values.into_iter().map(Value::of).collect() })
    }
}

impl Value {
    fn of(value: wire::Value) -> Self {
        match value {
            wire::Value::Missing => Self::Missing,
            wire::Value::Boolean(value) => Self::Boolean(value),
            wire::Value::Integer(value) => Self::Integer(value),
            wire::Value::Decimal(value) => Self::Decimal(Decimal::from_parts(value.mantissa, value.scale)),
            wire::Value::Text(value) => Self::Text(value),
            wire::Value::Timestamp(micros) => Self::Timestamp(Timestamp::from_micros(micros)),
            wire::Value::Duration(micros) => Self::Duration(Duration::from_micros(micros)),
        }
    }
}

impl EventType {
    pub(crate) fn declare(self) -> wire::EventType {
        wire::EventType { kind: self.kind, fields: self.fields.into_iter().map(Field::declare).collect() }
    }
}

impl Field {
    fn declare(self) -> wire::Field {
        wire::Field { name: self.name, path: self.path, kind: self.kind.declare(), required: self.required }
    }
}

impl ValueKind {
    fn declare(self) -> wire::ValueKind {
        match self {
            Self::Boolean => wire::ValueKind::Boolean,
            Self::Integer => wire::ValueKind::Integer,
            Self::Decimal => wire::ValueKind::Decimal,
            Self::Text => wire::ValueKind::Text,
            Self::Timestamp => wire::ValueKind::Timestamp,
            Self::Duration => wire::ValueKind::Duration,
        }
    }
}
