//! What two versions differ in, in words.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    canon::Digest,
    definition::VersionContent,
    manifest::{Field, Reason},
    time::{Duration, Limit},
    value::Value,
    violation::Violation,
};

/// A version with the names that its rule gives to what it fixes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Described {
    /// 1, 2, 3, …
    pub number: u32,
    /// The hash of all it fixes.
    pub hash: Digest,
    /// What it fixes.
    pub content: VersionContent,
    /// The names of its parameters, in order.
    pub parameters: Vec<String>,
    /// The reasons its verdicts may have.
    pub reasons: Vec<Reason>,
}

/// What a difference is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The component that judges.
    Rule,
    /// The contract it speaks.
    Contract,
    /// What is set.
    Parameter,
    /// Deadline, holdback, and for how long it may be lost.
    Timing,
    /// What it reads of events.
    Read,
    /// Why a verdict is what it is.
    Reason,
}

impl Part {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Contract => "contract",
            Self::Parameter => "parameter",
            Self::Timing => "timing",
            Self::Read => "read",
            Self::Reason => "reason",
        }
    }
}

/// One thing that is not the same in two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What it is in.
    pub part: Part,
    /// Which of them: a parameter's name, an event's kind and a field's.
    pub name: String,
    /// In words, what it was; `None` for what is new.
    pub before: Option<String>,
    /// In words, what it is; `None` for what is gone.
    pub after: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.part.name(), self.name)?;
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => write!(f, "{before} → {after}"),
            (None, Some(after)) => write!(f, "new, {after}"),
            (Some(before), None) => write!(f, "gone, was {before}"),
            (None, None) => f.write_str("the same"),
        }
    }
}

/// One thing that a version fixes, in words.
struct Entry {
    part: Part,
    name: String,
    words: String,
}

impl Described {
    /// Refuses a hash that is not that of the content.
    pub fn check(&self) -> Result<(), Violation> {
        let found = self.content.hash();
        if found == self.hash {
            return Ok(());
        }
        let problem = format!("it is {}, and that of the content is {found}", self.hash);
        Err(Violation::new("hash", problem, "get the proposal again from whoever sent it"))
    }

    fn entries(&self) -> Vec<Entry> {
        let content = &self.content;
        let mut entries = vec![
            entry(Part::Rule, "component", content.component),
            entry(Part::Contract, "version", &content.contract),
            entry(Part::Timing, "deadline", limit(content.timing.deadline)),
            entry(Part::Timing, "settles after", length(content.timing.settles_after)),
            entry(Part::Timing, "reversible for", limit(content.timing.reversible_for)),
        ];
        for (place, value) in content.parameters.iter().enumerate() {
            let name = self.parameters.get(place).cloned().unwrap_or_else(|| format!("no. {}", place + 1));
            entries.push(entry(Part::Parameter, name, value_in_words(value)));
        }
        for read in &content.reads {
            entries.push(entry(Part::Read, &read.kind, "the event itself"));
            entries
                .extend(read.fields.iter().map(|field| entry(Part::Read, format!("{} {}", read.kind, field.name), field_in_words(field))));
        }
        entries.extend(self.reasons.iter().map(|reason| entry(Part::Reason, &reason.code, &reason.help)));
        entries
    }
}

fn entry(part: Part, name: impl Into<String>, words: impl fmt::Display) -> Entry {
    Entry { part, name: name.into(), words: words.to_string() }
}

/// What is not the same: first what is there now, in order, then what is gone. Everything is new where nothing was before.
pub fn differences(before: Option<&Described>, after: &Described) -> Vec<Difference> {
    let (old, new) = (before.map(Described::entries).unwrap_or_default(), after.entries());
    let words = |all: &[Entry], like: &Entry| {
        let found = all.iter().find(|entry| entry.part == like.part && entry.name == like.name);
        found.map(|entry| entry.words.clone())
    };
    let mut found = Vec::new();
    for entry in &new {
        let before = words(&old, entry);
        if before.as_ref() != Some(&entry.words) {
            found.push(Difference { part: entry.part, name: entry.name.clone(), before, after: Some(entry.words.clone()) });
        }
    }
    for entry in old.into_iter().filter(|entry| words(&new, entry).is_none()) {
        found.push(Difference { part: entry.part, name: entry.name, before: Some(entry.words), after: None });
    }
    if found.is_empty() && before.is_some_and(|before| before.hash != after.hash) {
        // The hash covers the order of what is read, and what has one name twice.
        let (before, after) = (Some("in one order".to_owned()), Some("in another".to_owned()));
        found.push(Difference { part: Part::Read, name: "of events".to_owned(), before, after });
    }
    found
}

fn field_in_words(field: &Field) -> String {
    let required = if field.required { "required" } else { "optional" };
    format!("{} at {}, {required}", field.kind, field.path)
}

fn value_in_words(value: &Value) -> String {
    match value {
        Value::Missing => "not set".to_owned(),
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        Value::Text(text) => format!("{text:?}"),
        Value::Duration(duration) => length(*duration),
        value => value.to_string(),
    }
}

fn limit(limit: Limit) -> String {
    match limit {
        Limit::Limited(duration) => length(duration),
        Limit::Unlimited => "without end".to_owned(),
    }
}

/// In microseconds, the largest first.
const UNITS: [(u64, &str); 5] =
    [(86_400_000_000, "day"), (3_600_000_000, "hour"), (60_000_000, "minute"), (1_000_000, "second"), (1, "microsecond")];

/// `1 day 12 hours`.
fn length(duration: Duration) -> String {
    let mut rest = duration.micros().unsigned_abs();
    let mut words = Vec::new();
    for (size, name) in UNITS {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            words.push(format!("{count} {name}{}", if count == 1 { "" } else { "s" }));
        }
    }
    match words.as_slice() {
        [] => "no time".to_owned(),
        words if duration < Duration::ZERO => format!("minus {}", words.join(" ")),
        words => words.join(" "),
    }
}
