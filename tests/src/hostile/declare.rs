//! What a hostile rule declares about itself: lawful to begin with, so that one thing at a time can be wrong.

use assay_domain::{
    manifest::{EventType, Manifest, Parameter, Reason},
    value::{Value, ValueKind},
};

use super::abi::{Abi, Shape};

const DECIMAL: Shape = Shape::new(16, 8);
const VALUE: Shape = Shape::new(24, 8);

/// One reason, one class, one participant, and no parameters: admission runs such a rule on an empty timeline.
pub fn lawful() -> Manifest {
    Manifest {
        name: "hostile".into(),
        title: "Hostile".into(),
        summary: "A rule that means no good.".into(),
        unit: "ping".into(),
        parameters: Vec::new(),
        reasons: vec![Reason { code: "because".into(), help: "Because.".into() }],
        classes: vec!["plain".into()],
        participants: vec!["nobody".into()],
        has_value: false,
    }
}

/// The same with a parameter that has no default, so that admission cannot run the rule.
pub fn unexamined() -> Manifest {
    Manifest { parameters: vec![integer("n", None)], ..lawful() }
}

/// An integer parameter, whatever its default is.
pub fn integer(name: &str, default: Option<Value>) -> Parameter {
    Parameter { name: name.into(), kind: ValueKind::Integer, default, help: "A number.".into() }
}

/// One kind without fields.
pub fn ping() -> EventType {
    EventType { kind: "ping".into(), fields: Vec::new() }
}

/// A `manifest`.
pub fn manifest(manifest: &Manifest) -> Abi {
    let parameter = |parameter: &Parameter| {
        let default = Abi::option(VALUE, parameter.default.as_ref().map(value));
        Abi::Record(vec![Abi::text(&parameter.name), Abi::U8(parameter.kind as u8), default, Abi::text(&parameter.help)])
    };
    let reason = |reason: &Reason| Abi::Record(vec![Abi::text(&reason.code), Abi::text(&reason.help)]);
    Abi::Record(vec![
        Abi::text(&manifest.name),
        Abi::text(&manifest.title),
        Abi::text(&manifest.summary),
        Abi::text(&manifest.unit),
        Abi::List(manifest.parameters.iter().map(parameter).collect()),
        Abi::List(manifest.reasons.iter().map(reason).collect()),
        Abi::texts(&manifest.classes),
        Abi::texts(&manifest.participants),
        Abi::U8(u8::from(manifest.has_value)),
    ])
}

/// A `value`.
pub fn value(value: &Value) -> Abi {
    match value {
        Value::Missing => Abi::Case(0, DECIMAL, None),
        Value::Boolean(truth) => Abi::case(1, DECIMAL, Abi::U8(u8::from(*truth))),
        Value::Integer(n) => Abi::case(2, DECIMAL, Abi::S64(*n)),
        Value::Decimal(n) => Abi::case(3, DECIMAL, decimal(n.mantissa(), n.scale())),
        Value::Text(text) => Abi::case(4, DECIMAL, Abi::text(text)),
        Value::Timestamp(at) => Abi::case(5, DECIMAL, Abi::S64(at.micros())),
        Value::Duration(length) => Abi::case(6, DECIMAL, Abi::S64(length.micros())),
    }
}

/// A `decimal`.
pub fn decimal(mantissa: i64, scale: u8) -> Abi {
    Abi::Record(vec![Abi::S64(mantissa), Abi::U8(scale)])
}

/// What `configure` answers: what the rule reads, or why it refuses the parameters.
pub fn reads(reads: Result<&[EventType], &str>) -> Abi {
    let read = |read: &EventType| {
        let fields = read.fields.iter().map(|field| {
            let (kind, required) = (Abi::U8(field.kind as u8), Abi::U8(u8::from(field.required)));
            Abi::Record(vec![Abi::text(&field.name), Abi::text(&field.path), kind, required])
        });
        Abi::Record(vec![Abi::text(&read.kind), Abi::List(fields.collect())])
    };
    match reads {
        Ok(reads) => Abi::case(0, Shape::SLICE, Abi::List(reads.iter().map(read).collect())),
        Err(message) => Abi::case(1, Shape::SLICE, Abi::text(message)),
    }
}
