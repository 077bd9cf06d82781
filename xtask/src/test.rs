//! Every test.

use std::ffi::OsString;

use anyhow::Result;

use crate::machine::browser;
use crate::plugins::prepare;
use crate::step::{Steps, run};
use crate::workspace::Workspace;

/// Builds everything and runs the tests whose names contain one of the filters, or all.
pub fn test(workspace: &Workspace, filters: &[OsString], steps: &mut Steps) -> Result<()> {
    println!("The tests: build everything, build the example rules, then build and run the tests; about ten minutes the first time.");
    prepare(workspace, steps)?;
    // Any filter may match a test that drives a browser, so none skips this.
    browser(steps)?;
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--workspace"]);
    if !filters.is_empty() {
        cargo.arg("--").args(filters);
    }
    steps.run("tests", || run(&mut cargo))
}
