//! What a rule is built from.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::npm::Project;
use super::package::Rule;

/// The source of a rule.
pub(super) enum Source {
    /// A crate, built by cargo.
    Crate(Rule),
    /// A package of npm, built by its own script.
    Package(Project),
    /// A core module that another toolchain built; the contract is put around it.
    Module(PathBuf),
}

impl Source {
    /// What lies at a path.
    pub fn of(path: &Path) -> Result<Self> {
        let found = path.canonicalize();
        let found = found.with_context(|| format!("there is nothing at {}: give the folder of a rule, or a module", path.display()))?;
        if found.is_file() {
            return Ok(Self::Module(found));
        }
        if found.join("Cargo.toml").is_file() {
            return Rule::read(&found).map(Self::Crate);
        }
        if found.join("package.json").is_file() {
            return Project::read(&found).map(Self::Package);
        }
        if found.join("Makefile").is_file() {
            bail!(
                "{} has neither Cargo.toml nor package.json, but a Makefile: run `make` there, then give the module that it made",
                path.display()
            );
        }
        bail!("{} has neither Cargo.toml nor package.json: give the folder of a rule, or a module", path.display());
    }
}
