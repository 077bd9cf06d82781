//! The comparison with other ways to run rules, a workspace of its own: what is compared with is no dependency of the product.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::plugins::prepare_crates;
use crate::step::{Steps, run};
use crate::workspace::Workspace;

const MANIFEST: &str = "tests/peers/Cargo.toml";

/// Builds the peers beside the product, checks that they answer alike, and measures them.
pub fn peers(workspace: &Workspace, arguments: &[OsString], steps: &mut Steps) -> Result<()> {
    if !arguments.is_empty() {
        bail!("`bench peers` takes no arguments: it compares every peer on tickets of 1, 10 and 50 events");
    }
    println!("Build everything and the example rules, then the peers: another WebAssembly engine, a JavaScript engine, interpreters;");
    println!("half an hour the first time on two cores. Then compare all answers, and measure for about two minutes.");
    prepare_crates(workspace, steps)?;
    steps.run("build the peers", || run(&mut cargo(workspace, "build")))?;
    let mut measure = cargo(workspace, "run");
    measure.arg("--").arg(component(workspace)).arg(target(workspace));
    steps.run("peers", || run(&mut measure))
}

fn cargo(workspace: &Workspace, command: &str) -> Command {
    let mut cargo = workspace.cargo();
    cargo.args([command, "--locked", "--manifest-path", MANIFEST, "--target-dir"]).arg(target(workspace));
    cargo
}

/// Apart from the product's build, whose settings differ.
fn target(workspace: &Workspace) -> PathBuf {
    workspace.target.join("peers")
}

fn component(workspace: &Workspace) -> PathBuf {
    workspace.target.join("rules").join("resolved-ticket.component.wasm")
}
