//! What the workspace is built from: packages that are never there, the features of the engine, licences, and the table of direct
//! dependencies. To let something in: its row in a table here, or in `host/DEPENDENCIES.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::iter::Peekable;
use std::str::SplitWhitespace;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::finding::Finding;
use crate::npm;
use crate::workspace::{Package, Resolved, Tree, Workspace};

const LOCK: &str = "Cargo.lock";
const MANIFEST: &str = "Cargo.toml";
const TABLE: &str = "host/DEPENDENCIES.md";

/// Packages that are never there, nor any whose name goes on from theirs after a hyphen; and what they would bring.
const NEVER: &[(&str, &str)] = &[
    ("wasmtime-wasi", "files, network, clocks and randomness for rules"),
    ("wasi-common", "files, network, clocks and randomness for rules"),
    ("wiggle", "files, network, clocks and randomness for rules"),
    ("wasmtime-internal-cache", "compiled code on disk that nobody authenticates"),
    ("wasmtime-internal-winch", "a second compiler"),
    ("winch-codegen", "a second compiler"),
    ("wasmtime-internal-wmemcheck", "an engine that watches its guests' memory"),
    ("ittapi", "an engine that reports to profilers"),
    ("fxprof-processed-profile", "an engine that reports to profilers"),
];

const ENGINE: &str = "wasmtime";

/// The features that the engine has on: those the workspace asks for, and the two that `std` implies.
const FEATURES: &[&str] = &[
    "component-model",
    "cranelift",
    "once_cell",
    "parallel-compilation",
    "pooling-allocator",
    "runtime",
    "std",
    "wasmtime-jit-icache-coherence",
];

/// The features that the sandbox is built without on purpose.
const LEFT_OUT: &[&str] = &[
    "async",
    "cache",
    "component-model-async",
    "coredump",
    "debug",
    "gc",
    "gc-copying",
    "gc-drc",
    "gc-null",
    "profiling",
    "rr",
    "stack-switching",
    "threads",
    "winch",
    "wmemcheck",
];

/// The licences that a package may be under.
const LICENCES: &[&str] =
    &["Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-3-Clause", "CDLA-Permissive-2.0", "ISC", "MIT", "Unicode-3.0", "Zlib"];

const OPERATORS: &[&str] = &["(", ")", "AND", "OR", "WITH"];

/// How the table of direct dependencies begins.
const HEADER: &str = "| crate |";

/// Reads the lock file, the table and what cargo resolves, and applies every rule.
pub fn check(workspace: &Workspace) -> Result<Vec<Finding>> {
    let read = |file: &str| fs::read_to_string(workspace.root.join(file)).with_context(|| format!("cannot read {file}"));
    let (lock, manifest, table, packages) = (read(LOCK)?, read(MANIFEST)?, read(TABLE)?, read(npm::LOCK)?);
    let tree = workspace.tree()?;
    let mut findings = check_lock(&lock);
    findings.extend(check_features(&manifest, &tree));
    findings.extend(check_licences(&lock, &tree));
    findings.extend(check_packages(&packages)?);
    findings.extend(check_table(&table, &workspace.packages, &tree));
    Ok(findings)
}

fn check_lock(lock: &str) -> Vec<Finding> {
    let check = |locked: &Locked<'_>| {
        let (_, brings) = NEVER.iter().find(|(family, _)| belongs(locked.name, family))?;
        let advice = format!("`cargo tree --target all --invert {}` shows who asks for it", locked.name);
        Some(Finding::new(LOCK, locked.line, format!("{} may not be here: it brings {brings}; {advice}", locked.name)))
    };
    locked(lock).iter().filter_map(check).collect()
}

fn belongs(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// A package of the lock file, and the line of its name.
struct Locked<'a> {
    line: usize,
    name: &'a str,
    version: &'a str,
}

fn locked(lock: &str) -> Vec<Locked<'_>> {
    let lines = lock.lines().zip(lock.lines().skip(1)).enumerate();
    lines
        .filter_map(|(index, (name, version))| {
            Some(Locked { line: index + 1, name: value(name, "name")?, version: value(version, "version")? })
        })
        .collect()
}

fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"')
}

fn check_features(manifest: &str, tree: &Tree) -> Vec<Finding> {
    let line = manifest.lines().position(|line| line.starts_with("wasmtime ")).map_or(1, |index| index + 1);
    let engines: Vec<&Resolved> = tree.packages.iter().filter(|package| package.name == ENGINE).collect();
    let mut messages: Vec<String> = engines.iter().flat_map(|engine| odd_features(engine)).collect();
    if engines.is_empty() {
        messages.push(format!("{ENGINE} is not resolved: name the engine in xtask/src/supply.rs, whose features are checked there"));
    }
    messages.into_iter().map(|message| Finding::new(MANIFEST, line, message)).collect()
}

fn odd_features(engine: &Resolved) -> Vec<String> {
    let on: BTreeSet<&str> = engine.features.iter().map(String::as_str).collect();
    let expected: BTreeSet<&str> = FEATURES.iter().copied().collect();
    let missing = |feature: &&str| format!("{ENGINE} has its feature `{feature}` off: take it from FEATURES in xtask/src/supply.rs");
    on.difference(&expected).map(|feature| surplus(engine, feature)).chain(expected.difference(&on).map(missing)).collect()
}

fn surplus(engine: &Resolved, feature: &str) -> String {
    let asks = engine.users.iter().filter(|user| reached(&engine.implied, &user.features).contains(feature));
    let asks: Vec<&str> = asks.map(|user| user.name.as_str()).collect();
    let by = if asks.is_empty() { "a feature of another package".to_owned() } else { asks.join(", ") };
    let remedy = if LEFT_OUT.contains(&feature) {
        "take it away, the sandbox is built without it"
    } else {
        "take it away, or list it in FEATURES of xtask/src/supply.rs"
    };
    format!(
        "{ENGINE} {} has its feature `{feature}` on, by {by}: {remedy}; `cargo tree --edges features --invert {ENGINE}` shows the way",
        engine.version
    )
}

/// The features that are on when these are asked for, themselves among them.
fn reached<'a>(implied: &'a BTreeMap<String, Vec<String>>, asked: &'a [String]) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = asked.iter().map(String::as_str).collect();
    while let Some(feature) = open.pop() {
        // `dep:name` and `name/feature` speak of other packages.
        if !feature.contains([':', '/']) && reached.insert(feature) {
            open.extend(implied.get(feature).into_iter().flatten().map(String::as_str));
        }
    }
    reached
}

fn check_licences(lock: &str, tree: &Tree) -> Vec<Finding> {
    let locked = locked(lock);
    let check = |package: &Resolved| {
        let complaint = unlicensed(&package.name, &package.version, package.licence.as_deref())?;
        let found = locked.iter().find(|locked| locked.name == package.name && locked.version == package.version);
        Some(Finding::new(LOCK, found.map_or(1, |locked| locked.line), complaint))
    };
    tree.packages.iter().filter_map(check).collect()
}

/// The same for what the lock of npm names, with whatever platform it is for.
fn check_packages(lock: &str) -> Result<Vec<Finding>> {
    let described: Value = serde_json::from_str(lock).with_context(|| format!("{} is not JSON", npm::LOCK))?;
    let packages = described.get("packages").and_then(Value::as_object).with_context(|| format!("{} names no packages", npm::LOCK))?;
    let check = |(place, package): (&String, &Value)| {
        let text = |key: &str| package.get(key).and_then(Value::as_str);
        let name = place.rsplit_once("node_modules/").map_or(place.as_str(), |(_, name)| name);
        let complaint = unlicensed(name, text("version").unwrap_or_default(), text("license"))?;
        let key = format!("{place:?}:");
        let line = lock.lines().position(|line| line.trim_start().starts_with(&key)).map_or(1, |index| index + 1);
        Some(Finding::new(npm::LOCK, line, complaint))
    };
    Ok(packages.iter().filter_map(check).collect())
}

fn unlicensed(name: &str, version: &str, licence: Option<&str>) -> Option<String> {
    let Some(licence) = licence else {
        return Some(format!("{name} {version} names no licence: use another package"));
    };
    match permitted(licence) {
        Some(true) => None,
        Some(false) => {
            Some(format!("{name} {version} is under `{licence}`: use another package, or list the licence in xtask/src/supply.rs"))
        }
        None => Some(format!("{name} {version} is under `{licence}`, which is no SPDX expression: use another package")),
    }
}

type Words<'a> = Peekable<SplitWhitespace<'a>>;

/// Whether the listed licences satisfy an SPDX expression; nothing if it is none. The slash of old manifests is an `OR`.
fn permitted(expression: &str) -> Option<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let permitted = either(&mut words)?;
    words.next().is_none().then_some(permitted)
}

fn either(words: &mut Words<'_>) -> Option<bool> {
    let mut permitted = both(words)?;
    while words.next_if_eq(&"OR").is_some() {
        permitted |= both(words)?;
    }
    Some(permitted)
}

fn both(words: &mut Words<'_>) -> Option<bool> {
    let mut permitted = term(words)?;
    while words.next_if_eq(&"AND").is_some() {
        permitted &= term(words)?;
    }
    Some(permitted)
}

fn term(words: &mut Words<'_>) -> Option<bool> {
    if words.next_if_eq(&"(").is_some() {
        let permitted = either(words)?;
        return words.next_if_eq(&")").map(|_| permitted);
    }
    let licence = id(words)?;
    if words.next_if_eq(&"WITH").is_none() {
        return Some(LICENCES.contains(&licence));
    }
    let exception = id(words)?;
    Some(LICENCES.contains(&format!("{licence} WITH {exception}").as_str()))
}

fn id<'a>(words: &mut Words<'a>) -> Option<&'a str> {
    words.next().filter(|word| !OPERATORS.contains(word))
}

/// A line of the table of direct dependencies.
struct Row<'a> {
    line: usize,
    name: &'a str,
    users: &'a str,
    licence: &'a str,
    reason: &'a str,
}

impl<'a> Row<'a> {
    fn read(line: usize, text: &'a str) -> Self {
        let mut cells = text.trim().trim_matches('|').split('|').map(str::trim);
        let mut cell = || cells.next().unwrap_or_default();
        Self { line, name: cell().trim_matches('`'), users: cell(), licence: cell(), reason: cell() }
    }
}

fn rows(table: &str) -> Vec<Row<'_>> {
    let lines = table.lines().enumerate().skip_while(|(_, line)| !line.starts_with(HEADER));
    lines.skip(2).take_while(|(_, line)| line.starts_with('|')).map(|(index, line)| Row::read(index + 1, line)).collect()
}

fn check_table(table: &str, packages: &[Package], tree: &Tree) -> Vec<Finding> {
    let direct = direct(packages, tree);
    let rows = rows(table);
    let mut findings = Vec::new();
    for row in &rows {
        let twice = rows.iter().any(|other| other.name == row.name && other.line < row.line);
        findings.extend(untrue(row, direct.get(row.name), twice).into_iter().map(|message| Finding::new(TABLE, row.line, message)));
    }
    let header = table.lines().position(|line| line.starts_with(HEADER)).map_or(1, |index| index + 1);
    for (name, Direct { users, licence }) in direct.iter().filter(|(name, _)| rows.iter().all(|row| row.name != **name)) {
        let row = format!("| `{name}` | {users} | {} | why |", licence.unwrap_or("licence"));
        findings.push(Finding::new(TABLE, header, format!("{name} has no row: add `{row}` and say why")));
    }
    findings
}

/// What is wrong with a row about a direct dependency, if it is one.
fn untrue(row: &Row<'_>, direct: Option<&Direct<'_>>, twice: bool) -> Vec<String> {
    let name = row.name;
    let Some(Direct { users, licence }) = direct else {
        return vec![format!("no package of the workspace depends on {name}: take the row out")];
    };
    let licence = licence.unwrap_or(row.licence);
    [
        (twice, format!("{name} has a row above: take one out")),
        (row.users != users, format!("{name} is used by {users}: the row says `{}`", row.users)),
        (row.licence != licence, format!("{name} is under {licence}: the row says `{}`", row.licence)),
        (row.reason.is_empty(), format!("{name} lacks its reason: say what it is used for")),
    ]
    .into_iter()
    .filter_map(|(wrong, message)| wrong.then_some(message))
    .collect()
}

/// A package from elsewhere that the workspace names.
struct Direct<'a> {
    /// The packages that do, in order.
    users: String,
    /// Nothing if it is not built on this machine.
    licence: Option<&'a str>,
}

fn direct<'a>(packages: &'a [Package], tree: &'a Tree) -> BTreeMap<&'a str, Direct<'a>> {
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in packages {
        for dependency in package.dependencies.iter().filter(|dependency| !dependency.local) {
            users.entry(&dependency.name).or_default().insert(&package.name);
        }
    }
    let direct = |(name, users): (&'a str, BTreeSet<&str>)| {
        let users = users.into_iter().collect::<Vec<_>>().join(", ");
        let resolved = tree.packages.iter().find(|package| package.name == name && package.users.iter().any(|user| user.member));
        (name, Direct { users, licence: resolved.and_then(|package| package.licence.as_deref()) })
    };
    users.into_iter().map(direct).collect()
}

#[cfg(test)]
#[path = "supply_tests.rs"]
mod tests;
