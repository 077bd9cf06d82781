//! The server programs of PostgreSQL: where they are, and who may run them.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The oldest version that the product works with.
const OLDEST: u32 = 15;
/// Where Debian has a folder for each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Who runs servers in the place of root, from whom the programs refuse to be run: the user that comes with Debian's package.
const USER: &str = "postgres";

const MISSING: &str = "the tests start a server of PostgreSQL 15 or later, and its programs are neither in /usr/lib/postgresql nor on the path: \
                       install them with `sudo apt-get install postgresql`, or run `cargo xtask test`, which does so where it may";

/// The server programs, run by somebody who may.
pub struct Programs {
    folder: PathBuf,
    is_root: bool,
}

impl Programs {
    /// Those of the newest version that Debian has installed, or those on the path. A new folder is handed to whoever runs them.
    pub fn with_folder(folder: &Path) -> Self {
        let programs = debian().or_else(on_path).expect(MISSING);
        // What was just made belongs to whoever runs the tests.
        let is_root = fs::metadata(folder).expect("a folder").uid() == 0;
        if is_root {
            run(Command::new("chown").arg(format!("{USER}:")).arg(folder)).unwrap_or_else(|complaint| panic!("{complaint}"));
        }
        Self { folder: programs, is_root }
    }

    /// One of them.
    pub fn command(&self, name: &str) -> Command {
        let program = self.folder.join(name);
        let mut command = if self.is_root { Command::new("runuser") } else { Command::new(&program) };
        if self.is_root {
            command.args(["-u", USER, "--"]).arg(&program);
        }
        // Where the tests are started that user may have no way in.
        command.current_dir("/");
        command
    }
}

fn debian() -> Option<PathBuf> {
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().filter_map(Result::ok);
    let numbered = versions.filter_map(|version| Some((version.file_name().to_str()?.parse::<u32>().ok()?, version.path().join("bin"))));
    numbered.filter(|(number, folder)| *number >= OLDEST && has_server(folder)).max().map(|(_, folder)| folder)
}

#[expect(clippy::disallowed_methods, reason = "where programs lie is the machine's to say")]
fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).find(|folder| has_server(folder))
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|name| folder.join(name).is_file())
}

/// Runs a program to its end, or gives back what it complained. None of these leaves anything behind that would hold on to the pipes.
pub fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?} does not start: {error}"))?;
    let said = [output.stdout, output.stderr].concat();
    let failed = || format!("{command:?} ended with {}: {}", output.status, String::from_utf8_lossy(&said));
    if output.status.success() { Ok(()) } else { Err(failed()) }
}
