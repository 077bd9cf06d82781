//! What cargo says about the package of a rule.
#![expect(clippy::disallowed_methods, reason = "an outer cargo names itself in the environment; the same one is used inside")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The package of a rule, in its workspace.
pub(super) struct Rule {
    /// The package's name.
    pub name: String,
    /// cargo's own name for the package, unambiguous across workspaces.
    pub id: String,
    /// The workspace's root, where cargo runs so that the workspace's configuration holds.
    pub root: PathBuf,
    /// Where compiled rules and their components go: apart from the host's build, whose settings differ.
    pub output: PathBuf,
}

impl Rule {
    /// Reads the package in folder `dir`, which is written in full and has a Cargo.toml.
    pub fn read(dir: &Path) -> Result<Self> {
        let manifest = dir.join("Cargo.toml");
        let metadata = metadata(dir)?;
        let Some(package) = package(&metadata, &manifest) else {
            bail!("{} describes no package: give the folder of one rule, not of a workspace", manifest.display());
        };
        if !builds_cdylib(package) {
            bail!("{} does not build a WebAssembly module: add\n\n[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n", manifest.display());
        }
        Ok(Self {
            name: text(package, "name")?,
            id: text(package, "id")?,
            root: PathBuf::from(text(&metadata, "workspace_root")?),
            output: PathBuf::from(text(&metadata, "target_directory")?).join("rules"),
        })
    }
}

/// The cargo that rules are built with, started in `dir`.
pub(super) fn cargo(dir: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(dir).stdin(Stdio::null());
    command
}

fn metadata(dir: &Path) -> Result<Value> {
    let output = cargo(dir)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .context("cargo cannot be started: install Rust, or put cargo on the PATH")?;
    if !output.status.success() {
        bail!("cargo cannot read the package in {}:\n{}", dir.display(), String::from_utf8_lossy(&output.stderr).trim_end());
    }
    serde_json::from_slice(&output.stdout).context("cargo's description of the package is not JSON")
}

fn package<'a>(metadata: &'a Value, manifest: &Path) -> Option<&'a Value> {
    list(metadata, "packages").iter().find(|package| {
        package
            .get("manifest_path")
            .and_then(Value::as_str)
            .and_then(|path| Path::new(path).canonicalize().ok())
            .is_some_and(|path| path == manifest)
    })
}

fn builds_cdylib(package: &Value) -> bool {
    list(package, "targets").iter().flat_map(|target| list(target, "crate_types")).any(|kind| kind.as_str() == Some("cdylib"))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value, key: &str) -> Result<String> {
    value
        .get(key)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .with_context(|| format!("cargo's description of the package lacks `{key}`: is cargo up to date?"))
}
