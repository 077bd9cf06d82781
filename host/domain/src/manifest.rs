//! What a rule declares about itself, and what it reads with given parameters.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    canon::Encoder,
    value::{Scalar, Value, ValueKind},
    violation::Violation,
};

/// A rule's declaration, read once when it is admitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Kebab-case: `resolved-ticket`.
    pub name: String,
    /// For people.
    pub title: String,
    /// For people, longer.
    pub summary: String,
    /// What one unit of the outcome is called.
    pub unit: String,
    /// What can be set per definition version.
    pub parameters: Vec<Parameter>,
    /// The closed set of reasons.
    pub reasons: Vec<Reason>,
    /// The classes a success may have.
    pub classes: Vec<String>,
    /// Who may be credited.
    pub participants: Vec<String>,
    /// Whether every success carries a value.
    pub has_value: bool,
}

/// Something that can be set per definition version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Kebab-case.
    pub name: String,
    /// What kind of value.
    pub kind: ValueKind,
    /// Used when nothing is set; `Missing` when it may stay absent.
    pub default: Option<Value>,
    /// For people.
    pub help: String,
}

/// Why a verdict is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Kebab-case, stable.
    pub code: String,
    /// In words.
    pub help: String,
}

/// One kind of event that a rule reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventType {
    /// The event's type.
    pub kind: String,
    /// The fields it reads, in order.
    pub fields: Vec<Field>,
}

/// One field of an event that a rule reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// For people and for error messages.
    pub name: String,
    /// A JSON Pointer into the event's data.
    pub path: String,
    /// What kind of value.
    pub kind: ValueKind,
    /// Whether an interaction without it cannot be judged.
    pub required: bool,
}

/// Reasons the host itself gives; no rule may declare them.
pub const HOST_REASONS: [(&str, &str); 3] = [
    ("deadline", "Not successful by the deadline of the definition."),
    ("missing-field", "A field that the rule needs is absent or of the wrong kind."),
    ("rule-error", "The rule says that it cannot judge this interaction."),
];

const LIST_MAX: usize = 64;
const TEXT_MAX: usize = 1024;

impl Manifest {
    /// Checks names, sizes and defaults.
    pub fn check(&self) -> Result<(), Violation> {
        check_slug("manifest.name", &self.name)?;
        for (field, text) in [("manifest.title", &self.title), ("manifest.unit", &self.unit)] {
            if text.is_empty() {
                return Err(Violation::new(field, "it is empty", "declare one"));
            }
        }
        let texts = [&self.title, &self.summary, &self.unit].into_iter();
        let helps = self.parameters.iter().map(|p| &p.help).chain(self.reasons.iter().map(|r| &r.help));
        let defaults = self.parameters.iter().filter_map(|p| match &p.default {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        });
        if texts.chain(helps).chain(defaults).any(|text| !is_plain(text)) {
            return Err(Violation::new("manifest", format!("a text is over {TEXT_MAX} bytes or holds control characters"), "shorten it"));
        }
        check_names("manifest.parameters", self.parameters.iter().map(|p| p.name.as_str()))?;
        check_names("manifest.reasons", self.reasons.iter().map(|r| r.code.as_str()))?;
        check_names("manifest.classes", self.classes.iter().map(String::as_str))?;
        check_names("manifest.participants", self.participants.iter().map(String::as_str))?;
        if self.reasons.is_empty() {
            return Err(Violation::new("manifest.reasons", "there is none", "declare at least one: every verdict names its reason"));
        }
        if let Some((reserved, _)) = HOST_REASONS.iter().find(|(code, _)| self.reasons.iter().any(|r| r.code == *code)) {
            return Err(Violation::new("manifest.reasons", format!("{reserved:?} is the host's own"), "give it another code"));
        }
        for parameter in &self.parameters {
            if let Some(kind) = parameter.default.as_ref().and_then(Value::kind).filter(|kind| *kind != parameter.kind) {
                let problem = format!("the default is a {kind}, the parameter a {}", parameter.kind);
                return Err(Violation::new(format!("manifest.parameters.{}", parameter.name), problem, "make them agree"));
            }
        }
        Ok(())
    }

    /// The parameters' defaults; `None` when one has none.
    pub fn defaults(&self) -> Option<Vec<Value>> {
        self.parameters.iter().map(|parameter| parameter.default.clone()).collect()
    }

    /// The values to configure a rule with, from what was set by name; texts are read as the parameter's kind.
    pub fn parameters(&self, set: &[(String, String)]) -> Result<Vec<Value>, Violation> {
        let names = || self.parameters.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ");
        if let Some((unknown, _)) = set.iter().find(|(name, _)| !self.parameters.iter().any(|p| p.name == *name)) {
            return Err(Violation::new(format!("parameters.{unknown}"), "the rule has no such parameter", format!("it has: {}", names())));
        }
        if let Some((_, (twice, _))) = set.iter().enumerate().find(|(at, (name, _))| set.iter().take(*at).any(|(other, _)| other == name)) {
            return Err(Violation::new(format!("parameters.{twice}"), "it is set twice", "set it once"));
        }
        self.parameters.iter().map(|parameter| parameter.value(set.iter().find(|(name, _)| *name == parameter.name))).collect()
    }
}

impl Parameter {
    fn value(&self, set: Option<&(String, String)>) -> Result<Value, Violation> {
        let field = || format!("parameters.{}", self.name);
        match (set, &self.default) {
            (Some((_, text)), _) => self.parse(text).ok_or_else(|| {
                Violation::new(field(), format!("{text:?} is not a {}", self.kind), format!("write it like {}", example(self.kind)))
            }),
            (None, Some(default)) => Ok(default.clone()),
            (None, None) => Err(Violation::new(
                field(),
                "it is not set and has no default",
                format!("set it to a {} like {}", self.kind, example(self.kind)),
            )),
        }
    }

    fn parse(&self, text: &str) -> Option<Value> {
        match self.kind {
            ValueKind::Duration => text.parse().ok().map(Value::Duration),
            kind => Value::coerce(Scalar::Text(text), kind),
        }
    }
}

fn example(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Boolean => "true",
        ValueKind::Integer => "3",
        ValueKind::Decimal => "12.5",
        ValueKind::Text => "some text",
        ValueKind::Timestamp => "2016-03-01T00:00:00Z",
        ValueKind::Duration => "24h or PT24H",
    }
}

/// Checks what a rule says it reads, and gives back nothing but errors.
pub fn check_reads(reads: &[EventType]) -> Result<(), Violation> {
    let fields: usize = reads.iter().map(|read| read.fields.len()).sum();
    if reads.is_empty() || reads.len() > LIST_MAX || fields > LIST_MAX * 4 {
        return Err(Violation::new(
            "reads",
            format!("{} kinds, {fields} fields", reads.len()),
            "read 1 to 64 kinds and at most 256 fields",
        ));
    }
    let mut kinds = BTreeSet::new();
    for read in reads {
        if read.kind.is_empty() || read.kind.len() > 256 || !is_plain(&read.kind) || !kinds.insert(&read.kind) {
            return Err(Violation::new(
                "reads",
                format!("the kind {:?} is empty, too long, not printable or named twice", read.kind),
                "name each kind once",
            ));
        }
        for field in &read.fields {
            if field.name.is_empty() || !is_plain(&field.name) {
                let problem = format!("the name {:?} of a field is empty, too long or not printable", field.name);
                return Err(Violation::new(format!("reads.{}", read.kind), problem, "name it as a reader would"));
            }
            if !field.path.starts_with('/') || !is_plain(&field.path) {
                let remedy = "write a JSON Pointer such as /incident_state";
                return Err(Violation::new(format!("reads.{}.{}", read.kind, field.name), format!("the path is {:?}", field.path), remedy));
            }
        }
    }
    Ok(())
}

/// Appends what a rule reads to a canonical document.
pub fn encode_reads(reads: &[EventType], to: &mut Encoder) {
    to.len(reads.len());
    for read in reads {
        to.text(&read.kind).len(read.fields.len());
        for field in &read.fields {
            to.text(&field.name).text(&field.path).tag(field.kind as u8).tag(u8::from(field.required));
        }
    }
}

/// Whether a text is short enough and can be shown on a terminal, which obeys some characters.
fn is_plain(text: &str) -> bool {
    text.len() <= TEXT_MAX && !text.chars().any(|c| c.is_control() && c != '\n')
}

fn check_names<'a>(field: &str, names: impl Iterator<Item = &'a str>) -> Result<(), Violation> {
    let mut seen = BTreeSet::new();
    for name in names {
        check_slug(field, name)?;
        if !seen.insert(name) {
            return Err(Violation::new(field, format!("{name:?} is declared twice"), "declare it once"));
        }
    }
    if seen.len() > LIST_MAX {
        return Err(Violation::new(field, format!("{} entries", seen.len()), format!("declare at most {LIST_MAX}")));
    }
    Ok(())
}

/// Checks a kebab-case name of at most 64 characters.
pub fn check_slug(field: &str, text: &str) -> Result<(), Violation> {
    let ok = !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-');
    if ok { Ok(()) } else { Err(Violation::new(field, format!("{text:?} is not a name"), "use a-z, 0-9 and -, at most 64 characters")) }
}
