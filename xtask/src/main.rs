//! The project's own chores: `cargo xtask --help` lists them.
//!
//! Links no crate of the workspace, so it starts at once and can say what a long build is about to do. To add a chore: a function that
//! takes the workspace, its row in `dispatch` and its lines in `HELP`.
#![expect(clippy::disallowed_methods, reason = "chores time their steps and use the cargo that started them")]

mod bench;
mod ci;
mod demo;
mod edges;
mod finding;
mod machine;
mod npm;
mod peers;
mod plugins;
mod step;
mod supply;
mod test;
mod tidy;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::step::Steps;
use crate::workspace::Workspace;

const HELP: &str = "\
The project's own chores.

usage: cargo xtask COMMAND

  demo [ARGUMENTS]        build everything and run the demonstration in a fresh data folder; arguments are those of `assay demo`:
                          --exit, --interactions N, --seed S, --rules FOLDER (relative paths start at the workspace's root)
  test [--on sqlite|postgres] [FILTER…]
                          build everything and run the tests whose names contain a filter, or all, those in node too, then
                          those that store anything once more on PostgreSQL; --on leaves it at one of the two. They need npm,
                          clang, Chromium, its driver and the programs of a PostgreSQL server, which are installed if they are
                          missing and you are root on Debian
  ci                      formatting, edges between crates, tidiness, the supply chain, lints, documentation
  plugins                 build the example rules as components; those in TypeScript and C need npm and clang, installed likewise
  bench [NAME [ARGUMENTS]]
                          run one benchmark, or all; `bench peers` compares with other ways to run rules
  history FILE [ARGUMENTS]
                          run a real history, a compressed table of incidents, and check what must hold on it
  crash [--cycles N]      kill imports, bills and a server under load again and again and check that nothing is lost or doubled
  chaos [--faults N] [--seed S]
                          break an installation on PostgreSQL while it is at work, 200 times unless told otherwise: processes are
                          killed and paused, connections lost and cut, the database crashes; then everything must add up
  simulate [--seeds N] [--from S] [--threads T]
                          live through N seeds, 1,000 from 0 on unless told otherwise: months of simulated time with late, wrong and
                          repeated events, billing runs, failing disks and crashes at every commit, each checked against a naive model
  edges                   check the edges between crates, the tidiness of the tree, and what it is built from; builds nothing
";

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[OsString]) -> Result<()> {
    let Some((command, rest)) = arguments.split_first() else {
        print!("{HELP}");
        return Ok(());
    };
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        print!("{HELP}");
        return Ok(());
    }
    let chore: fn(&Workspace, &[OsString], &mut Steps) -> Result<()> = match command.to_str() {
        Some("demo") => demo::demo,
        Some("test") => test::test,
        Some("ci") => ci::ci,
        Some("plugins") => plugins::plugins,
        Some("bench") => bench::bench,
        Some("history") => bench::history,
        Some("crash") => bench::crash,
        Some("chaos") => bench::chaos,
        Some("simulate") => bench::simulate,
        Some("edges") => ci::edges,
        _ => bail!("there is no chore `{}`: `cargo xtask --help` lists them", command.to_string_lossy()),
    };
    let workspace = Workspace::load()?;
    let mut steps = Steps::default();
    let outcome = chore(&workspace, rest, &mut steps);
    print!("{}", steps.table());
    outcome
}
