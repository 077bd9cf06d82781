//! The system's packages, where they may be asked for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::places::{first, folders};
use crate::step::run;

/// The next step towards programs.
#[derive(Debug, PartialEq, Eq)]
pub enum Way {
    /// They are there.
    Present,
    /// They are installed.
    Install,
    /// Nothing may be done without the user.
    Unavailable,
}

/// The facts about a machine that decide where programs come from.
#[derive(Clone, Copy)]
struct Probe {
    present: bool,
    /// The system's packages come by apt.
    has_apt: bool,
    /// This process may install them.
    is_root: bool,
}

impl Probe {
    fn way(self) -> Way {
        if self.present {
            Way::Present
        } else if self.has_apt && self.is_root {
            Way::Install
        } else {
            Way::Unavailable
        }
    }
}

/// What comes next on this machine, where programs are there or not.
pub fn way(present: bool) -> Way {
    let has_apt = first(&["apt-get"], &folders(), Path::is_file).is_some();
    Probe { present, has_apt, is_root: is_root() }.way()
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").stdin(Stdio::null()).output();
    output.is_ok_and(|output| output.status.success() && output.stdout.trim_ascii() == b"0")
}

/// Installs packages, never at the price of one that is there.
pub fn install(packages: &[&str]) -> Result<()> {
    let install = [["install", "-y", "--no-install-recommends", "--no-remove"].as_slice(), packages].concat();
    if apt(&install).is_ok() {
        return Ok(());
    }
    println!("The lists of packages may be missing or old: fetching them, then trying once more.");
    apt(&["update"]).and_then(|()| apt(&install))
}

fn apt(arguments: &[&str]) -> Result<()> {
    run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()))
}

/// A setting that stands in a file of its own until this is dropped.
pub struct Standing(PathBuf);

impl Standing {
    /// Writes it.
    pub fn write(file: &Path, setting: &str) -> Result<Self> {
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(file, setting));
        written.map(|()| Self(file.to_owned())).with_context(|| format!("cannot write {}", file.display()))
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.0));
        // Folders that were made for it go too, unless others have put something there.
        for folder in self.0.ancestors().skip(1).take(2) {
            drop(fs::remove_dir(folder));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_root_installs_and_only_what_is_missing() {
        for (present, has_apt, is_root, expected) in [
            (true, true, true, Way::Present),
            (true, false, false, Way::Present),
            (false, true, true, Way::Install),
            (false, true, false, Way::Unavailable),
            (false, false, true, Way::Unavailable),
        ] {
            assert_eq!(Probe { present, has_apt, is_root }.way(), expected, "{present} {has_apt} {is_root}");
        }
    }

    #[test]
    fn a_setting_stands_for_a_while_and_leaves_nothing_behind() {
        let base = std::env::temp_dir().join(format!("assay-xtask-{}", std::process::id()));
        let (kept, file) = (base.join("kept"), base.join("made").join("too").join("a.conf"));
        fs::create_dir_all(&base).and_then(|()| fs::write(&kept, "")).unwrap();
        let standing = Standing::write(&file, "x = false\n").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "x = false\n");
        drop(standing);
        assert!(!base.join("made").exists() && kept.exists());
        let beside = Standing::write(&base.join("made").join("b.conf"), "").unwrap();
        drop(beside);
        assert!(kept.exists(), "what others have put there stays");
        fs::remove_dir_all(&base).unwrap();
        assert!(Standing::write(Path::new("/proc/none/at/all"), "").is_err());
    }
}
