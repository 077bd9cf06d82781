//! `assay rule diff`

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use anyhow::Result;
use assay_runtime::Rule;
use clap::Args;
use serde_json::{Value, json};

use super::{
    component,
    numbers::{bytes, grouped},
};
use crate::{
    fixtures::{self, Fixture, Stage, Told},
    output::{Output, table},
    sandbox,
};

/// What to compare.
#[derive(Debug, Args)]
pub struct Diff {
    /// A component, or a folder to build.
    old: PathBuf,
    /// Another.
    new: PathBuf,
    /// The folder with the fixtures to ask both about, or one of them [default: fixtures/ in the folder of the second rule, or of the
    /// first].
    #[arg(long)]
    fixtures: Option<PathBuf>,
}

/// What one says and the other says otherwise, or does not say.
struct Change {
    what: String,
    old: Option<String>,
    new: Option<String>,
}

/// The verdicts of both on some fixtures.
struct Verdicts {
    asked: usize,
    /// Those that differ: which question, and both in short.
    changes: Vec<Change>,
    /// Instructions of all questions together.
    fuel: [u64; 2],
}

pub(super) fn run(diff: &Diff) -> Result<Output> {
    let engine = sandbox::engine()?;
    let (old_bytes, new_bytes) = (component(&diff.old)?, component(&diff.new)?);
    let (old, new) = (engine.admit(&old_bytes)?, engine.admit(&new_bytes)?);
    let mut declared = changes(&declarations(&old), &declarations(&new));
    if old.digest() != new.digest() {
        let size = |bytes_of: &[u8], rule: &Rule| Some(format!("{}, sha256 {}", bytes(bytes_of.len()), rule.digest()));
        declared.push(Change { what: "component".into(), old: size(&old_bytes, &old), new: size(&new_bytes, &new) });
    }
    let verdicts = match place(diff) {
        Some(place) => Some(verdicts(&old, &new, &fixtures::read_all(&place)?)?),
        None => None,
    };
    Ok(output(&declared, verdicts.as_ref()))
}

/// Where the fixtures are, if there are any.
fn place(diff: &Diff) -> Option<PathBuf> {
    let of = |rule: &Path| Some(rule.join("fixtures")).filter(|folder| folder.is_dir());
    diff.fixtures.clone().or_else(|| of(&diff.new)).or_else(|| of(&diff.old))
}

/// Everything that a rule declares, by what it is about.
fn declarations(rule: &Rule) -> BTreeMap<String, String> {
    let manifest = rule.manifest();
    let mut found: BTreeMap<String, String> = [
        ("name", manifest.name.clone()),
        ("title", manifest.title.clone()),
        ("summary", manifest.summary.clone()),
        ("unit", manifest.unit.clone()),
        ("a success has a value", manifest.has_value.to_string()),
        ("contract", rule.contract().to_owned()),
    ]
    .map(|(what, text)| (what.to_owned(), text))
    .into();
    for parameter in &manifest.parameters {
        let default = parameter.default.as_ref().map_or_else(|| "required".to_owned(), |default| format!("default {default}"));
        found.insert(format!("parameter {}", parameter.name), format!("{}, {default}: {}", parameter.kind, parameter.help));
    }
    found.extend(manifest.reasons.iter().map(|reason| (format!("reason {}", reason.code), reason.help.clone())));
    found.extend(manifest.classes.iter().map(|class| (format!("class {class}"), String::new())));
    found.extend(manifest.participants.iter().map(|name| (format!("participant {name}"), String::new())));
    for read in rule.default_reads().unwrap_or_default() {
        found.insert(format!("reads {}", read.kind), String::new());
        for field in &read.fields {
            let required = if field.required { "required" } else { "optional" };
            found.insert(format!("reads {} {}", read.kind, field.path), format!("{}, {required}", field.kind));
        }
    }
    found
}

fn changes(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<Change> {
    let all: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differs = all.into_iter().filter(|what| old.get(*what) != new.get(*what));
    differs.map(|what| Change { what: what.clone(), old: old.get(what).cloned(), new: new.get(what).cloned() }).collect()
}

fn verdicts(old: &Rule, new: &Rule, fixtures: &[(String, Fixture)]) -> Result<Verdicts> {
    let mut verdicts = Verdicts { asked: 0, changes: Vec::new(), fuel: [0, 0] };
    for (file, fixture) in fixtures {
        let said = [said(old, fixture)?, said(new, fixture)?];
        for (place, ask) in fixture.asks.iter().enumerate() {
            verdicts.asked += 1;
            let [old, new] = said.each_ref().map(|said| said.get(place));
            for (sum, one) in verdicts.fuel.iter_mut().zip([old, new]) {
                *sum += one.map_or(0, |(_, fuel)| *fuel);
            }
            let [old, new] = [old, new].map(|said| said.map(|(told, _)| told));
            if old != new {
                let what = format!("{file} ({}), as of {}", fixture.title, ask.as_of);
                verdicts.changes.push(Change { what, old: words(old, new), new: words(new, old) });
            }
        }
    }
    Ok(verdicts)
}

/// What a rule says to each question of a fixture, with the instructions it takes; nothing where it does not take the parameters.
fn said(rule: &Rule, fixture: &Fixture) -> Result<Vec<(Told, u64)>> {
    let Ok(stage) = Stage::new(rule, &fixture.parameters()) else {
        return Ok(Vec::new());
    };
    let timeline = fixture.timeline()?;
    let asked = fixture.asks.iter().map(|ask| stage.ask(&timeline, ask.as_of));
    Ok(asked.map(|asked| (Told::of(&stage, &timeline, &asked), asked.fuel)).collect())
}

/// A verdict in short, and what else of it the other does not say.
fn words(told: Option<&Told>, other: Option<&Told>) -> Option<String> {
    let told = told?;
    let is_alike = |key: &str, text: &str| other.is_none_or(|other| other.get(key) == Some(text));
    let only = told.pairs().filter(|(key, text)| !is_alike(key, text) && !["decision", "reason", "at", "wake"].contains(key));
    let only: String = only.map(|(key, text)| format!(", {key} {text}")).collect();
    Some(told.in_short() + &only)
}

fn output(declared: &[Change], verdicts: Option<&Verdicts>) -> Output {
    let changed = verdicts.map_or(0, |verdicts| verdicts.changes.len());
    let json = json!({ "declared": as_json(declared), "verdicts": verdicts.map(|verdicts| json!({ "asked": verdicts.asked,
        "changed": as_json(&verdicts.changes), "fuel": { "old": verdicts.fuel[0], "new": verdicts.fuel[1] } })) });
    let mut text = if declared.is_empty() {
        "both declare the same".to_owned()
    } else {
        table(&["", "declared", "the first", "the second"], &[], declared.iter().map(cells))
    };
    text += &match verdicts {
        None => "\nno fixtures to ask both about: name them with --fixtures".to_owned(),
        Some(verdicts) => {
            let Verdicts { asked, fuel: [old, new], .. } = verdicts;
            let rows = (changed > 0).then(|| table(&["", "verdict", "the first", "the second"], &[], verdicts.changes.iter().map(cells)));
            let fuel = format!("fuel of all together: {} and {}", grouped(*old), grouped(*new));
            format!("\n{}\n{asked} asked, {changed} verdicts differ; {fuel}", rows.unwrap_or_default())
        }
    };
    Output::new(json, text).with_code(u8::from(changed > 0))
}

fn cells(change: &Change) -> [String; 4] {
    let mark = match (&change.old, &change.new) {
        (None, _) => "+",
        (_, None) => "-",
        _ => "~",
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [mark.to_owned(), change.what.clone(), text(&change.old), text(&change.new)]
}

fn as_json(changes: &[Change]) -> Vec<Value> {
    changes.iter().map(|change| json!({ "what": change.what, "old": change.old, "new": change.new })).collect()
}
