//! The fixed coercion from JSON, as hosts make it: a value of the kind itself, or the kind's canonical text in a string; nothing
//! else. TOML's own times count as their text.

use toml::Value as Toml;

use crate::{
    bindings::wire::{self, Value, ValueKind},
    text::{self, EXACT_MAX},
};

/// `None` when it cannot be done.
pub(super) fn coerce(toml: &Toml, kind: ValueKind) -> Option<Value> {
    match toml {
        Toml::String(text) => from_text(text, kind),
        Toml::Datetime(at) => from_text(&at.to_string(), kind),
        Toml::Boolean(value) => (kind == ValueKind::Boolean).then_some(Value::Boolean(*value)),
        Toml::Integer(number) => from_number(&number.to_string(), kind),
        Toml::Float(number) => from_number(&number.to_string(), kind),
        Toml::Array(_) | Toml::Table(_) => None,
    }
}

/// Follows a JSON Pointer; `None` where it leads nowhere.
pub(super) fn find<'t>(data: &'t Toml, pointer: &str) -> Option<&'t Toml> {
    pointer.split('/').skip(1).try_fold(data, |value, token| {
        let token = token.replace("~1", "/").replace("~0", "~");
        match value {
            Toml::Table(table) => table.get(&token),
            Toml::Array(array) => array.get(token.parse::<usize>().ok()?),
            _ => None,
        }
    })
}

fn from_text(text: &str, kind: ValueKind) -> Option<Value> {
    match kind {
        ValueKind::Boolean => text.parse().ok().map(Value::Boolean),
        ValueKind::Integer => integer(text).map(Value::Integer),
        ValueKind::Decimal => decimal(text),
        ValueKind::Text => Some(Value::Text(text.to_owned())),
        ValueKind::Timestamp => text::timestamp(text).map(Value::Timestamp),
        ValueKind::Duration => text::duration(text).map(Value::Duration),
    }
}

/// JSON does not tell integers from decimals: 3.0 is 3.
fn from_number(text: &str, kind: ValueKind) -> Option<Value> {
    match kind {
        ValueKind::Integer => match text::decimal(text)? {
            (value, 0) => Some(Value::Integer(value)),
            _ => None,
        },
        ValueKind::Decimal => decimal(text),
        _ => None,
    }
}

fn decimal(text: &str) -> Option<Value> {
    text::decimal(text).map(|(mantissa, scale)| Value::Decimal(wire::Decimal { mantissa, scale }))
}

/// Canonical text only: no plus sign, no leading zero, no `-0`.
fn integer(text: &str) -> Option<i64> {
    let number = text.parse::<i64>().ok().filter(|number| number.unsigned_abs() <= EXACT_MAX.unsigned_abs())?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let check = |toml: &str, kind, expect: &str| {
            let data: Toml = format!("x = {toml}").parse::<toml::Table>().map(Toml::Table).unwrap();
            let found = find(&data, "/x").and_then(|value| coerce(value, kind));
            assert_eq!(format!("{found:?}"), expect, "{toml} as {kind:?}");
        };
        check("\"3\"", ValueKind::Integer, "Some(Value::Integer(3))");
        check("3", ValueKind::Integer, "Some(Value::Integer(3))");
        check("3.0", ValueKind::Integer, "Some(Value::Integer(3))");
        check("3.5", ValueKind::Integer, "None");
        for text in ["\"03\"", "\"+3\"", "\"-0\"", "\"3.0\"", "\"\"", "true", "9007199254740993", "[3]", "{ y = 3 }"] {
            check(text, ValueKind::Integer, "None");
        }
        check("\"true\"", ValueKind::Boolean, "Some(Value::Boolean(true))");
        check("1", ValueKind::Boolean, "None");
        check("\"yes\"", ValueKind::Boolean, "None");
        check("3", ValueKind::Text, "None");
        check("\"P1D\"", ValueKind::Duration, "Some(Value::Duration(86400000000))");
        check("86400", ValueKind::Duration, "None");
        check("1970-01-01T00:00:01Z", ValueKind::Timestamp, "Some(Value::Timestamp(1000000))");
        check("\"1.50\"", ValueKind::Decimal, "Some(Value::Decimal(Decimal { mantissa: 15, scale: 1 }))");
        check("1.5", ValueKind::Decimal, "Some(Value::Decimal(Decimal { mantissa: 15, scale: 1 }))");
    }

    #[test]
    fn pointers() {
        let data: Toml = "a = { 'b/c' = [10, { '~' = 11 }] }".parse::<toml::Table>().map(Toml::Table).unwrap();
        let check = |pointer, expect| assert_eq!(find(&data, pointer).and_then(Toml::as_integer), expect, "{pointer}");
        check("/a/b~1c/0", Some(10));
        check("/a/b~1c/1/~0", Some(11));
        check("/a/b~1c/2", None);
        check("/a/b", None);
        check("", None);
    }
}
