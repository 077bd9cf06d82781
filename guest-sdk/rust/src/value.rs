//! From the contract's values to an author's fields: every value moves, none is copied.

use std::vec::IntoIter;

use crate::{
    bindings::wire::{Value, ValueKind},
    decimal::Decimal,
    error::RuleError,
    spec::{ParamSpec, kind_name},
    time::{Duration, Timestamp},
};

/// The types that fields and parameters may have.
#[diagnostic::on_unimplemented(
    message = "a rule cannot read a `{Self}`",
    label = "not a kind of value",
    note = "use bool, i64, String, or assay_sdk's Decimal, Timestamp or Duration, or an Option of one of them"
)]
pub trait FromValue: Sized {
    /// What kind of value.
    const KIND: ValueKind;
    /// Whether it must be there.
    const REQUIRED: bool = true;

    /// `None` when the value is of another kind, or missing where it must not be.
    fn from_value(value: Value) -> Option<Self>;

    /// Takes the next of an event's values.
    #[inline]
    fn next(values: &mut IntoIter<Value>) -> Option<Self> {
        Self::from_value(values.next()?)
    }
}

macro_rules! kinds {
    ($($type:ty: $kind:ident($held:ident) => $made:expr,)*) => {$(
        impl FromValue for $type {
            const KIND: ValueKind = ValueKind::$kind;

            #[inline]
            fn from_value(value: Value) -> Option<Self> {
                match value {
                    Value::$kind($held) => Some($made),
                    _ => None,
                }
            }
        }
    )*};
}

kinds! {
    bool: Boolean(held) => held,
    i64: Integer(held) => held,
    Decimal: Decimal(held) => Decimal::from_parts(held.mantissa, held.scale),
    String: Text(held) => held,
    Timestamp: Timestamp(held) => Timestamp::from_micros(held),
    Duration: Duration(held) => Duration::from_micros(held),
}

impl<T: FromValue> FromValue for Option<T> {
    const KIND: ValueKind = T::KIND;
    const REQUIRED: bool = false;

    #[inline]
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Missing => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// The values of the parameters beside their declarations.
pub struct Arguments {
    specs: std::slice::Iter<'static, ParamSpec>,
    values: IntoIter<Value>,
}

impl Arguments {
    /// `values` in the order of the manifest.
    pub fn new(specs: &'static [ParamSpec], values: Vec<Value>) -> Result<Self, RuleError> {
        if values.len() != specs.len() {
            return Err(RuleError::new("the number of parameters is not that of the manifest"));
        }
        Ok(Self { specs: specs.iter(), values: values.into_iter() })
    }

    /// The next parameter: what was set, or its default.
    pub fn take<T: FromValue>(&mut self) -> Result<T, RuleError> {
        let (Some(spec), Some(value)) = (self.specs.next(), self.values.next()) else {
            return Err(RuleError::new("the number of parameters is not that of the manifest"));
        };
        let value = match (value, spec.default) {
            (Value::Missing, Some(default)) => default.value(),
            (value, _) => value,
        };
        let problem = if matches!(value, Value::Missing) { "is not set and has no default: set it to a " } else { "is not a " };
        T::from_value(value).ok_or_else(|| RuleError::new(["parameter ", spec.name, " ", problem, kind_name(spec.kind)].concat()))
    }
}
