//! Where settings come from: a TOML file, and over it the environment. What nobody knows is refused with the name that is nearest.

use std::{ffi::OsString, fs, path::Path};

use anyhow::{Context as _, Result, anyhow, bail};
use toml::{Table, Value};

use crate::settings::Settings;

/// What a value looks like in the environment.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    Flag,
}

/// Every setting by its place in the file.
const KEYS: [(&str, Kind); 22] = [
    ("database", Kind::Text),
    ("tenant", Kind::Text),
    ("threads", Kind::Number),
    ("lease", Kind::Number),
    ("serve.listen", Kind::Text),
    ("serve.worker", Kind::Flag),
    ("worker.listen", Kind::Text),
    ("limits.events-body-bytes-max", Kind::Number),
    ("limits.body-bytes-max", Kind::Number),
    ("limits.rule-bytes-max", Kind::Number),
    ("limits.line-bytes-max", Kind::Number),
    ("limits.request-timeout-s", Kind::Number),
    ("limits.body-idle-timeout-s", Kind::Number),
    ("limits.header-timeout-s", Kind::Number),
    ("limits.connections-max", Kind::Number),
    ("limits.requests-per-second", Kind::Number),
    ("limits.burst", Kind::Number),
    ("limits.shutdown-s", Kind::Number),
    ("log.format", Kind::Text),
    ("log.level", Kind::Text),
    ("traces.endpoint", Kind::Text),
    ("traces.one-in", Kind::Number),
];

/// Variables that stand for options which no file can set.
const OPTIONS: [&str; 3] = ["ASSAY_CONFIG", "ASSAY_DATA", "ASSAY_OPERATOR"];

impl Kind {
    fn value(self, text: &str) -> Result<Value> {
        Ok(match self {
            Self::Text => Value::String(text.to_owned()),
            Self::Number => Value::Integer(text.parse().map_err(|_| anyhow!("it is no whole number"))?),
            Self::Flag => Value::Boolean(text.parse().map_err(|_| anyhow!("it is neither true nor false"))?),
        })
    }
}

/// Reads the file, if there is one, and the environment.
pub(crate) fn read(file: Option<&Path>, environment: impl Iterator<Item = (OsString, OsString)>) -> Result<Settings> {
    let mut table = file.map(read_file).transpose()?.unwrap_or_default();
    for (name, value) in environment {
        if let Some(name) = name.to_str().filter(|name| name.starts_with("ASSAY_") && !OPTIONS.contains(name)) {
            let (key, kind) = known(name)?;
            let value = value.to_str().context("it is not UTF-8").and_then(|text| kind.value(text));
            let set = value.and_then(|value| {
                put(&mut table, key, value);
                settings(&table)
            });
            set.with_context(|| format!("the environment's {name} cannot be {key}"))?;
        }
    }
    settings(&table)
}

/// The setting that a variable stands for.
fn known(name: &str) -> Result<(&'static str, Kind)> {
    if let Some(found) = KEYS.iter().find(|(key, _)| variable(key) == name) {
        return Ok(*found);
    }
    let all = KEYS.iter().map(|(key, _)| variable(key)).chain(OPTIONS.map(str::to_owned));
    bail!("the environment sets {name}, which is no setting; the nearest is {}: set that, or unset {name}", nearest(name, all))
}

/// The variable of a setting: `ASSAY_SERVE_LISTEN` for `serve.listen`.
fn variable(key: &str) -> String {
    format!("ASSAY_{}", key.replace(['.', '-'], "_").to_ascii_uppercase())
}

fn read_file(path: &Path) -> Result<Table> {
    let shown = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read the configuration file {shown}"))?;
    let broken = |error: toml::de::Error| anyhow!("the configuration file {shown}: {}", told(&error, &text).trim_end());
    let table: Table = toml::from_str(&text).map_err(broken)?;
    if let Some(stray) = keys(&table).iter().find(|key| KEYS.iter().all(|(known, _)| known != key)) {
        let near = nearest(stray, KEYS.iter().map(|(key, _)| (*key).to_owned()));
        bail!("{stray} in the configuration file {shown} is no setting; the nearest is {near}: set that, or remove {stray}");
    }
    // Read as settings too, so that a wrong value is shown with its line.
    toml::from_str::<Settings>(&text).map_err(broken)?;
    Ok(table)
}

/// An error with the line that it is about, unless a password may be in it.
fn told(error: &toml::de::Error, text: &str) -> String {
    let at = error.span().map_or(0, |span| span.start).min(text.len().saturating_sub(1));
    let before = text.bytes().take(at).filter(|byte| *byte == b'\n').count();
    let may_tell = |line: &str| line.contains("database") || line.contains("://");
    if text.split('\n').nth(before).is_some_and(may_tell) {
        return format!("line {}: {}", before + 1, error.message());
    }
    error.to_string()
}

fn settings(table: &Table) -> Result<Settings> {
    table.clone().try_into().map_err(|error: toml::de::Error| anyhow!("{}", error.message()))
}

/// The keys that a table sets, each with its sections before it.
fn keys(table: &Table) -> Vec<String> {
    let section = |name: &str| KEYS.iter().any(|(key, _)| key.split_once('.').is_some_and(|(section, _)| section == name));
    let mut found = Vec::new();
    for (name, value) in table {
        match value {
            Value::Table(inner) if section(name) || !inner.is_empty() => {
                found.extend(keys(inner).into_iter().map(|rest| format!("{name}.{rest}")));
            }
            _ => found.push(name.clone()),
        }
    }
    found
}

fn put(table: &mut Table, key: &str, value: Value) {
    match key.split_once('.') {
        None => drop(table.insert(key.to_owned(), value)),
        Some((section, rest)) => {
            let inner = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// The name that has most in common with another.
fn nearest(name: &str, all: impl Iterator<Item = String>) -> String {
    let alike = |other: &String| strsim::sorensen_dice(name, other);
    all.max_by(|one, other| alike(one).total_cmp(&alike(other))).unwrap_or_default()
}
