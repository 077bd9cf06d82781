//! A fixture file, read strictly: a key nobody knows is an error, so that a misspelt expectation cannot pass.

use std::{collections::BTreeSet, fmt::Display, str::FromStr};

use toml::{Table, Value as Toml};

use super::Answer;
use crate::{bindings::wire::Actor, decimal::Decimal, time::Timestamp};

/// A timeline and the questions about it.
#[derive(Clone)]
pub(super) struct Fixture {
    pub(super) title: String,
    pub(super) parameters: Table,
    /// In timeline order.
    pub(super) events: Vec<Recorded>,
    pub(super) asks: Vec<Ask>,
}

/// An event as a sender records it.
#[derive(Clone)]
pub(super) struct Recorded {
    pub(super) id: String,
    source: String,
    pub(super) kind: String,
    pub(super) at: Timestamp,
    pub(super) sequence: i64,
    pub(super) actor: Actor,
    pub(super) data: Toml,
}

/// One question and what its answer must say.
#[derive(Clone)]
pub(super) struct Ask {
    pub(super) as_of: Timestamp,
    pub(super) expected: Answer,
}

impl Fixture {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut file = Entries { table: text.parse::<Table>().map_err(|error| error.to_string())?, place: "the file".into() };
        let title = file.text("title")?;
        let parameters = file.table("parameters")?;
        let mut events = file.tables("event")?.into_iter().map(event).collect::<Result<Vec<_>, _>>()?;
        let asks = file.tables("ask")?.into_iter().map(ask).collect::<Result<Vec<_>, _>>()?;
        file.end()?;
        if asks.is_empty() {
            return Err("it asks nothing: add an [[ask]]".into());
        }
        if let Some(twice) = repeated(&events) {
            return Err(format!("two events of {} have the id {}", twice.source, twice.id));
        }
        events.sort_by(|a, b| a.place().cmp(&b.place()));
        Ok(Self { title: title.unwrap_or_default(), parameters, events, asks })
    }
}

impl Recorded {
    /// One that nobody has told, of a kind, who acted, and its data.
    pub(super) fn made_up(kind: String, at: Timestamp, actor: Actor, data: Toml) -> Self {
        Self { id: String::new(), source: "fixture".into(), kind, at, sequence: 0, actor, data }
    }

    fn place(&self) -> (Timestamp, i64, &str, &str) {
        (self.at, self.sequence, &self.source, &self.id)
    }
}

fn repeated(events: &[Recorded]) -> Option<&Recorded> {
    let mut identities = BTreeSet::new();
    events.iter().find(|event| !identities.insert((&event.source, &event.id)))
}

fn event((n, mut entries): (usize, Entries)) -> Result<Recorded, String> {
    let recorded = Recorded {
        id: entries.text("id")?.unwrap_or_else(|| format!("e{n}")),
        source: entries.text("source")?.unwrap_or_else(|| "fixture".into()),
        kind: entries.text("type")?.ok_or_else(|| entries.lacks("type"))?,
        at: entries.parsed::<Timestamp>("time")?.ok_or_else(|| entries.lacks("time"))?,
        sequence: entries.integer("sequence")?.unwrap_or(0),
        actor: actor(entries.text("actor")?.as_deref().unwrap_or("unknown"))?,
        data: Toml::Table(entries.table("data")?),
    };
    entries.end()?;
    Ok(recorded)
}

fn actor(name: &str) -> Result<Actor, String> {
    Ok(match name {
        "unknown" => Actor::Unknown,
        "ai" => Actor::Ai,
        "human" => Actor::Human,
        "customer" => Actor::Customer,
        "system" => Actor::System,
        _ => {
            return Err(format!("the actor {name:?} is none of unknown, ai, human, customer, system"));
        }
    })
}

fn ask((_, mut entries): (usize, Entries)) -> Result<Ask, String> {
    let as_of = entries.parsed::<Timestamp>("as-of")?.ok_or_else(|| entries.lacks("as-of"))?;
    let decision = entries.text("decision")?.ok_or_else(|| entries.lacks("decision"))?;
    let keys: &[&'static str] = match decision.as_str() {
        "success" => &["reason", "at", "quantity", "class", "value", "evidence"],
        "pending" => &["reason", "wake", "evidence"],
        "failure" | "indeterminate" | "not-eligible" => &["reason", "evidence"],
        "error" => &["error"],
        other => return Err(format!("{}: there is no decision {other:?}", entries.place)),
    };
    let mut expected = Answer::new();
    for &key in keys {
        if let Some(value) = expectation(&mut entries, key)? {
            expected.insert(key, value);
        }
    }
    if keys.contains(&"reason") && !expected.contains_key("reason") {
        return Err(entries.lacks("reason"));
    }
    expected.insert("decision", decision);
    entries.end()?;
    Ok(Ask { as_of, expected })
}

fn expectation(entries: &mut Entries, key: &str) -> Result<Option<String>, String> {
    match key {
        "at" => entries.canonical::<Timestamp>(key),
        "quantity" | "value" => entries.canonical::<Decimal>(key),
        "wake" if entries.table.get(key).and_then(Toml::as_str) == Some("none") => entries.text(key),
        "wake" => entries.canonical::<Timestamp>(key),
        "evidence" => entries.texts(key).map(|ids| ids.map(|ids| ids.join(", "))),
        _ => entries.text(key),
    }
}

/// A table whose keys are taken one by one; the rest is unknown.
struct Entries {
    table: Table,
    place: String,
}

impl Entries {
    fn wrong<T>(&self, key: &str, found: &Toml, expected: &str) -> Result<T, String> {
        Err(format!("{}: `{key}` is {found}, not {expected}", self.place))
    }

    fn lacks(&self, key: &str) -> String {
        format!("{}: `{key}` must be given", self.place)
    }

    fn text(&mut self, key: &str) -> Result<Option<String>, String> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Toml::String(text)) => Ok(Some(text)),
            Some(other) => self.wrong(key, &other, "a text"),
        }
    }

    fn integer(&mut self, key: &str) -> Result<Option<i64>, String> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Toml::Integer(number)) => Ok(Some(number)),
            Some(other) => self.wrong(key, &other, "an integer"),
        }
    }

    /// A text, or TOML's own number or time, that is read as a `T`.
    fn parsed<T: FromStr<Err: Display>>(&mut self, key: &str) -> Result<Option<T>, String> {
        let text = match self.table.remove(key) {
            None => return Ok(None),
            Some(Toml::String(text)) => text,
            Some(other) => other.to_string(),
        };
        text.parse().map(Some).map_err(|error: T::Err| format!("{}: `{key}` is {text:?}: {error}", self.place))
    }

    fn canonical<T: FromStr<Err: Display> + Display>(&mut self, key: &str) -> Result<Option<String>, String> {
        Ok(self.parsed::<T>(key)?.map(|value| value.to_string()))
    }

    fn texts(&mut self, key: &str) -> Result<Option<Vec<String>>, String> {
        let Some(found) = self.table.remove(key) else {
            return Ok(None);
        };
        let texts: Option<Vec<String>> =
            found.as_array().and_then(|list| list.iter().map(|item| item.as_str().map(str::to_owned)).collect());
        texts.map_or_else(|| self.wrong(key, &found, "a list of texts"), |texts| Ok(Some(texts)))
    }

    fn table(&mut self, key: &str) -> Result<Table, String> {
        match self.table.remove(key) {
            None => Ok(Table::new()),
            Some(Toml::Table(table)) => Ok(table),
            Some(other) => self.wrong(key, &other, "a table"),
        }
    }

    /// The tables of a `[[key]]`, counted from 1.
    fn tables(&mut self, key: &str) -> Result<Vec<(usize, Self)>, String> {
        let list = match self.table.remove(key) {
            None => Vec::new(),
            Some(Toml::Array(list)) => list,
            Some(other) => return self.wrong(key, &other, "a list of tables"),
        };
        let entries = (1..).zip(list).map(|(n, item)| match item {
            Toml::Table(table) => Ok((n, Self { table, place: format!("{key} {n}") })),
            other => self.wrong(key, &other, "a list of tables"),
        });
        entries.collect()
    }

    fn end(self) -> Result<(), String> {
        match self.table.keys().next() {
            None => Ok(()),
            Some(key) => Err(format!("{}: `{key}` is not known here", self.place)),
        }
    }
}
