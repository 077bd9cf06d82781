//! What the tests need of this machine beyond Rust: a Chromium with the driver that belongs to it, and the server programs of PostgreSQL.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::step::{Steps, run};

/// Programs that the tests start.
struct Need {
    /// What the step is called.
    name: &'static str,
    /// Each program by the names under which it is looked for, the distribution's own first: its driver drives no other version.
    programs: &'static [&'static [&'static str]],
    /// Debian's packages for them.
    packages: &'static [&'static str],
    /// What the tests do with them, and what installing them costs.
    why: &'static str,
    cost: &'static str,
}

const BROWSER: Need = Need {
    name: "browser",
    programs: &[&["chromium", "chromium-browser", "google-chrome"], &["chromedriver"]],
    packages: &["chromium", "chromium-driver"],
    why: "the tests drive a browser",
    cost: "about 200 MB, a minute",
};

const SERVER: Need = Need {
    name: "database server",
    programs: &[&["initdb"], &["pg_ctl"], &["postgres"]],
    packages: &["postgresql"],
    why: "the tests start a server of PostgreSQL in a folder of their own",
    cost: "about 60 MB, half a minute",
};

/// Makes sure that the programs are there which the tests start, installing them if that is allowed and saying so first.
pub fn programs(steps: &mut Steps) -> Result<()> {
    for need in [BROWSER, SERVER] {
        steps.run(need.name, || need.provide())?;
    }
    Ok(())
}

/// The facts about a machine that decide where programs come from.
#[derive(Clone, Copy)]
struct Probe {
    /// They are there.
    present: bool,
    /// The system's packages come by apt.
    has_apt: bool,
    /// This process may install them.
    is_root: bool,
}

/// The next step towards programs.
#[derive(Debug, PartialEq, Eq)]
enum Way {
    Present,
    Install,
    /// Nothing may be done without the user.
    Unavailable,
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

impl Need {
    fn provide(&self) -> Result<()> {
        let folders = folders();
        let probe =
            Probe { present: self.find().is_some(), has_apt: first(&["apt-get"], &folders, Path::is_file).is_some(), is_root: is_root() };
        match probe.way() {
            Way::Present => {}
            Way::Install => self.install()?,
            Way::Unavailable => bail!("{}", self.advice()),
        }
        let found = self.find().with_context(|| self.advice())?;
        println!("{}", found.iter().map(|program| program.display().to_string()).collect::<Vec<_>>().join(", "));
        Ok(())
    }

    /// Where each of its programs is, if all of them are there.
    fn find(&self) -> Option<Vec<PathBuf>> {
        let folders = folders();
        self.programs.iter().map(|names| first(names, &folders, Path::is_file)).collect()
    }

    fn install(&self) -> Result<()> {
        println!("{}: installing Debian's packages {} with apt-get ({}).", self.why, self.packages.join(" and "), self.cost);
        // Never at the price of a package that is there.
        let install: Vec<&str> =
            ["install", "-y", "--no-install-recommends", "--no-remove"].into_iter().chain(self.packages.iter().copied()).collect();
        if apt(&install).is_ok() {
            return Ok(());
        }
        println!("The lists of packages may be missing or old: fetching them, then trying once more.");
        apt(&["update"]).and_then(|()| apt(&install)).with_context(|| self.advice())
    }

    fn advice(&self) -> String {
        format!(
            "{}, and this machine has not what that takes. Install it, then try again:\n  sudo apt-get install {}",
            self.why,
            self.packages.join(" ")
        )
    }
}

fn apt(arguments: &[&str]) -> Result<()> {
    run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()))
}

/// Where programs are looked for: on the path, and where Debian puts them, a server's by its version.
fn folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let servers = versions.map(|version| version.path().join("bin"));
    std::env::split_paths(&path).chain([PathBuf::from("/usr/bin")]).chain(servers).collect()
}

/// The first of the names that is in any folder.
fn first(names: &[&str], folders: &[PathBuf], is_there: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|place| is_there(place))
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").stdin(Stdio::null()).output();
    output.is_ok_and(|output| output.status.success() && output.stdout.trim_ascii() == b"0")
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
    fn the_better_name_wins_over_the_earlier_folder() {
        let folders = ["/opt/bin", "/usr/bin"].map(PathBuf::from);
        let there = ["/opt/bin/google-chrome", "/usr/bin/chromium"];
        let found = |names: &[&str]| first(names, &folders, |place| there.iter().any(|other| place == Path::new(other)));
        assert_eq!(found(BROWSER.programs[0]), Some(PathBuf::from("/usr/bin/chromium")));
        assert_eq!(found(&["google-chrome"]), Some(PathBuf::from("/opt/bin/google-chrome")));
        assert_eq!(found(BROWSER.programs[1]), None);
    }

    #[test]
    fn a_refusal_says_what_to_run() {
        for (need, packages) in [(BROWSER, "chromium chromium-driver"), (SERVER, "postgresql")] {
            let advice = need.advice();
            assert!(advice.ends_with(&format!("\n  sudo apt-get install {packages}")), "{advice}");
        }
    }
}
