//! Rules that are packages of npm, built by their own script with what their lock names.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::machine::{answer, on_path, succeeds};

/// The oldest Node.js that the SDK works with.
const NODE_OLDEST: u32 = 18;

/// What is installed runs nothing of its own, and reports to nobody.
const QUIETLY: [&str; 4] = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];

/// The package of a rule.
pub(super) struct Project {
    /// The package's name without its scope.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
}

impl Project {
    /// Reads the package in a folder.
    pub fn read(folder: &Path) -> Result<Self> {
        let file = folder.join("package.json");
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let package: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))?;
        let Some(name) = package.get("name").and_then(Value::as_str).and_then(unscoped) else {
            bail!("{} names no package: add \"name\": \"my-rule\"", file.display());
        };
        Ok(Self { name: name.to_owned(), folder: folder.to_owned() })
    }

    /// Installs what is missing and runs the package's script; answers with the component's file.
    pub fn build(&self) -> Result<PathBuf> {
        let npm = npm(&self.folder)?;
        install(&npm, &self.folder)?;
        self.prepare_sdk(&npm)?;
        let component = Path::new("dist").join(format!("{}.component.wasm", self.name));
        let mut build = npm.command(&["run", "build", "--silent", "--", "--out"]);
        build.arg(&component);
        run(&mut build, &self.folder)?;
        Ok(self.folder.join(component))
    }

    /// The SDK of a clone, or of a new rule, is source until it is built once.
    fn prepare_sdk(&self, npm: &Npm) -> Result<()> {
        let Ok(sdk) = self.folder.join("node_modules").join("assay-sdk").canonicalize() else {
            return Ok(());
        };
        if !sdk.join("src").is_dir() || sdk.join("dist").is_dir() {
            return Ok(());
        }
        if !sdk.ancestors().any(|folder| folder.join("node_modules").join("typescript").is_dir()) {
            install(npm, &sdk)?;
        }
        run(&mut npm.command(&["run", "build", "--silent"]), &sdk)
    }
}

/// A package's name is `my-rule` or `@team/my-rule`; it becomes the name of a file.
fn unscoped(name: &str) -> Option<&str> {
    let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
    (!name.is_empty() && !name.starts_with('.') && !name.contains('\\')).then_some(name)
}

/// The npm of this machine.
struct Npm(PathBuf);

impl Npm {
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.0);
        command.args(words);
        command
    }
}

fn npm(folder: &Path) -> Result<Npm> {
    let (Some(npm), Some(node)) = (on_path("npm"), on_path("node")) else {
        bail!("a rule in JavaScript needs npm and Node.js {NODE_OLDEST} or newer: install them, then try again");
    };
    let version = answer(OsStr::new(&node), &["--version"], folder).unwrap_or_default();
    if major(&version).is_some_and(|major| major < NODE_OLDEST) {
        bail!(
            "{} is Node.js {version}, and a rule in JavaScript needs {NODE_OLDEST} or newer: install one, then try again",
            node.display()
        );
    }
    Ok(Npm(npm))
}

/// Of `v20.11.1`, 20.
fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

fn install(npm: &Npm, folder: &Path) -> Result<()> {
    if folder.join("node_modules").is_dir() {
        return Ok(());
    }
    let word = if folder.join("package-lock.json").is_file() { "ci" } else { "install" };
    eprintln!("Installing what {} needs: running `npm {word}` (seconds).", folder.display());
    run(npm.command(&[word]).args(QUIETLY), folder)
}

/// Runs npm to its end; what it prints goes to standard error.
fn run(command: &mut Command, folder: &Path) -> Result<()> {
    if !succeeds(command, folder) {
        bail!("{} was not built: correct what is reported above", folder.display());
    }
    Ok(())
}
