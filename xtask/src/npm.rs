//! The packages of npm in the tree: the SDK for JavaScript, and the example rules that use it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::step::{Steps, run};
use crate::workspace::Workspace;

/// The SDK.
pub const SDK: &str = "guest-sdk/js";

/// Its lock, which names every package that is installed for it and for rules.
pub const LOCK: &str = "guest-sdk/js/package-lock.json";

/// What npm leaves when it is done: the lock as it is installed.
const INSTALLED: &str = "node_modules/.package-lock.json";

/// What is installed runs nothing of its own, and reports to nobody.
const CLEAN_INSTALL: [&str; 5] = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];

/// Installs what the SDK needs, and builds it.
pub fn build_sdk(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join(SDK);
    install(&folder)?;
    run(npm(&folder).args(["run", "build"]))
}

/// Installs what a package needs, where that is not there or older than its lock.
pub fn install(folder: &Path) -> Result<()> {
    if is_fresh(&folder.join(INSTALLED), &folder.join("package-lock.json")) {
        return Ok(());
    }
    run(npm(folder).args(CLEAN_INSTALL))
}

/// Runs the tests in node of the SDK and of the rules that use it.
pub fn test(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    steps.run("tests in node", || {
        let rules = rules(workspace)?;
        rules.iter().try_for_each(|folder| install(folder))?;
        std::iter::once(&workspace.root.join(SDK)).chain(&rules).try_for_each(|folder| run(npm(folder).arg("test")))
    })
}

/// The folders of the example rules that are packages of npm.
fn rules(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let folder = workspace.root.join(crate::plugins::FOLDER);
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut rules = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
        if path.join("package.json").is_file() {
            rules.push(path);
        }
    }
    rules.sort();
    Ok(rules)
}

fn npm(folder: &Path) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(folder);
    npm
}

/// Whether a file is there and no older than another.
fn is_fresh(made: &Path, from: &Path) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified());
    matches!((time(made), time(from)), (Ok(made), Ok(from)) if made >= from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_is_fresh_until_the_lock_is_newer() {
        let folder = std::env::temp_dir().join(format!("assay-xtask-npm-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (made, from) = (folder.join("made"), folder.join("from"));
        assert!(!is_fresh(&made, &from), "neither is there");
        fs::write(&from, "").unwrap();
        assert!(!is_fresh(&made, &from), "nothing is made");
        fs::write(&made, "").unwrap();
        let earlier = fs::metadata(&from).unwrap().modified().unwrap() - std::time::Duration::from_secs(60);
        let set = |path: &Path, time| fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
        set(&from, earlier);
        assert!(is_fresh(&made, &from));
        set(&made, earlier);
        assert!(is_fresh(&made, &from), "made in the same instant");
        set(&made, earlier - std::time::Duration::from_secs(60));
        assert!(!is_fresh(&made, &from), "the lock is newer");
        fs::remove_dir_all(&folder).unwrap();
    }
}
