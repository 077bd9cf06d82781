//! What a change must pass before its tests are worth running.

use std::ffi::OsString;

use anyhow::{Context, Result, bail};

use crate::finding::report;
use crate::step::{Steps, run};
use crate::workspace::Workspace;
use crate::{edges, supply, tidy};

/// Formatting, edges, tidiness, the supply chain, lints and documentation, the quick ones first.
pub fn ci(workspace: &Workspace, arguments: &[OsString], steps: &mut Steps) -> Result<()> {
    refuse(arguments, "ci")?;
    println!("The checks: seconds, then 5 to 8 minutes of lints and documentation the first time on two cores.");
    steps.run("formatting", || run(workspace.cargo().args(["fmt", "--all", "--check"])).context("`cargo fmt --all` formats the files"))?;
    walls(workspace, steps)?;
    steps.run("lints", || run(workspace.cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])))?;
    steps.run("documentation", || {
        run(workspace.cargo().args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", documentation_flags()))
    })
}

/// The checks that build nothing.
pub fn edges(workspace: &Workspace, arguments: &[OsString], steps: &mut Steps) -> Result<()> {
    refuse(arguments, "edges")?;
    walls(workspace, steps)
}

fn walls(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    steps.run("edges", || {
        let mut findings = edges::check(&workspace.packages);
        findings.extend(edges::check_below(&workspace.packages, &workspace.tree()?));
        report(&findings)
    })?;
    steps.run("tidiness", || report(&tidy::check(&workspace.root)?))?;
    steps.run("supply chain", || report(&supply::check(workspace)?))
}

/// The flags of the environment, and every warning an error.
fn documentation_flags() -> OsString {
    let mut flags = std::env::var_os("RUSTDOCFLAGS").unwrap_or_default();
    flags.push(" -D warnings");
    flags
}

fn refuse(arguments: &[OsString], chore: &str) -> Result<()> {
    if arguments.is_empty() {
        return Ok(());
    }
    bail!("`{chore}` takes no arguments: it checks everything")
}
