//! Rules made components: crates compiled by cargo with settings of our own, packages by npm, modules as they are.
#![expect(clippy::disallowed_methods, reason = "compiler flags in the environment would displace those a rule needs, so they are joined")]

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::find::{Compiler, TARGET, find};
use super::npm::Project;
use super::package::{Rule, cargo};
use super::source::Source;
use super::{component, module};

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
    /// The name of the package, or of the module's file.
    pub name: String,
    /// The component.
    pub component: Vec<u8>,
    /// The file the component was written to.
    pub path: PathBuf,
}

/// Builds the rule at `path`: the folder of a crate or of a package of npm, or a core module.
///
/// # Errors
///
/// As [`build_components`].
pub fn build_component(path: &Path, options: &Options) -> Result<Built> {
    let mut built = build_components(&[path], options)?;
    built.pop().context("nothing was built")
}

/// Builds the rules at these paths, each by itself, so that a component does not depend on what is built beside it. Answers in the
/// order given. Calls may be concurrent.
///
/// # Errors
///
/// When no compiler is found, a path leads to no rule, the source does not compile (the compiler has then said why on standard error),
/// or what it compiles to is not a rule; each message names the rule and what to change.
pub fn build_components<P: AsRef<Path>>(paths: &[P], options: &Options) -> Result<Vec<Built>> {
    let sources = paths.iter().map(|path| Source::of(path.as_ref())).collect::<Result<Vec<_>>>()?;

    // cargo replaces a module in place, so a module is read before another build of it may start.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _building = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    sources.iter().map(|source| build(source, options)).collect()
}

fn build(source: &Source, options: &Options) -> Result<Built> {
    match source {
        Source::Crate(rule) => build_crate(rule, options),
        Source::Package(project) => build_package(project),
        Source::Module(file) => module::build(file),
    }
}

fn build_crate(rule: &Rule, options: &Options) -> Result<Built> {
    let name = &rule.name;
    let module = compile(rule, options)?;
    let bytes = fs::read(&module).with_context(|| format!("cannot read the module of `{name}` at {}", module.display()))?;
    let component = component::encode(name, &bytes, "mark its function with #[assay_sdk::rule]")?;
    let path = rule.output.join(format!("{name}.component.wasm"));
    component::write(&path, &component)?;
    Ok(Built { name: name.clone(), component, path })
}

fn build_package(project: &Project) -> Result<Built> {
    let path = project.build()?;
    let remedy = "its script `build` has to pass on --out, as `assay-rule build` as its last command does";
    let component = fs::read(&path).with_context(|| format!("npm left no component at {}: {remedy}", path.display()))?;
    Ok(Built { name: project.name.clone(), component, path })
}

fn compile(rule: &Rule, options: &Options) -> Result<PathBuf> {
    let compiler = find(&rule.root)?;
    if compiler != Compiler::Current && !rule.output.join(TARGET).is_dir() {
        eprintln!("Compiling rules here for the first time, the standard library included: about a minute.");
    }

    let mut cargo = cargo(&rule.root);
    // cargo leaves link-time optimisation out of a crate that is also built as rlib, so the module is asked for alone.
    cargo
        .args(["rustc", "--package", rule.id.as_str(), "--lib", "--crate-type", "cdylib"])
        .args(["--release", "--target", TARGET])
        .arg("--message-format=json-render-diagnostics")
        .arg("--target-dir")
        .arg(&rule.output);
    for setting in PROFILE {
        cargo.args(["--config", setting]);
    }
    if options.quiet {
        cargo.arg("--quiet");
    }
    pass_stack_size(&mut cargo);
    compiler.apply(&mut cargo);
    run(&mut cargo, rule)
}

/// cargo takes compiler flags from one source only and prefers the environment, so the flag joins whichever source is used.
fn pass_stack_size(cargo: &mut Command) {
    for (variable, separator) in [("CARGO_ENCODED_RUSTFLAGS", "\u{1f}"), ("RUSTFLAGS", " ")] {
        if let Some(mut flags) = std::env::var_os(variable) {
            if !flags.is_empty() {
                flags.push(separator);
            }
            flags.push("-C");
            flags.push(separator);
            flags.push(STACK_FLAG);
            cargo.env(variable, flags);
            return;
        }
    }
    cargo.arg("--config").arg(format!("target.{TARGET}.rustflags=[\"-C\", \"{STACK_FLAG}\"]"));
}

/// Runs the build to its end; answers with the module's file.
fn run(cargo: &mut Command, rule: &Rule) -> Result<PathBuf> {
    let mut child = cargo.stdout(Stdio::piped()).spawn().context("cargo cannot be started: install Rust, or put cargo on the PATH")?;
    let module = child.stdout.take().map(|messages| announced(messages, &rule.id)).transpose();
    let status = child.wait().context("cargo was lost while building")?;
    if !status.success() {
        bail!("`{}` did not compile: correct what cargo reports above", rule.name);
    }
    module?.flatten().with_context(|| format!("cargo built `{}` but no module of it: is its crate type cdylib?", rule.name))
}

/// Reads cargo's messages to their end, or cargo would wait for a reader; the last module of the package counts.
fn announced(messages: ChildStdout, package: &str) -> Result<Option<PathBuf>> {
    let mut module = None;
    for line in BufReader::new(messages).lines() {
        let line = line.context("cargo's messages cannot be read")?;
        module = module_of(package, &line).or(module);
    }
    Ok(module)
}

/// The module that this message announces, if it announces one of this package.
fn module_of(package: &str, message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let says = |key: &str, text: &str| message.get(key).and_then(Value::as_str) == Some(text);
    if !says("reason", "compiler-artifact") || !says("package_id", package) {
        return None;
    }
    let files = message.get("filenames")?.as_array()?;
    files.iter().filter_map(Value::as_str).map(PathBuf::from).find(|path| path.extension() == Some(OsStr::new("wasm")))
}
