//! Every test.

use std::ffi::OsString;

use anyhow::Result;

use crate::machine::programs;
use crate::plugins::prepare;
use crate::step::{Steps, run};
use crate::workspace::Workspace;

/// The suites that keep what they do in a database, and so run once more on a server.
const STORED: [&str; 3] = ["app::", "api::", "store::"];

/// Builds everything and runs the tests whose names contain one of the filters, or all; then, with a database of PostgreSQL in the place of a
/// file, those whose names contain one, or all that store anything.
pub fn test(workspace: &Workspace, filters: &[OsString], steps: &mut Steps) -> Result<()> {
    println!("The tests: build everything, build the example rules, then build and run the tests; about ten minutes the first time.");
    prepare(workspace, steps)?;
    // Any filter may match a test that starts them, so none skips this.
    programs(steps)?;
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--workspace"]);
    if !filters.is_empty() {
        cargo.arg("--").args(filters);
    }
    steps.run("tests", || run(&mut cargo))?;
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--workspace", "--test", "it", "--"]).env("ASSAY_TESTS_ON", "postgres");
    if filters.is_empty() {
        cargo.args(STORED)
    } else {
        cargo.args(filters)
    };
    steps.run("tests on PostgreSQL", || run(&mut cargo))
}
