//! The workspace as cargo describes it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The workspace this program was started in.
pub struct Workspace {
    /// Its root.
    pub root: PathBuf,
    /// Where cargo puts what it builds.
    pub target: PathBuf,
    /// Its packages.
    pub packages: Vec<Package>,
}

/// A package of the workspace.
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its folder from the root, with forward slashes.
    pub folder: String,
    /// The text of its manifest.
    pub manifest: String,
    /// What it depends on, for building and for testing alike.
    pub dependencies: Vec<Dependency>,
    /// Its benchmarks.
    pub benches: Vec<String>,
}

/// A line under a package's dependencies.
pub struct Dependency {
    /// The package depended on.
    pub name: String,
    /// What the manifest calls it.
    pub key: String,
    /// Whether it is found by path, as packages of the workspace are.
    pub local: bool,
}

impl Workspace {
    /// Asks cargo; resolves and downloads nothing.
    pub fn load() -> Result<Self> {
        let output = Command::new(program())
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .stdin(Stdio::null())
            .output()
            .context("cargo cannot be started: install Rust, or put cargo on the PATH")?;
        if !output.status.success() {
            bail!("cargo cannot read the workspace:\n{}", String::from_utf8_lossy(&output.stderr).trim_end());
        }
        let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo's description of the workspace is not JSON")?;
        let root = PathBuf::from(text(&metadata, "workspace_root")?);
        let packages = list(&metadata, "packages").iter().map(|package| Package::read(&root, package)).collect::<Result<_>>()?;
        Ok(Self { target: PathBuf::from(text(&metadata, "target_directory")?), root, packages })
    }

    /// The cargo that started this program, at the workspace's root.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new(program());
        command.current_dir(&self.root);
        command
    }

    /// The product's binary as the workspace's build leaves it, at the workspace's root.
    pub fn assay(&self) -> Command {
        let name = format!("assay{}", std::env::consts::EXE_SUFFIX);
        let mut command = Command::new(self.target.join("debug").join(name));
        command.current_dir(&self.root);
        command
    }
}

impl Package {
    fn read(root: &Path, package: &Value) -> Result<Self> {
        let path = PathBuf::from(text(package, "manifest_path")?);
        let manifest = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let folder = path.parent().map(|folder| relative(root, folder)).unwrap_or_default();
        Ok(Self {
            name: text(package, "name")?,
            folder,
            manifest,
            dependencies: list(package, "dependencies").iter().map(Dependency::read).collect::<Result<_>>()?,
            benches: list(package, "targets")
                .iter()
                .filter(|target| list(target, "kind").iter().any(|kind| kind.as_str() == Some("bench")))
                .map(|target| text(target, "name"))
                .collect::<Result<_>>()?,
        })
    }
}

impl Dependency {
    fn read(dependency: &Value) -> Result<Self> {
        let name = text(dependency, "name")?;
        let renamed = dependency.get("rename").and_then(Value::as_str);
        Ok(Self { key: renamed.unwrap_or(&name).to_owned(), local: dependency.get("path").is_some_and(Value::is_string), name })
    }
}

/// A path from the root, with forward slashes.
pub fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value, key: &str) -> Result<String> {
    value
        .get(key)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .with_context(|| format!("cargo's description of the workspace lacks `{key}`: is cargo up to date?"))
}
