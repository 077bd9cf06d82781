//! `assay rule test --watch`
//!
//! Files are looked at a few times a second: their number, times and sizes. That costs nothing that can be measured for the folder of a
//! rule, works on every file system, and needs no library.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, Result};
use assay_domain::canon::Digest;
use assay_runtime::{Engine, Rule};

use super::{
    component, fixtures_of,
    test::{self, Test},
};
use crate::{
    output::{Output, print_error},
    sandbox,
};

/// From one look to the next; what has changed is tested when two looks find the same.
const PAUSE: Duration = Duration::from_millis(150);
/// Deeper folders are not looked at.
const DEPTH_MAX: u32 = 12;
/// Folders and files that building makes.
const MADE: [&str; 5] = ["target", "node_modules", "dist", "Cargo.lock", "package-lock.json"];

/// What the files of a rule look like from outside.
type Look = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Tests, then again whenever something has changed. Ends by a signal alone.
pub(super) fn run(test: &Test, json: bool) -> Result<Output> {
    let fixtures = fixtures_of(&test.rule, test.fixtures.as_deref())?;
    let mut watch = Watch { engine: sandbox::engine()?, admitted: None };
    let mut before: Option<Look> = None;
    loop {
        let now = settled(&[&test.rule, &fixtures]);
        if before.as_ref() != Some(&now) {
            let changed = before.as_ref().map(|before| changed(before, &now)).unwrap_or_default();
            watch.turn(test, &fixtures, &changed, json);
            before = Some(now);
        }
    }
}

/// Looks until nothing changes from one look to the next: a file that is half written is nothing to test.
fn settled(places: &[&Path]) -> Look {
    let mut one = look(places);
    loop {
        thread::sleep(PAUSE);
        let next = look(places);
        if next == one {
            return next;
        }
        one = next;
    }
}

/// What is kept from one test to the next.
struct Watch {
    engine: Engine,
    /// The rule of the last build: most changes are to fixtures.
    admitted: Option<Rule>,
}

impl Watch {
    /// Tests once and says what came of it; what is wrong with the rule is part of that, and no reason to end.
    fn turn(&mut self, test: &Test, fixtures: &Path, changed: &str, json: bool) {
        if !json && !changed.is_empty() {
            Output::new(serde_json::Value::Null, format!("\nchanged: {changed}")).say(false);
        }
        match self.test(test, fixtures) {
            Ok(output) => output.say(json),
            Err(error) => {
                print_error(&error, json);
            }
        }
        if !json {
            Output::new(serde_json::Value::Null, format!("watching {}; Ctrl-C ends it", test.rule.display())).say(false);
        }
    }

    fn test(&mut self, test: &Test, fixtures: &Path) -> Result<Output> {
        let bytes = component(&test.rule)?;
        let rule = match self.admitted.take().filter(|rule| rule.digest() == Digest::of(&bytes)) {
            Some(rule) => rule,
            None => self.engine.admit(&bytes).context("the rule is refused")?,
        };
        let output = test::ask(&rule, test, fixtures);
        self.admitted = Some(rule);
        output
    }
}

fn look(places: &[&Path]) -> Look {
    let mut found = Look::new();
    places.iter().for_each(|place| add(place, DEPTH_MAX, &mut found));
    found
}

/// What cannot be read looks like something that is not there.
fn add(path: &Path, depth: u32, found: &mut Look) {
    let Ok(metadata) = fs::metadata(path) else {
        return;
    };
    if !metadata.is_dir() {
        found.insert(path.to_owned(), (metadata.modified().ok(), metadata.len()));
        return;
    }
    let entries = fs::read_dir(path).into_iter().flatten().filter_map(Result::ok).filter(|_| depth > 0);
    for entry in entries.filter(|entry| is_source(&entry.file_name().to_string_lossy())) {
        add(&entry.path(), depth - 1, found);
    }
}

/// Not what building makes, nor what editors leave behind.
fn is_source(name: &str) -> bool {
    !name.starts_with('.') && !name.ends_with('~') && !name.ends_with(".wasm") && !MADE.contains(&name)
}

/// The files that are new, gone or different, by their names.
fn changed(before: &Look, now: &Look) -> String {
    let mut names: Vec<&Path> = now.iter().filter(|(path, look)| before.get(*path) != Some(look)).map(|(path, _)| path.as_path()).collect();
    names.extend(before.keys().filter(|path| !now.contains_key(*path)).map(PathBuf::as_path));
    let names: Vec<String> = names.iter().take(3).map(|path| path.display().to_string()).collect();
    names.join(", ")
}
