//! Random declarations near their limits: lawful at first, then perhaps spoiled in one place.

use assay_domain::{
    decimal::Decimal,
    manifest::{EventType, Field, Manifest, Parameter, Reason},
    time::{Duration, Timestamp},
    value::{Value, ValueKind},
};

use super::{Random, manifests::EXACT};

const KINDS: [ValueKind; 6] =
    [ValueKind::Boolean, ValueKind::Integer, ValueKind::Decimal, ValueKind::Text, ValueKind::Timestamp, ValueKind::Duration];

/// As many of everything as there may be, or few, or none.
pub(super) fn lawful(random: &mut Random) -> Manifest {
    let [parameters, reasons, classes, participants]: [usize; 4] = [(); 4].map(|()| *random.one_of(&[0, 0, 1, 2, 3, 64]));
    Manifest {
        name: name(random),
        title: format!("T{}", text(random)),
        summary: text(random),
        unit: format!("u{}", text(random)),
        parameters: (0..parameters).map(|n| parameter(n, random)).collect(),
        reasons: names("reason", reasons.max(1)).map(|code| Reason { code, help: text(random) }).collect(),
        classes: names("class", classes).collect(),
        participants: names("participant", participants).collect(),
        has_value: random.once_in(2),
    }
}

fn names(what: &str, count: usize) -> impl Iterator<Item = String> {
    (0..count).map(move |n| format!("{what}-{n}"))
}

/// One to 64 characters.
fn name(random: &mut Random) -> String {
    let filling = *random.one_of(&["a", "0", "a-b"]);
    let len = *random.one_of(&[1, 2, 20, 63, 64]);
    let name: String = filling.chars().cycle().take(len).collect();
    name.trim_end_matches('-').to_owned()
}

/// Up to 1,023 bytes.
fn text(random: &mut Random) -> String {
    let filling = *random.one_of(&["x", "é", "Two words\n", "\u{1F600}", "\u{2028}"]);
    filling.repeat(*random.one_of(&[0, 1, 1, 1, 1, 1023 / filling.len()]))
}

fn parameter(n: usize, random: &mut Random) -> Parameter {
    let kind = *random.one_of(&KINDS);
    let default = match random.below(8) {
        0 => None,
        1 => Some(Value::Missing),
        _ => Some(default(kind, random)),
    };
    Parameter { name: format!("parameter-{n}"), kind, default, help: text(random) }
}

/// A value of a kind, at the ends of its range more often than not.
fn default(kind: ValueKind, random: &mut Random) -> Value {
    let end = EXACT as i64;
    let number = *random.one_of(&[0, 1, -1, end, -end, 123_456_789]);
    match kind {
        ValueKind::Boolean => Value::Boolean(random.once_in(2)),
        ValueKind::Integer => Value::Integer(number),
        ValueKind::Decimal => Value::Decimal(Decimal::new(number, if number % 10 == 0 { 0 } else { 12 }).expect("a decimal")),
        ValueKind::Text => Value::Text(text(random)),
        ValueKind::Timestamp => Value::Timestamp(Timestamp::from_micros(number).expect("a time")),
        ValueKind::Duration => Value::Duration(Duration::from_micros(number).expect("a length of time")),
    }
}

/// Up to as many kinds and fields as may be read.
pub(super) fn lawful_reads(random: &mut Random) -> Vec<EventType> {
    let kinds = *random.one_of(&[1, 2, 64]);
    let fields = *random.one_of(&[0, 1, 4]);
    let field = |n: usize| Field { name: format!("field-{n}"), path: format!("/{n}"), kind: KINDS[n], required: n.is_multiple_of(2) };
    (0..kinds).map(|n| EventType { kind: format!("kind.{n}"), fields: (0..fields).map(field).collect() }).collect()
}

/// Makes one thing wrong; sometimes it is not.
pub(super) fn spoil(manifest: &mut Manifest, random: &mut Random) {
    match random.below(12) {
        0 => manifest.name = bad_name(random),
        1 => pick(random, [&mut manifest.title, &mut manifest.unit]).clear(),
        2 => *pick(random, [&mut manifest.title, &mut manifest.summary, &mut manifest.unit]) = bad_text(random),
        3 => manifest.reasons.clear(),
        4 => {
            let code = (*random.one_of(&["deadline", "missing-field", "rule-error", "rule-errors"])).into();
            manifest.reasons.push(Reason { code, help: String::new() });
        }
        5 => {
            let reason = random.index(manifest.reasons.len());
            manifest.reasons[reason].help = bad_text(random);
        }
        6 => {
            let count = *random.one_of(&[64, 65]);
            *pick(random, [&mut manifest.classes, &mut manifest.participants]) = names("many", count).collect();
        }
        7 => pick(random, [&mut manifest.classes, &mut manifest.participants]).extend(["twice".to_owned(), "twice".to_owned()]),
        8 => pick(random, [&mut manifest.classes, &mut manifest.participants]).push(bad_name(random)),
        _ => manifest.parameters.push(bad_parameter(random)),
    }
}

/// One of several places.
fn pick<'a, T, const N: usize>(random: &mut Random, several: [&'a mut T; N]) -> &'a mut T {
    let index = random.index(N);
    several.into_iter().nth(index).expect("an index below their number")
}

fn bad_name(random: &mut Random) -> String {
    let long = "n".repeat(*random.one_of(&[64, 65, 300]));
    (*random.one_of(&["", "-", "-a", "a-", "A", "a_b", "a b", "é", "a\0", "../a", long.as_str()])).to_owned()
}

/// Too long by one, just not too long, or with what a terminal obeys.
fn bad_text(random: &mut Random) -> String {
    let (long, short) = ("x".repeat(1025), "é".repeat(512));
    let texts = [long.as_str(), short.as_str(), "tab\t", "\u{1b}[2J", "bell\u{7}", "\u{7f}", "\u{9b}1m", "zero\0", "line\nline"];
    (*random.one_of(&texts)).to_owned()
}

/// Named as another may be, or with a default of another kind, or beyond what is exact.
fn bad_parameter(random: &mut Random) -> Parameter {
    let (kind, other) = (*random.one_of(&KINDS), *random.one_of(&KINDS));
    let default = match random.below(3) {
        0 => Value::Integer(*random.one_of(&[EXACT as i64 + 1, i64::MAX, i64::MIN])),
        _ => default(other, random),
    };
    Parameter { name: (*random.one_of(&["parameter-0", "last"])).into(), kind, default: Some(default), help: String::new() }
}

/// The same of what is read.
pub(super) fn spoil_reads(reads: &mut Vec<EventType>, random: &mut Random) {
    let field = |path: &str| Field { name: "more".into(), path: path.into(), kind: ValueKind::Text, required: false };
    match random.below(6) {
        0 => reads.clear(),
        1 => reads.push(reads[0].clone()),
        2 => reads.push(EventType { kind: "k".repeat(*random.one_of(&[0, 256, 257])), fields: Vec::new() }),
        3 => {
            let path = match random.below(4) {
                0 => format!("/{}", "p".repeat(*random.one_of(&[1023, 1024]))),
                _ => (*random.one_of(&["", "/", "field", " /field"])).into(),
            };
            reads[0].fields.push(field(&path));
        }
        4 => reads[0].fields = vec![field("/same"); *random.one_of(&[256, 257])],
        _ => reads.extend((0..64).map(|n| EventType { kind: format!("more.{n}"), fields: Vec::new() })),
    }
}
