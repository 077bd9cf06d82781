//! The example rules as components.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::machine::compilers;
use crate::npm;
use crate::step::{Steps, run};
use crate::workspace::Workspace;

/// Where the example rules are.
pub const FOLDER: &str = "example-plugins";

/// An example rule.
struct Rule {
    /// Its folder from the root.
    folder: String,
    /// What it is called: the name of its folder.
    name: String,
    language: Language,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Rust,
    JavaScript,
    C,
}

/// Builds the workspace, then every example rule.
pub fn plugins(workspace: &Workspace, arguments: &[OsString], steps: &mut Steps) -> Result<()> {
    if !arguments.is_empty() {
        bail!("`plugins` takes no arguments: it builds every example rule");
    }
    prepare(workspace, steps)
}

/// What the tests need: the binaries, and every example rule as a component.
pub fn prepare(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    // What is missing is better heard of before the long build than after it.
    compilers(steps)?;
    prepare_crates(workspace, steps)?;
    steps.run("JavaScript SDK", || npm::build_sdk(workspace))?;
    steps.run("rules in other languages", || compile(workspace, |language| language != Language::Rust))
}

/// What every chore needs that runs the product: its binaries, and the example rules in Rust.
pub fn prepare_crates(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    steps.run("build", || {
        println!("Building the workspace: 5 to 8 minutes the first time on two cores, then only what changed.");
        run(workspace.cargo().args(["build", "--workspace", "--bins"]))
    })?;
    steps.run("example rules", || {
        println!("Building the example rules: about a minute the first time, half a minute more if a compiler must be installed.");
        compile(workspace, |language| language == Language::Rust)
    })
}

fn compile(workspace: &Workspace, is_wanted: fn(Language) -> bool) -> Result<()> {
    let mut rules = rules(workspace)?;
    rules.retain(|rule| is_wanted(rule.language));
    if rules.is_empty() {
        bail!("there is no such rule in {FOLDER}: each folder there with a Cargo.toml, a package.json or a Makefile is one");
    }
    rules.iter().try_for_each(|rule| rule.prepare(workspace))?;
    let mut build = workspace.assay();
    build.args(["rule", "build"]).args(rules.iter().map(Rule::source));
    run(&mut build)?;
    for rule in &rules {
        let path = rule.component(workspace);
        let size = fs::metadata(&path).with_context(|| format!("`assay rule build` left no component at {}", path.display()))?.len();
        println!("{:<28} {size:>9} bytes", rule.name);
    }
    Ok(())
}

impl Rule {
    /// What comes before `assay rule build`.
    fn prepare(&self, workspace: &Workspace) -> Result<()> {
        match self.language {
            Language::Rust => Ok(()),
            Language::JavaScript => npm::install(&workspace.root.join(&self.folder)),
            Language::C => run(Command::new("make").arg("-C").arg(workspace.root.join(&self.folder))),
        }
    }

    /// What `assay rule build` takes: the folder, or the module that make leaves there.
    fn source(&self) -> String {
        match self.language {
            Language::Rust | Language::JavaScript => self.folder.clone(),
            Language::C => format!("{}/{}.wasm", self.folder, self.name),
        }
    }

    fn component(&self, workspace: &Workspace) -> PathBuf {
        let file = format!("{}.component.wasm", self.name);
        match self.language {
            Language::Rust => workspace.target.join("rules").join(file),
            Language::JavaScript => workspace.root.join(&self.folder).join("dist").join(file),
            Language::C => workspace.root.join(&self.folder).join(file),
        }
    }
}

/// The example rules, by folder. A crate that the workspace does not list would go untested, so that is an error.
fn rules(workspace: &Workspace) -> Result<Vec<Rule>> {
    let folder = workspace.root.join(FOLDER);
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut rules = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot list {}", folder.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let has = |file: &str| entry.path().join(file).is_file();
        let language = if has("Cargo.toml") {
            Language::Rust
        } else if has("package.json") {
            Language::JavaScript
        } else if has("Makefile") {
            Language::C
        } else {
            continue;
        };
        let folder = format!("{FOLDER}/{name}");
        if language == Language::Rust && !workspace.packages.iter().any(|package| package.folder == folder) {
            bail!("{folder} is no member of the workspace: add it to Cargo.toml");
        }
        rules.push(Rule { folder, name, language });
    }
    rules.sort_by(|a, b| a.folder.cmp(&b.folder));
    Ok(rules)
}
