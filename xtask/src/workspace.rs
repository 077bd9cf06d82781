//! The workspace as cargo describes it.

use std::collections::BTreeMap;
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

/// What the lock file resolves for this machine. A package that is only spoken of by a weak feature (`name?/feature`) is in it
/// without being built.
pub struct Tree {
    /// The packages, those of the workspace among them.
    pub packages: Vec<Resolved>,
}

/// A package as it is resolved.
pub struct Resolved {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The SPDX expression in its manifest.
    pub licence: Option<String>,
    /// The features of it that are on.
    pub features: Vec<String>,
    /// What each of its features turns on.
    pub implied: BTreeMap<String, Vec<String>>,
    /// Who depends on it.
    pub users: Vec<User>,
}

/// A package that depends on another.
pub struct User {
    /// Its name.
    pub name: String,
    /// Whether it belongs to the workspace.
    pub member: bool,
    /// The features it asks the other for; `default` is one.
    pub features: Vec<String>,
}

impl Workspace {
    /// Asks cargo; resolves and downloads nothing.
    pub fn load() -> Result<Self> {
        let metadata = metadata(&mut Command::new(program()), &["--no-deps"])?;
        let root = PathBuf::from(text(&metadata, "workspace_root")?);
        let packages = list(&metadata, "packages").iter().map(|package| Package::read(&root, package)).collect::<Result<_>>()?;
        Ok(Self { target: PathBuf::from(text(&metadata, "target_directory")?), root, packages })
    }

    /// Asks cargo for everything below the packages. Builds nothing, and downloads only what a build would.
    pub fn tree(&self) -> Result<Tree> {
        Tree::read(&metadata(&mut self.cargo(), &["--locked", "--filter-platform", "host-tuple"])?)
    }

    /// The cargo that started this program, at the workspace's root. What cargo told this program about itself is not handed on: build
    /// scripts that look at it would be run, and all that depends on them built again, whenever a chore follows a plain `cargo`.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new(program());
        command.current_dir(&self.root);
        let is_mine =
            |name: &OsString| name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
        std::env::vars_os().map(|(name, _)| name).filter(is_mine).for_each(|name| {
            command.env_remove(name);
        });
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

impl Tree {
    /// Reads the description that cargo gives.
    pub fn read(metadata: &Value) -> Result<Self> {
        let packages = list(metadata, "packages").iter().map(|package| Resolved::read(metadata, package)).collect::<Result<_>>()?;
        Ok(Self { packages })
    }
}

impl Resolved {
    fn read(metadata: &Value, package: &Value) -> Result<Self> {
        let (id, name) = (text(package, "id")?, text(package, "name")?);
        let nodes = metadata.get("resolve").map(|resolve| list(resolve, "nodes")).unwrap_or_default();
        let members = texts(metadata, "workspace_members");
        let users = nodes.iter().filter(|node| texts(node, "dependencies").contains(&id.as_str()));
        let users = users.filter_map(|node| by_id(list(metadata, "packages"), node.get("id")?.as_str()?));
        Ok(Self {
            version: text(package, "version")?,
            licence: package.get("license").and_then(Value::as_str).map(str::to_owned),
            features: by_id(nodes, &id).map(|node| owned(texts(node, "features"))).unwrap_or_default(),
            implied: features(package),
            users: users.map(|user| User::read(user, &name, &members)).collect::<Result<_>>()?,
            name,
        })
    }
}

impl User {
    fn read(user: &Value, of: &str, members: &[&str]) -> Result<Self> {
        let mut features = Vec::new();
        for dependency in list(user, "dependencies").iter().filter(|dependency| dependency.get("name").is_some_and(|name| name == of)) {
            features.extend(owned(texts(dependency, "features")));
            if dependency.get("uses_default_features").and_then(Value::as_bool) == Some(true) {
                features.push("default".to_owned());
            }
        }
        Ok(Self { name: text(user, "name")?, member: members.contains(&text(user, "id")?.as_str()), features })
    }
}

/// What `cargo metadata` says. What cargo says beside it, of downloads above all, goes to the terminal.
fn metadata(cargo: &mut Command, arguments: &[&str]) -> Result<Value> {
    let output = cargo
        .args(["metadata", "--format-version", "1"])
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cargo cannot be started: install Rust, or put cargo on the PATH")?;
    if !output.status.success() {
        bail!("cargo cannot read the workspace: it says above why");
    }
    serde_json::from_slice(&output.stdout).context("cargo's description of the workspace is not JSON")
}

fn features(package: &Value) -> BTreeMap<String, Vec<String>> {
    let table = package.get("features").unwrap_or(&Value::Null);
    let names = table.as_object().into_iter().flat_map(|table| table.keys());
    names.map(|name| (name.clone(), owned(texts(table, name)))).collect()
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

fn texts<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    list(value, key).iter().filter_map(Value::as_str).collect()
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

fn by_id<'a>(values: &'a [Value], id: &str) -> Option<&'a Value> {
    values.iter().find(|value| value.get("id").is_some_and(|known| known == id))
}

fn text(value: &Value, key: &str) -> Result<String> {
    value
        .get(key)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .with_context(|| format!("cargo's description of the workspace lacks `{key}`: is cargo up to date?"))
}
