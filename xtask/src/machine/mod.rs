//! What this machine needs beyond Rust: for the example rules in other languages npm and a compiler for C, for the tests a Chromium with
//! the driver that belongs to it, and the server programs of PostgreSQL.

mod places;
mod system;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use self::places::{first, folders};
use self::system::{Standing, Way};
use crate::step::Steps;

/// Programs that are started.
struct Need {
    /// What the step is called.
    name: &'static str,
    /// Each program by the names under which it is looked for, the distribution's own first: its driver drives no other version.
    programs: &'static [&'static [&'static str]],
    /// Debian's packages for them.
    packages: &'static [&'static str],
    /// What is done with them.
    why: &'static str,
    /// What installing them costs.
    cost: &'static str,
    /// A file and the setting in it that has to stand while they are installed.
    setting: Option<(&'static str, &'static str)>,
}

const NPM: Need = Need {
    name: "npm",
    programs: &[&["npm"], &["node", "nodejs"]],
    packages: &["nodejs", "npm"],
    why: "rules in TypeScript are built by npm",
    cost: "about 100 MB, half a minute",
    setting: None,
};

const CLANG: Need = Need {
    name: "compiler for C",
    programs: &[&["clang"], &["wasm-ld"], &["make"]],
    packages: &["clang", "lld", "make"],
    why: "rules in C are compiled for WebAssembly",
    cost: "about 60 MB, ten seconds",
    setting: None,
};

const BROWSER: Need = Need {
    name: "browser",
    programs: &[&["chromium", "chromium-browser", "google-chrome"], &["chromedriver"]],
    packages: &["chromium", "chromium-driver"],
    why: "the tests drive a browser",
    cost: "about 200 MB, a minute",
    setting: None,
};

const SERVER: Need = Need {
    name: "database server",
    programs: &[&["initdb"], &["pg_ctl"], &["postgres"]],
    packages: &["postgresql"],
    why: "the tests start servers of PostgreSQL in folders of their own",
    cost: "about 180 MB, a minute",
    // Debian's package also makes a server that runs from then on, unless it is told that nobody wants one.
    setting: Some(("/etc/postgresql-common/createcluster.d/assay-tests.conf", "create_main_cluster = false\n")),
};

/// Makes sure that the programs are there which the tests start, installing them if that is allowed and saying so first.
pub fn programs(steps: &mut Steps) -> Result<()> {
    provide(&[BROWSER, SERVER], steps)
}

/// The same for those that build rules in other languages than Rust.
pub fn compilers(steps: &mut Steps) -> Result<()> {
    provide(&[NPM, CLANG], steps)
}

fn provide(needs: &[Need], steps: &mut Steps) -> Result<()> {
    needs.iter().try_for_each(|need| steps.run(need.name, || need.provide()))
}

impl Need {
    fn provide(&self) -> Result<()> {
        match system::way(self.find().is_some()) {
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
        let _standing = self.setting.map(|(file, setting)| Standing::write(Path::new(file), setting)).transpose()?;
        system::install(self.packages).with_context(|| self.advice())
    }

    fn advice(&self) -> String {
        let names: Vec<&str> = self.programs.iter().filter_map(|names| names.first()).copied().collect();
        format!(
            "{}, and not all of {} are on this machine. Install them, then try again:\n  sudo apt-get install {}",
            self.why,
            names.join(", "),
            self.packages.join(" ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_is_missing_and_what_to_run() {
        for (need, programs, packages) in [
            (NPM, "npm, node", "nodejs npm"),
            (CLANG, "clang, wasm-ld, make", "clang lld make"),
            (BROWSER, "chromium, chromedriver", "chromium chromium-driver"),
            (SERVER, "initdb, pg_ctl, postgres", "postgresql"),
        ] {
            let advice = need.advice();
            assert!(advice.contains(&format!("not all of {programs} are on")), "{advice}");
            assert!(advice.ends_with(&format!("\n  sudo apt-get install {packages}")), "{advice}");
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
}
