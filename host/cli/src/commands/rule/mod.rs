//! `assay rule`

mod bench;
mod build;
mod check;
mod diff;
mod explain;
mod new;
mod numbers;
mod push;
mod record;
mod subject;
mod test;
mod watch;
mod zone;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use assay_runtime::Rule as Admitted;
use clap::Subcommand;

use crate::{
    output::Output,
    sandbox,
    session::Session,
    toolchain::{self, Options},
};

/// Begin, build, check, test, measure, explain, compare and upload rules.
#[derive(Debug, Subcommand)]
pub enum Rule {
    /// Begin a rule: a folder with one that works, its fixtures, and what it is built with.
    New(new::New),
    /// Build rules into components.
    Build {
        /// Folders with a Cargo.toml or a package.json, or core modules.
        #[arg(default_value = ".")]
        rules: Vec<PathBuf>,
    },
    /// Run the checks that an upload runs, and show what the rule declares.
    Check {
        /// A component, or a folder to build.
        #[arg(default_value = ".")]
        rule: PathBuf,
    },
    /// Run a rule's fixtures in the sandbox.
    Test(test::Test),
    /// Measure what a rule costs: instructions, memory and time, and how many events it takes to reach a limit.
    Bench(bench::Bench),
    /// Show why a verdict is what it is: the timeline with what the rule reads, what it says from when on, and the evidence.
    Explain(explain::Explain),
    /// Write a real interaction down as a fixture, without what is personal about it.
    Record(record::Record),
    /// Compare two rules: what they declare, and their verdicts on fixtures. Ends with 1 when a verdict differs.
    Diff(diff::Diff),
    /// Write a time zone's offsets of some years as source, for a rule in Rust that counts opening hours.
    Zone(zone::Zone),
    /// Upload a rule; the same component again is the same rule.
    Push {
        /// A component, or a folder to build.
        #[arg(default_value = ".")]
        rule: PathBuf,
    },
    /// List the uploaded rules.
    List,
}

impl Rule {
    /// Whether it works on an installation, and not on files alone.
    pub(crate) fn needs_session(&self) -> bool {
        match self {
            Self::Push { .. } | Self::List | Self::Record(_) => true,
            Self::Explain(explain) => explain.needs_session(),
            _ => false,
        }
    }
}

/// Runs a command that works on files alone; one that goes on says what it finds as it goes.
pub(crate) fn run_offline(command: &Rule, json: bool) -> Result<Output> {
    match command {
        Rule::New(new) => new::run(new),
        Rule::Build { rules } => build::run(rules),
        Rule::Check { rule } => check::run(rule),
        Rule::Test(test) if test.watch => watch::run(test, json),
        Rule::Test(test) => test::run(test),
        Rule::Bench(bench) => bench::run(bench),
        Rule::Explain(explain) => explain::run_fixture(explain),
        Rule::Diff(diff) => diff::run(diff),
        Rule::Zone(zone) => zone::run(zone),
        Rule::Record(_) | Rule::Push { .. } | Rule::List => bail!("this command needs an installation"),
    }
}

pub(crate) async fn run(command: &Rule, session: &Session) -> Result<Output> {
    match command {
        Rule::Push { rule } => push::run(rule, session).await,
        Rule::List => push::list(session).await,
        Rule::Record(record) => record::run(record, session).await,
        Rule::Explain(explain) => explain::run_interaction(explain, session).await,
        offline => run_offline(offline, false),
    }
}

/// The bytes of a component: a file's, or what a folder builds into.
pub(crate) fn component(rule: &Path) -> Result<Vec<u8>> {
    if rule.is_dir() {
        return Ok(toolchain::build_component(rule, &Options { quiet: true })?.component);
    }
    std::fs::read(rule).with_context(|| format!("cannot read the rule {}", rule.display()))
}

fn admit(rule: &Path) -> Result<Admitted> {
    Ok(sandbox::engine()?.admit(&component(rule)?)?)
}

/// Where the fixtures of a rule are: where it is said, or in its folder.
fn fixtures_of(rule: &Path, said: Option<&Path>) -> Result<PathBuf> {
    match said {
        Some(place) => Ok(place.to_owned()),
        None if rule.is_dir() => Ok(rule.join("fixtures")),
        None => bail!("name the folder with the fixtures: --fixtures FOLDER"),
    }
}
