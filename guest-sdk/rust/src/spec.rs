//! Declarations as the macros write them: constants, so that describing a rule costs nothing until it is asked for.

use crate::bindings::wire::{self, Value, ValueKind};

/// One kind of event.
#[derive(Debug)]
pub struct KindSpec {
    /// The event's type.
    pub kind: &'static str,
    /// What is read of it, in the order of the variant's fields.
    pub fields: &'static [FieldSpec],
}

/// One field of an event.
#[derive(Debug)]
pub struct FieldSpec {
    /// Kebab-case.
    pub name: &'static str,
    /// A JSON Pointer into the event's data.
    pub path: &'static str,
    /// What kind of value.
    pub kind: ValueKind,
    /// Whether it must be there.
    pub required: bool,
}

/// One parameter.
#[derive(Debug)]
pub struct ParamSpec {
    /// Kebab-case.
    pub name: &'static str,
    /// What kind of value.
    pub kind: ValueKind,
    /// Used when it is not set; `None` when it must be.
    pub default: Option<Preset>,
    /// For people.
    pub help: &'static str,
}

/// A parameter's default.
#[derive(Clone, Copy, Debug)]
pub enum Preset {
    /// The parameter may stay absent.
    Absent,
    /// A truth value.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// Mantissa and scale, canonical.
    Decimal(i64, u8),
    /// A text.
    Text(&'static str),
    /// Microseconds since the epoch.
    Timestamp(i64),
    /// Microseconds.
    Duration(i64),
}

/// One reason.
#[derive(Debug)]
pub struct ReasonSpec {
    /// Kebab-case.
    pub code: &'static str,
    /// For people.
    pub help: &'static str,
}

impl Preset {
    pub(crate) fn value(self) -> Value {
        match self {
            Self::Absent => Value::Missing,
            Self::Boolean(value) => Value::Boolean(value),
            Self::Integer(value) => Value::Integer(value),
            Self::Decimal(mantissa, scale) => Value::Decimal(wire::Decimal { mantissa, scale }),
            Self::Text(value) => Value::Text(value.to_owned()),
            Self::Timestamp(micros) => Value::Timestamp(micros),
            Self::Duration(micros) => Value::Duration(micros),
        }
    }
}

impl KindSpec {
    pub(crate) fn declare(&self) -> wire::EventType {
        let fields = self.fields.iter().map(|field| wire::Field {
            name: field.name.to_owned(),
            path: field.path.to_owned(),
            kind: field.kind,
            required: field.required,
        });
        wire::EventType { kind: self.kind.to_owned(), fields: fields.collect() }
    }
}

impl ParamSpec {
    pub(crate) fn declare(&self) -> wire::Parameter {
        wire::Parameter {
            name: self.name.to_owned(),
            kind: self.kind,
            default: self.default.map(Preset::value),
            help: self.help.to_owned(),
        }
    }
}

impl ReasonSpec {
    pub(crate) fn declare(&self) -> wire::Reason {
        wire::Reason { code: self.code.to_owned(), help: self.help.to_owned() }
    }
}

pub(crate) fn kind_name(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Boolean => "boolean",
        ValueKind::Integer => "integer",
        ValueKind::Decimal => "decimal",
        ValueKind::Text => "text",
        ValueKind::Timestamp => "timestamp",
        ValueKind::Duration => "duration",
    }
}
