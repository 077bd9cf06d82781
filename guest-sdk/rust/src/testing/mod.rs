//! Runs a rule natively over fixture files: timelines as TOML with the verdicts they must get. The same files run in the real
//! sandbox with `assay rule test`.
//!
//! ```toml
//! title = "reopened within the window"
//! [parameters]              # what is absent has its default
//! window = "PT24H"
//! [[event]]
//! id = "e1"                 # default: "e" and the position, from 1
//! source = "fixture"        # default
//! type = "incident.updated"
//! time = "2016-03-01T10:00:00Z"
//! sequence = 0              # default
//! actor = "human"           # default: "unknown"
//! data = { incident_state = "Resolved", reopen_count = "0" }
//! [[ask]]
//! as-of = "2016-03-05T10:00:00Z"
//! decision = "success"      # success | failure | pending | indeterminate | not-eligible | error
//! reason = "resolved"       # "missing-field" when a required field is; none for an error
//! at = "2016-03-02T10:00:00Z"   # success only, as are quantity, class and value
//! wake = "none"             # pending only: a time, or "none" when only a fact can decide
//! evidence = ["e1"]         # in timeline order
//! error = "…"               # error only: a part of the message
//! ```
//!
//! Of an `[[ask]]` only `as-of`, `decision` and `reason` must be there; what is not given is not compared. A key that is not in this
//! list, or does not belong to the decision, is an error. Each ask is one direct call as of that time, with the events up to it: no
//! timing policy applies. A success or failure is asked about again later and must not change.
//!
//! [`run_laws`] makes up timelines out of what fixtures tell, and tries the laws on them; the smallest one that breaks a law is shown as a
//! fixture. [`every_timeline`], [`beginnings`] and [`random_timelines`] are for tests of one's own.
//!
//! To add something to compare: a key in `fixture::expectation` and its found value in `stage::tell`.

mod coerce;
mod fixture;
mod fuzz;
mod laws;
mod random;
mod stage;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

pub use self::{
    fuzz::{Fuzz, run_laws},
    laws::{beginnings, every_timeline, random_timelines},
};

use self::{
    fixture::{Ask, Fixture},
    stage::Stage,
};
use crate::{
    rule::Rule,
    time::{Duration, Timestamp},
};

/// What is expected or found, as canonical text by key.
type Answer = BTreeMap<&'static str, String>;

/// How long after a decision the same timeline is asked about again.
const LATER: [Duration; 3] = [Duration::seconds(1), Duration::days(1), Duration::days(1_000)];

/// Runs every `*.toml` file directly in a folder.
///
/// # Panics
///
/// When a verdict differs from the expected one, naming file, ask and key; when a file is no fixture; when the folder holds none.
#[track_caller]
#[expect(clippy::panic, reason = "a failing test panics")]
pub fn run_fixtures<R: Rule>(folder: impl AsRef<Path>) {
    let folder = folder.as_ref();
    let complaints = match files(folder) {
        Ok(files) if files.is_empty() => {
            vec![format!("{}: holds no fixture (*.toml)", folder.display())]
        }
        Ok(files) => files.iter().flat_map(|file| check_file::<R>(file)).collect(),
        Err(error) => vec![format!("{}: {error}", folder.display())],
    };
    if !complaints.is_empty() {
        panic!("{} expectations of the fixtures failed\n\n{}\n", complaints.len(), complaints.join("\n\n"));
    }
}

/// Runs one fixture given as text and returns what is wrong with it, each complaint starting with `name`.
pub fn check_fixture<R: Rule>(name: &str, text: &str) -> Vec<String> {
    let fixture = Fixture::parse(text);
    let staged = fixture.and_then(|fixture| Stage::<R>::new(&fixture).map(|stage| (fixture, stage)));
    match staged {
        Ok((fixture, stage)) => (1..).zip(&fixture.asks).flat_map(|(n, ask)| check_ask(name, n, ask, &fixture, &stage)).collect(),
        Err(problem) => vec![format!("{name}: {problem}")],
    }
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    let mut files: Vec<_> = paths.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")).collect();
    files.sort();
    Ok(files)
}

fn check_file<R: Rule>(file: &Path) -> Vec<String> {
    let name = file.display().to_string();
    match fs::read_to_string(file) {
        Ok(text) => check_fixture::<R>(&name, &text),
        Err(error) => vec![format!("{name}: {error}")],
    }
}

fn check_ask<R: Rule>(name: &str, n: usize, ask: &Ask, fixture: &Fixture, stage: &Stage<R>) -> Vec<String> {
    let place = format!("{name} (\"{}\"), ask {n} as of {}", fixture.title, ask.as_of);
    let found = stage.answer(fixture, ask.as_of, ask.as_of);
    let mut complaints = differences(&place, &ask.expected, &found);
    complaints.extend(unsteady(&place, ask.as_of, &found, |later| stage.answer(fixture, ask.as_of, later)));
    complaints
}

fn differences(place: &str, expected: &Answer, found: &Answer) -> Vec<String> {
    let in_full = found.iter().map(|(key, value)| format!("{key} = {value}")).collect::<Vec<_>>().join(", ");
    let mut complaints = Vec::new();
    for (&key, expected) in expected {
        let found = found.get(key).map_or("nothing", String::as_str);
        if found != expected && !(key == "error" && found.contains(expected.as_str())) {
            complaints.push(format!("{place}: {key}\n  expected  {expected}\n  found     {found}\n  in full   {in_full}"));
        }
    }
    complaints
}

/// The law that a decided verdict stays when nothing but time is added.
fn unsteady(place: &str, as_of: Timestamp, found: &Answer, ask: impl Fn(Timestamp) -> Answer) -> Option<String> {
    let decided = found.get("decision").is_some_and(|decision| decision == "success" || decision == "failure");
    let changed = |later: &Timestamp| decided && ask(*later) != *found;
    let later = LATER.iter().map(|wait| as_of + *wait).find(changed)?;
    Some(format!("{place}: the decision changes when the same events are asked about again at {later}: a decided verdict must stay"))
}
