//! Every test.

use std::ffi::{OsStr, OsString};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::machine::programs;
use crate::npm;
use crate::plugins::prepare;
use crate::step::{Steps, run};
use crate::workspace::Workspace;

/// The suites that keep what they do in a database.
const STORED: [&str; 6] = ["app::", "api::", "cli::", "console::", "simulate::", "store::"];

/// What the tests keep a database in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

/// Builds everything and runs the tests whose names contain one of the filters, or all. Then it runs them once more with a database of
/// PostgreSQL in the place of each file: those whose names contain a filter, or all that keep anything.
pub fn test(workspace: &Workspace, arguments: &[OsString], steps: &mut Steps) -> Result<()> {
    let (engines, filters) = wanted(arguments)?;
    println!("The tests: build everything, build the example rules, then build and run the tests; about ten minutes the first time.");
    prepare(workspace, steps)?;
    // Any filter may match a test that starts them, on either engine, so none skips this.
    programs(steps)?;
    // Those in node have names of their own, which no filter means, and keep nothing.
    if filters.is_empty() && engines.contains(&Engine::Sqlite) {
        npm::test(workspace, steps)?;
    }
    for engine in engines {
        let mut cargo = workspace.cargo();
        steps.run(engine.step(), || run(engine.tests(&mut cargo, &filters)))?;
    }
    Ok(())
}

/// On what, and what for: `--on ENGINE` among the filters.
fn wanted(arguments: &[OsString]) -> Result<(Vec<Engine>, Vec<&OsStr>)> {
    let (mut engines, mut filters) = (vec![Engine::Sqlite, Engine::Postgres], Vec::new());
    let mut rest = arguments.iter().map(OsString::as_os_str);
    while let Some(argument) = rest.next() {
        let inline = argument.to_str().and_then(|text| text.strip_prefix("--on="));
        match inline.map(OsStr::new) {
            Some(name) => engines = vec![Engine::named(name)?],
            None if argument == "--on" => engines = vec![Engine::named(rest.next().context("--on needs a name: sqlite or postgres")?)?],
            None => filters.push(argument),
        }
    }
    Ok((engines, filters))
}

impl Engine {
    fn named(name: &OsStr) -> Result<Self> {
        match name.to_str() {
            Some("sqlite") => Ok(Self::Sqlite),
            Some("postgres") => Ok(Self::Postgres),
            _ => bail!("the tests run on sqlite or on postgres, not on {:?}", name.to_string_lossy()),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    fn step(self) -> &'static str {
        match self {
            Self::Sqlite => "tests on SQLite",
            Self::Postgres => "tests on PostgreSQL",
        }
    }

    /// Its share of the tests. What keeps nothing is tested once.
    fn tests<'c>(self, cargo: &'c mut Command, filters: &[&OsStr]) -> &'c mut Command {
        cargo.args(["test", "--workspace"]).env("ASSAY_TESTS_ON", self.name());
        if self == Self::Postgres {
            cargo.args(["--test", "it"]);
        }
        cargo.arg("--").args(filters);
        // Options for the tests choose none.
        let is_filtered = filters.iter().any(|filter| !filter.as_encoded_bytes().starts_with(b"-"));
        if self == Self::Postgres && !is_filtered { cargo.args(STORED) } else { cargo }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The commands that come of arguments, each as one line.
    fn commands(line: &str) -> Vec<String> {
        let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        let (engines, filters) = wanted(&arguments).unwrap();
        let command = |engine: &Engine| {
            let mut cargo = Command::new("cargo");
            let words = engine.tests(&mut cargo, &filters).get_args().map(|word| word.to_string_lossy().into_owned());
            format!("{} {}", engine.name(), words.collect::<Vec<_>>().join(" "))
        };
        engines.iter().map(command).collect()
    }

    #[test]
    fn both_engines_are_tested_unless_one_is_named() {
        let (file, server) = ("sqlite test --workspace --", "postgres test --workspace --test it --");
        let stored = "app:: api:: cli:: console:: simulate:: store::";
        for (arguments, expected) in [
            ("", vec![file.to_owned(), format!("{server} {stored}")]),
            ("app::ledger keys", vec![format!("{file} app::ledger keys"), format!("{server} app::ledger keys")]),
            ("--nocapture", vec![format!("{file} --nocapture"), format!("{server} --nocapture {stored}")]),
            ("--on sqlite", vec![file.to_owned()]),
            ("--on=postgres", vec![format!("{server} {stored}")]),
            ("keys --on postgres", vec![format!("{server} keys")]),
        ] {
            assert_eq!(commands(arguments), expected, "{arguments:?}");
        }
    }

    #[test]
    fn an_engine_that_is_none_is_refused() {
        for (line, expected) in [
            ("--on", "--on needs a name: sqlite or postgres"),
            ("--on mysql", "the tests run on sqlite or on postgres, not on \"mysql\""),
            ("--on=", "the tests run on sqlite or on postgres, not on \"\""),
        ] {
            let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
            assert_eq!(wanted(&arguments).unwrap_err().to_string(), expected);
        }
    }
}
