//! What the tests need of this machine beyond Rust: a Chromium, and the driver that belongs to it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::step::{Steps, run};

/// The names under which a browser is looked for, the distribution's own first: its driver drives no other version.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const DRIVERS: [&str; 1] = ["chromedriver"];

/// Debian's packages for both.
const PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];

/// Makes sure that a browser and its driver are there, installing them if that is allowed and saying so first.
pub fn browser(steps: &mut Steps) -> Result<()> {
    steps.run("browser", provide)
}

/// The facts about a machine that decide where a browser comes from.
#[derive(Clone, Copy)]
struct Probe {
    /// A browser and a driver are there.
    present: bool,
    /// The system's packages come by apt.
    has_apt: bool,
    /// This process may install them.
    is_root: bool,
}

/// The next step towards a browser.
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

fn provide() -> Result<()> {
    let folders = folders();
    let found = || Some((first(&BROWSERS, &folders, Path::is_file)?, first(&DRIVERS, &folders, Path::is_file)?));
    let probe = Probe { present: found().is_some(), has_apt: first(&["apt-get"], &folders, Path::is_file).is_some(), is_root: is_root() };
    match probe.way() {
        Way::Present => {}
        Way::Install => install()?,
        Way::Unavailable => bail!("{}", advice()),
    }
    let (browser, driver) = found().with_context(advice)?;
    println!("{}, driven by {}", browser.display(), driver.display());
    Ok(())
}

fn install() -> Result<()> {
    println!("The tests drive a browser: installing Debian's packages {} with apt-get (about 200 MB, a minute).", PACKAGES.join(" and "));
    // Never at the price of a package that is there.
    let install: Vec<&str> = ["install", "-y", "--no-install-recommends", "--no-remove"].into_iter().chain(PACKAGES).collect();
    if apt(&install).is_ok() {
        return Ok(());
    }
    println!("The lists of packages may be missing or old: fetching them, then trying once more.");
    apt(&["update"]).and_then(|()| apt(&install)).with_context(advice)
}

fn apt(arguments: &[&str]) -> Result<()> {
    run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()))
}

fn advice() -> String {
    format!(
        "the tests drive a browser, and there is no Chromium with its driver on this machine. Install them, then try again:\n  \
         sudo apt-get install {}",
        PACKAGES.join(" ")
    )
}

/// Where programs are looked for: on the path, and where Debian puts them.
fn folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).chain([PathBuf::from("/usr/bin")]).collect()
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
        assert_eq!(found(&BROWSERS), Some(PathBuf::from("/usr/bin/chromium")));
        assert_eq!(found(&["google-chrome"]), Some(PathBuf::from("/opt/bin/google-chrome")));
        assert_eq!(found(&DRIVERS), None);
    }

    #[test]
    fn a_refusal_says_what_to_run() {
        let advice = advice();
        assert!(advice.ends_with("\n  sudo apt-get install chromium chromium-driver"), "{advice}");
    }
}
