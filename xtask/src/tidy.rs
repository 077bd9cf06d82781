//! Rules of the house that a compiler does not know. To add one: a row in a table and its negative case.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::finding::Finding;
use crate::workspace::relative;

/// All that may lie at the top, besides dot-files.
const TOP_LEVEL: &[&str] =
    &["Cargo.lock", "Cargo.toml", "LICENSE", "README.md", "clippy.toml", "example-plugins", "guest-sdk", "host", "tests", "wit", "xtask"];

/// Folders of things made, never of source.
const MADE: &[&str] = &["target", "node_modules", "dist", "assay-data"];

/// Files that stay short enough to be read whole: path and lines at most.
const LENGTHS: &[(&str, usize)] = &[("host/ARCHITECTURE.md", 250)];

/// A rule about single lines of Rust; comments are not judged.
struct LineRule {
    holds_in: fn(&str) -> bool,
    broken_by: fn(&str) -> bool,
    message: &'static str,
}

const LINES: &[LineRule] = &[
    LineRule {
        holds_in: everywhere,
        broken_by: silences_a_lint,
        message: "a lint is silenced for good: say `expect` with a reason, so that it is heard of when it no longer applies",
    },
    LineRule {
        holds_in: reckons_money,
        broken_by: names_a_float,
        message: "a float in a room of exact numbers: use Decimal, Amount or an integer",
    },
];

/// Reads the tree and applies every rule.
pub fn check(root: &Path) -> Result<Vec<Finding>> {
    let mut files = Vec::new();
    walk(root, root, &mut files)?;
    files.sort_unstable();
    let mut findings = check_top_level(&names(root)?);
    findings.extend(files.iter().flat_map(|(path, text)| check_lines(path, text)));
    findings.extend(check_lengths(&files));
    Ok(findings)
}

fn check_top_level(names: &[String]) -> Vec<Finding> {
    names
        .iter()
        .map(String::as_str)
        .filter(|name| !name.starts_with('.') && !TOP_LEVEL.contains(name) && !MADE.contains(name))
        .map(|name| Finding::new(name, 1, "does not belong at the top: move it into one of the rooms there"))
        .collect()
}

fn check_lines(path: &str, text: &str) -> Vec<Finding> {
    if !path.ends_with(".rs") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.split_once("//").map_or(line, |(code, _)| code);
        let broken = LINES.iter().filter(|rule| (rule.holds_in)(path) && (rule.broken_by)(code));
        findings.extend(broken.map(|rule| Finding::new(path, index + 1, rule.message)));
    }
    findings
}

fn check_lengths(files: &[(String, String)]) -> Vec<Finding> {
    let check = |&(path, max): &(&str, usize)| {
        let Some((_, text)) = files.iter().find(|(file, _)| file == path) else {
            return Some(Finding::new(path, 1, "is missing: it is the map of the code"));
        };
        let lines = text.lines().count();
        (lines > max).then(|| Finding::new(path, max + 1, format!("has {lines} lines, at most {max}: shorten it")))
    };
    LENGTHS.iter().filter_map(check).collect()
}

fn everywhere(_path: &str) -> bool {
    true
}

fn reckons_money(path: &str) -> bool {
    path.starts_with("host/domain/") || path.starts_with("host/rating/")
}

fn silences_a_lint(code: &str) -> bool {
    // In two pieces each, or this file would break the rule.
    code.contains(concat!("#", "[allow(")) || code.contains(concat!("#", "![allow("))
}

fn names_a_float(code: &str) -> bool {
    code.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').any(|word| {
        let number = word.starts_with(|first: char| first.is_ascii_digit()) && !word.starts_with("0x");
        let float = word.ends_with("f32") || word.ends_with("f64");
        float && (number || word.len() == 3)
    })
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> Result<()> {
    for name in names(folder)? {
        let path = folder.join(&name);
        if name.starts_with('.') || MADE.contains(&name.as_str()) || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, files)?;
        } else if name.ends_with(".rs") || name == "ARCHITECTURE.md" {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            files.push((relative(root, &path), text));
        }
    }
    Ok(())
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let list = || -> std::io::Result<Vec<String>> {
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned())).collect()
    };
    list().with_context(|| format!("cannot list {}", folder.display()))
}

#[cfg(test)]
#[path = "tidy_tests.rs"]
mod tests;
