//! The example rules as components.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::step::{Steps, run};
use crate::workspace::{Package, Workspace};

const FOLDER: &str = "example-plugins";

/// Builds the workspace, then every example rule.
pub fn plugins(workspace: &Workspace, arguments: &[OsString], steps: &mut Steps) -> Result<()> {
    if !arguments.is_empty() {
        bail!("`plugins` takes no arguments: it builds every example rule");
    }
    prepare(workspace, steps)
}

/// What every chore needs that runs the product: its binaries, and the example rules as components.
pub fn prepare(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    steps.run("build", || {
        println!("Building the workspace: 5 to 8 minutes the first time on two cores, then only what changed.");
        run(workspace.cargo().args(["build", "--workspace", "--bins"]))
    })?;
    steps.run("example rules", || {
        println!("Building the example rules: about a minute the first time, half a minute more if a compiler must be installed.");
        compile(workspace)
    })
}

fn compile(workspace: &Workspace) -> Result<()> {
    let rules = rules(workspace)?;
    if rules.is_empty() {
        bail!("there is no rule in {FOLDER}: each folder there with a Cargo.toml is one");
    }
    let mut build = workspace.assay();
    build.args(["rule", "build"]).args(rules.iter().map(|rule| rule.folder.as_str()));
    run(&mut build)?;
    for rule in rules {
        let path = component(workspace, rule);
        let size = fs::metadata(&path).with_context(|| format!("`assay rule build` left no component at {}", path.display()))?.len();
        println!("{:<28} {size:>9} bytes", rule.name);
    }
    Ok(())
}

/// The example rules, by folder. One that the workspace does not list would go unbuilt and untested, so that is an error.
fn rules(workspace: &Workspace) -> Result<Vec<&Package>> {
    let folder = workspace.root.join(FOLDER);
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut rules = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot list {}", folder.display()))?;
        if !entry.path().join("Cargo.toml").is_file() {
            continue;
        }
        let name = format!("{FOLDER}/{}", entry.file_name().to_string_lossy());
        let package = workspace.packages.iter().find(|package| package.folder == name);
        rules.push(package.with_context(|| format!("{name} is no member of the workspace: add it to Cargo.toml"))?);
    }
    rules.sort_by(|a, b| a.folder.cmp(&b.folder));
    Ok(rules)
}

fn component(workspace: &Workspace, rule: &Package) -> PathBuf {
    workspace.target.join("rules").join(format!("{}.component.wasm", rule.name))
}
