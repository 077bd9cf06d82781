//! Which package may use which: the arrows of the architecture, as tables.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::workspace::{Dependency, Package, Resolved, Tree};

/// The packages of the workspace that each package may name. Example rules have no row: each may name the guest SDK only.
const ROOMS: &[(&str, &[&str])] = &[
    ("assay-domain", &[]),
    ("assay-rating", &["assay-domain"]),
    ("assay-receipt", &["assay-domain"]),
    ("assay-runtime", &["assay-domain"]),
    ("assay-store", &["assay-domain"]),
    ("assay-app", &["assay-store", "assay-runtime", "assay-rating", "assay-receipt", "assay-domain"]),
    ("assay-api", &["assay-app", "assay-domain"]),
    ("assay-console", &["assay-app", "assay-page", "assay-domain"]),
    ("assay-page", &["assay-domain"]),
    ("assay-verify", &["assay-runtime", "assay-rating", "assay-receipt", "assay-domain"]),
    (
        "assay-cli",
        &[
            "assay-api",
            "assay-console",
            "assay-page",
            "assay-verify",
            "assay-app",
            "assay-store",
            "assay-runtime",
            "assay-rating",
            "assay-receipt",
            "assay-domain",
        ],
    ),
    ("assay-sdk", &["assay-sdk-macros"]),
    ("assay-sdk-macros", &[]),
    ("xtask", &[]),
];

const RULES_FOLDER: &str = "example-plugins/";
const RULES_MAY_NAME: &[&str] = &["assay-sdk"];

/// Tests may use everything in the workspace.
const TESTS: &str = "assay-tests";

/// Foreign crates that only some rooms may link: a room exists because of what the others must not.
const LINKS: &[(&str, &[&str])] = &[
    ("wasmtime", &["assay-runtime", TESTS]),
    ("sqlx", &["assay-store", TESTS]),
    ("axum", &["assay-api", "assay-console", "assay-cli", TESTS]),
    ("tokio", &["assay-store", "assay-app", "assay-api", "assay-console", "assay-cli", TESTS]),
    ("anyhow", &["assay-cli", "assay-console", "assay-verify", TESTS, "xtask"]),
];

/// Foreign crates that are nowhere below a package, however they would get there: what a customer runs reaches no database and no network.
const NOWHERE_BELOW: &[(&str, &[&str])] =
    &[("assay-verify", &["sqlx", "axum", "hyper", "tokio", "mio", "socket2", "rustls", "reqwest", "ureq", "libsqlite3-sys"])];

/// Every dependency that crosses a wall, and every package the tables do not know.
pub fn check(packages: &[Package]) -> Vec<Finding> {
    packages.iter().flat_map(check_package).collect()
}

/// Every package below another that must not be there.
pub fn check_below(packages: &[Package], tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, nowhere) in NOWHERE_BELOW {
        let Some(package) = packages.iter().find(|package| package.name == *name) else { continue };
        let below = below(tree, name);
        for (found, user) in nowhere.iter().filter_map(|unwanted| below.get_key_value(unwanted)) {
            let shows = format!("`cargo tree --package {name} --invert {found}` shows how");
            let message = format!("{name} may have no {found} below it, and {user} brings it: {shows}");
            findings.push(Finding::new(&manifest_path(package), 1, message));
        }
    }
    findings
}

/// The packages below another, each with one that uses it.
fn below<'t>(tree: &'t Tree, root: &'t str) -> BTreeMap<&'t str, &'t str> {
    let mut found = BTreeMap::from([(root, root)]);
    loop {
        let news: Vec<(&str, &str)> = tree
            .packages
            .iter()
            .filter(|package| !found.contains_key(package.name.as_str()))
            .filter_map(|package| Some((package.name.as_str(), user_among(package, &found)?)))
            .collect();
        if news.is_empty() {
            return found;
        }
        found.extend(news);
    }
}

fn user_among<'t>(package: &'t Resolved, found: &BTreeMap<&str, &str>) -> Option<&'t str> {
    package.users.iter().map(|user| user.name.as_str()).find(|user| found.contains_key(user))
}

fn check_package(package: &Package) -> Vec<Finding> {
    let file = manifest_path(package);
    let may_name = may_name(package);
    let mut findings = Vec::new();
    if package.name != TESTS && may_name.is_none() {
        let message = format!("package {} has no row in xtask/src/edges.rs: say there what it may use", package.name);
        findings.push(Finding::new(&file, 1, message));
    }
    for dependency in &package.dependencies {
        let complaint = if dependency.local {
            may_name.and_then(|names| crosses(package, dependency, names))
        } else {
            links_in_vain(package, dependency)
        };
        if let Some(message) = complaint {
            findings.push(Finding::new(&file, line_of(&package.manifest, &dependency.key), message));
        }
    }
    findings
}

fn may_name(package: &Package) -> Option<&'static [&'static str]> {
    if package.folder.starts_with(RULES_FOLDER) {
        return Some(RULES_MAY_NAME);
    }
    let row = ROOMS.iter().find(|(name, _)| *name == package.name)?;
    Some(row.1)
}

fn crosses(package: &Package, dependency: &Dependency, names: &[&str]) -> Option<String> {
    if names.contains(&dependency.name.as_str()) {
        return None;
    }
    let allowed = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    Some(format!("{} may not use {}: of this workspace it may use {allowed}", package.name, dependency.name))
}

fn links_in_vain(package: &Package, dependency: &Dependency) -> Option<String> {
    let (_, rooms) = LINKS.iter().find(|(name, _)| *name == dependency.name)?;
    if rooms.contains(&package.name.as_str()) {
        return None;
    }
    Some(format!("{} may not link {}: only {} may", package.name, dependency.name, rooms.join(", ")))
}

fn manifest_path(package: &Package) -> String {
    format!("{}/Cargo.toml", package.folder)
}

/// The manifest's first line that sets this key, or its first line.
fn line_of(manifest: &str, key: &str) -> usize {
    let table = format!("dependencies.{key}]");
    let sets = |line: &str| {
        let after = line.trim_start().strip_prefix(key);
        after.is_some_and(|rest| rest.starts_with(['.', '=', ' '])) || line.contains(&table)
    };
    manifest.lines().position(sets).map_or(1, |index| index + 1)
}

#[cfg(test)]
#[path = "edges_tests.rs"]
mod tests;
