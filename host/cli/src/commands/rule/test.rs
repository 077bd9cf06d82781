//! `assay rule test`

use std::path::{Path, PathBuf};

use anyhow::Result;
use assay_runtime::Rule;
use clap::Args;
use serde_json::json;

use super::{admit, fixtures_of, numbers::grouped};
use crate::{
    fixtures::{self, AskReport, FixtureReport},
    fuzz,
    output::{Output, table},
};

/// What to test.
#[derive(Debug, Args)]
pub struct Test {
    /// A component, or a folder to build.
    #[arg(default_value = ".")]
    pub(super) rule: PathBuf,
    /// The folder with the fixtures, or one of them [default: fixtures/ in the rule's folder].
    #[arg(long)]
    pub(super) fixtures: Option<PathBuf>,
    /// Test again whenever a file of the rule or a fixture changes, until Ctrl-C.
    #[arg(long)]
    pub(super) watch: bool,
    #[command(flatten)]
    fuzz: fuzz::Fuzz,
}

pub(super) fn run(test: &Test) -> Result<Output> {
    let fixtures = fixtures_of(&test.rule, test.fixtures.as_deref())?;
    let rule = admit(&test.rule)?;
    fuzz::after(ask(&rule, test, &fixtures)?, &rule, &test.fuzz, &fixtures)
}

/// Asks the fixtures in a place, and shows what came of it.
pub(super) fn ask(rule: &Rule, test: &Test, place: &Path) -> Result<Output> {
    let report = fixtures::run(rule, place)?;
    let (asked, failed) = (report.asks.len(), report.failed());
    let mut text = summary(&report);
    for ask in report.asks.iter().filter(|ask| !ask.differences.is_empty()) {
        text += &failure(ask);
    }
    if let Some(first) = report.asks.iter().find(|ask| !ask.differences.is_empty()) {
        let file = if place.is_file() { place.to_owned() } else { place.join(&first.file) };
        text += &format!("\n\nwhy: assay rule explain {} --fixture {}", test.rule.display(), file.display());
    }
    text += &format!("\n\n{asked} asked, {failed} failed");
    Ok(Output::new(json!({ "asks": report.asks.iter().map(as_json).collect::<Vec<_>>(), "failed": failed }), text)
        .with_code(u8::from(failed > 0)))
}

/// A line for each file.
fn summary(report: &FixtureReport) -> String {
    let rows = report.asks.chunk_by(|one, other| one.file == other.file).map(|asks| {
        let failed = asks.iter().filter(|ask| !ask.differences.is_empty()).count();
        let passed = if failed == 0 { "ok".to_owned() } else { format!("{failed} FAILED") };
        let most = asks.iter().map(|ask| ask.fuel).max().unwrap_or_default();
        let file = asks.first().map(|ask| ask.file.clone()).unwrap_or_default();
        [file, passed, asks.len().to_string(), grouped(most)]
    });
    table(&["fixture", "", "asked", "most fuel"], &["asked", "most fuel"], rows)
}

/// What a question should have got and what it got, one below the other.
fn failure(ask: &AskReport) -> String {
    let keys = ask.differences.iter().map(|difference| difference.key.len());
    let width = keys.max().unwrap_or_default();
    let mut text = format!("\n\n{} ({}):", ask.file, ask.title);
    for difference in &ask.differences {
        let (key, indent) = (difference.key, "");
        text += &format!("\n  {key:<width$}  expected  {}\n  {indent:<width$}  found     {}", difference.expected, difference.found);
    }
    text += &format!("\n  in full: {}", ask.in_full);
    for hint in &ask.hints {
        text += &format!("\n  hint: {hint}");
    }
    text
}

fn as_json(ask: &AskReport) -> serde_json::Value {
    let differences: Vec<String> = ask.differences.iter().map(ToString::to_string).collect();
    json!({ "file": ask.file, "ask": ask.title, "differences": differences, "in_full": ask.in_full, "hints": ask.hints, "fuel": ask.fuel })
}
