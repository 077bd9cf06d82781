//! Rules compiled by cargo with settings of our own, then made components.
#![expect(
    clippy::disallowed_methods,
    reason = "compiler flags in the environment would displace those a rule needs, so they are joined"
)]

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::component;
use super::find::{Compiler, TARGET, find};
use super::package::{Rule, cargo};

/// The optimiser sees the whole rule at once; a trap is the only way to fail, so nothing unwinds.
const PROFILE: [&str; 5] = [
    "profile.release.opt-level=3",
    "profile.release.lto=\"fat\"",
    "profile.release.codegen-units=1",
    "profile.release.panic=\"abort\"",
    "profile.release.strip=true",
];

/// A small stack, in bytes: fewer pages to reset after each evaluation.
const STACK_FLAG: &str = "link-arg=-zstack-size=32768";

/// How to build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Show no progress; errors of the compiler are shown all the same.
    pub quiet: bool,
}

/// A rule that was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The package's name.
    pub name: String,
    /// The component.
    pub component: Vec<u8>,
    /// The file the component was written to.
    pub path: PathBuf,
    /// Size of the core module inside, in bytes.
    pub core_module_bytes: usize,
}

/// Builds the rule in folder `manifest_dir`.
///
/// # Errors
///
/// As [`build_components`].
pub fn build_component(manifest_dir: &Path, options: &Options) -> Result<Built> {
    let mut built = build_components(&[manifest_dir], options)?;
    built.pop().context("cargo built nothing")
}

/// Builds the rules in these folders, those of one workspace in one run of cargo; answers in the order given. Calls may be concurrent.
///
/// # Errors
///
/// When no compiler is found, a folder holds no rule, the source does not compile (the compiler has then said why on standard error),
/// or what it compiles to is not a rule; each message names the rule and what to change.
pub fn build_components<P: AsRef<Path>>(manifest_dirs: &[P], options: &Options) -> Result<Vec<Built>> {
    let rules = manifest_dirs
        .iter()
        .map(|dir| Rule::read(dir.as_ref()))
        .collect::<Result<Vec<_>>>()?;

    // cargo replaces a module in place, so a module is read before another build of it may start.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _building = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);

    let mut roots: Vec<&Path> = rules.iter().map(|rule| rule.root.as_path()).collect();
    roots.sort_unstable();
    roots.dedup();
    let mut modules = Vec::new();
    for root in roots {
        let members: Vec<&Rule> = rules.iter().filter(|rule| rule.root.as_path() == root).collect();
        modules.extend(compile(root, &members, options)?);
    }
    rules.iter().map(|rule| componentise(rule, &modules)).collect()
}

/// A core module and the package it was compiled from.
struct Module {
    package: String,
    path: PathBuf,
}

fn compile(root: &Path, rules: &[&Rule], options: &Options) -> Result<Vec<Module>> {
    let Some(output) = rules.first().map(|rule| rule.output.as_path()) else {
        return Ok(Vec::new());
    };
    let compiler = find(root)?;
    if compiler != Compiler::Current && !output.join(TARGET).is_dir() {
        eprintln!("Compiling rules here for the first time, the standard library included: about a minute.");
    }

    let mut build = cargo(root);
    build
        .args(["build", "--release", "--lib", "--target", TARGET])
        .arg("--message-format=json-render-diagnostics")
        .arg("--target-dir")
        .arg(output);
    for rule in rules {
        build.args(["--package", rule.id.as_str()]);
    }
    for setting in PROFILE {
        build.args(["--config", setting]);
    }
    if options.quiet {
        build.arg("--quiet");
    }
    pass_stack_size(&mut build);
    compiler.apply(&mut build);
    run(&mut build, rules)
}

/// cargo takes compiler flags from one source only and prefers the environment, so the flag joins whichever source is used.
fn pass_stack_size(build: &mut Command) {
    for (variable, separator) in [("CARGO_ENCODED_RUSTFLAGS", "\u{1f}"), ("RUSTFLAGS", " ")] {
        if let Some(mut flags) = std::env::var_os(variable) {
            if !flags.is_empty() {
                flags.push(separator);
            }
            flags.push("-C");
            flags.push(separator);
            flags.push(STACK_FLAG);
            build.env(variable, flags);
            return;
        }
    }
    build
        .arg("--config")
        .arg(format!("target.{TARGET}.rustflags=[\"-C\", \"{STACK_FLAG}\"]"));
}

fn run(build: &mut Command, rules: &[&Rule]) -> Result<Vec<Module>> {
    let mut child = build
        .stdout(Stdio::piped())
        .spawn()
        .context("cargo cannot be started: install Rust, or put cargo on the PATH")?;
    let modules = child.stdout.take().map(announced).transpose();
    let status = child.wait().context("cargo was lost while building")?;
    if !status.success() {
        let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
        bail!("{} did not compile: correct what cargo reports above", names.join(", "));
    }
    Ok(modules?.unwrap_or_default())
}

fn announced(messages: ChildStdout) -> Result<Vec<Module>> {
    let mut modules = Vec::new();
    for line in BufReader::new(messages).lines() {
        modules.extend(module(&line.context("cargo's messages cannot be read")?));
    }
    Ok(modules)
}

/// The module that one of cargo's messages announces, if it does.
fn module(message: &str) -> Option<Module> {
    let message: Value = serde_json::from_str(message).ok()?;
    if message.get("reason")?.as_str()? != "compiler-artifact" {
        return None;
    }
    let package = message.get("package_id")?.as_str()?.to_owned();
    let files = message.get("filenames")?.as_array()?;
    let path = files
        .iter()
        .filter_map(Value::as_str)
        .map(PathBuf::from)
        .find(|path| path.extension() == Some(OsStr::new("wasm")))?;
    Some(Module { package, path })
}

fn componentise(rule: &Rule, modules: &[Module]) -> Result<Built> {
    let name = &rule.name;
    let module = modules
        .iter()
        .find(|module| module.package == rule.id)
        .with_context(|| format!("cargo built `{name}` but no module of it: is its crate type cdylib?"))?;
    let bytes = fs::read(&module.path)
        .with_context(|| format!("cannot read the module of `{name}` at {}", module.path.display()))?;
    let component = component::encode(name, &bytes)?;
    let path = rule.output.join(format!("{name}.component.wasm"));
    component::write(&path, &component)?;
    Ok(Built {
        name: name.clone(),
        component,
        path,
        core_module_bytes: bytes.len(),
    })
}
