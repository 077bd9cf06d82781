//! Disputes as fixtures: saved, written as files that `assay rule test` reads, and tried with versions.

use std::{io::Write as _, path::Path};

use anyhow::{Context as _, Result, bail};
use assay_app::{Expectation, FixtureEvent, FixtureRequest, FixtureResult, SavedFixture};
use assay_domain::id::DisputeId;
use clap::Args;
use serde_json::{Value as Json, json};
use toml::{Table, Value};

use crate::{
    commands::agreement,
    output::{Output, table},
    session::Session,
};

/// What there should have been.
#[derive(Debug, Args)]
pub struct Save {
    /// The dispute's id.
    dispute: DisputeId,
    /// The decision: success, failure, pending, indeterminate, not-eligible [default: success where the outcome stands or was split, failure where
    /// it was taken back].
    #[arg(long)]
    decision: Option<String>,
    /// The reason's code, where it matters.
    #[arg(long, value_name = "CODE")]
    because: Option<String>,
}

pub(super) async fn save(command: &Save, Session { assay, caller }: &Session) -> Result<Output> {
    let request = FixtureRequest { decision: command.decision.clone(), reason: command.because.clone() };
    let view = assay.save_fixture(caller, command.dispute, &request).await?;
    let text = format!("{} is saved: later versions must decide {}", view.dispute, view.expected.decision);
    Ok(Output::new(json!(view), text))
}

pub(super) async fn write(dispute: DisputeId, output: Option<&Path>, Session { assay, caller }: &Session) -> Result<Output> {
    let text = toml::to_string(&file(assay.fixture(caller, dispute).await?)).context("the fixture cannot be written as TOML")?;
    let Some(path) = output else {
        // Byte for byte, and nobody listening is no error: `assay … | head` ends early.
        drop(std::io::stdout().write_all(text.as_bytes()));
        return Ok(Output::silent());
    };
    std::fs::write(path, &text).with_context(|| format!("cannot write {}", path.display()))?;
    let words = format!("{} has the fixture of {dispute}, with the personal data that its events hold", path.display());
    Ok(Output::new(json!({ "dispute": dispute, "file": path.display().to_string(), "bytes": text.len() }), words))
}

pub(super) async fn try_version(version: &str, Session { assay, caller }: &Session) -> Result<Output> {
    let (slug, Some(number)) = agreement::definition(version)? else {
        bail!("{version:?} names no version; write it as {version}@2");
    };
    let results = assay.try_version_fixtures(caller, &slug, number).await?;
    let rows = results.iter().map(|row| [row.dispute.to_string(), row.expected.decision.clone(), row.result.to_owned(), row.found.clone()]);
    let failed = results.iter().filter(|row| row.is_failed()).count();
    let words = match (results.len(), failed) {
        (0, _) => format!("no dispute is saved for {slug}"),
        (n, 0) => format!("{slug}@{number} gets all {n} right"),
        (n, failed) => format!("{slug}@{number} gets {failed} of {n} wrong, so it holds for nobody"),
    };
    let text = format!("{}\n{words}", table(&["dispute", "there should be", "result", "found"], &[], rows));
    Ok(Output::new(results.iter().map(as_json).collect(), text).with_code(u8::from(failed > 0)))
}

fn as_json(row: &FixtureResult) -> Json {
    json!({ "dispute": row.dispute, "expected": row.expected, "result": row.result, "found": row.found })
}

/// The file of a fixture.
fn file(saved: SavedFixture) -> Table {
    let SavedFixture { title, parameters, events, as_of, expected } = saved;
    let Expectation { decision, reason, quantity } = expected;
    let mut ask = Table::new();
    ask.insert("as-of".into(), Value::String(as_of.to_string()));
    ask.insert("decision".into(), Value::String(decision));
    ask.extend(reason.map(|reason| ("reason".to_owned(), Value::String(reason))));
    ask.extend(quantity.map(|quantity| ("quantity".to_owned(), Value::String(quantity.to_string()))));
    let parameters: Table = parameters.into_iter().map(|(name, text)| (name, Value::String(text))).collect();
    let mut file = Table::new();
    file.insert("title".into(), Value::String(title));
    file.insert("parameters".into(), Value::Table(parameters));
    file.insert("event".into(), Value::Array(events.into_iter().map(event).map(Value::Table).collect()));
    file.insert("ask".into(), Value::Array(vec![Value::Table(ask)]));
    file
}

fn event(event: FixtureEvent) -> Table {
    let mut table = Table::new();
    table.insert("id".into(), Value::String(event.id));
    table.insert("source".into(), Value::String(event.source));
    table.insert("type".into(), Value::String(event.kind));
    table.insert("time".into(), Value::String(event.time.to_string()));
    table.insert("sequence".into(), Value::Integer(event.sequence));
    table.insert("actor".into(), Value::String(event.actor.to_string()));
    table.insert("data".into(), value(event.data).unwrap_or_else(|| Value::Table(Table::new())));
    table
}

/// The same value. A null is the same as nothing to a rule; in a list it stays, as something that is no value, so that places are kept.
fn value(json: Json) -> Option<Value> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(truth) => Value::Boolean(truth),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Value::Integer(integer),
            (None, Some(float)) if !number.is_u64() => Value::Float(float),
            _ => Value::String(number.to_string()),
        },
        Json::String(text) => Value::String(text),
        Json::Array(items) => {
            Value::Array(items.into_iter().map(|item| value(item).unwrap_or_else(|| Value::Table(Table::new()))).collect())
        }
        Json::Object(members) => Value::Table(members.into_iter().filter_map(|(name, member)| Some((name, value(member)?))).collect()),
    })
}
