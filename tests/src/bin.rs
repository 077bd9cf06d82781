//! The binary `assay`, as a user starts it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{Mutex, PoisonError},
};

use crate::{postgres, raw::Raw};

/// Where the installation of each folder is kept that was asked about.
static KEPT: Mutex<BTreeMap<PathBuf, Place>> = Mutex::new(BTreeMap::new());

/// Where an installation is kept.
struct Place {
    /// The address of its database; without one it is in a file of its folder.
    database: Option<String>,
    /// Whether the database was made for the folder, and goes when the folder has gone.
    is_own: bool,
}

/// Where cargo put the binary: beside the folder of this test's own executable.
pub fn path() -> PathBuf {
    let mine = std::env::current_exe().expect("a running executable");
    let folder = mine.parent().and_then(Path::parent).expect("target/debug/deps/…");
    let binary = folder.join("assay");
    assert!(binary.exists(), "{} is not built; run `cargo xtask test`, which builds it", binary.display());
    binary
}

/// Says where the installation of a folder is kept: at the address of a database, or in a file of the folder.
pub fn keep(data: &Path, database: Option<String>) {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).insert(data.to_owned(), Place { database, is_own: false });
}

/// The address of the database of a folder's installation, or nothing where it is a file. Unless it was said where, it is kept on the
/// engine of this run of the tests.
pub fn database(data: &Path) -> Option<String> {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if !kept.contains_key(data) {
        kept.retain(|data, place| place.is_wanted(data));
    }
    let make = || Place { database: postgres::is_wanted().then(postgres::migrated), is_own: true };
    kept.entry(data.to_owned()).or_insert_with(make).database.clone()
}

impl Place {
    /// Drops a database whose folder has gone with its test: those of hundreds of tests would fill a disk.
    fn is_wanted(&self, data: &Path) -> bool {
        let is_there = data.parent().is_some_and(Path::exists);
        if let (false, true, Some(url)) = (is_there, self.is_own, &self.database) {
            postgres::drop_database(url);
        }
        is_there
    }
}

/// A connection past the binary to the installation of a folder.
pub async fn raw(data: &Path) -> Raw {
    match database(data) {
        Some(url) => Raw::of_server(&postgres::superuser(&url)).await,
        None => Raw::of_file(&data.join("assay.db")).await,
    }
}

/// A command on the installation of a folder, with no setting from the environment of the tests.
pub fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(path());
    command.arg("--data").arg(data).args(arguments);
    let names = std::env::vars_os().map(|(name, _)| name);
    for name in names.filter(|name| name.to_string_lossy().starts_with("ASSAY_")) {
        command.env_remove(name);
    }
    command.envs(database(data).map(|url| ("ASSAY_DATABASE", url)));
    command
}

/// Runs it to its end.
pub fn run(data: &Path, arguments: &[&str]) -> Output {
    command(data, arguments).output().expect("the binary starts")
}

/// Runs it, expecting success, and gives back what it printed.
pub fn ok(data: &Path, arguments: &[&str]) -> String {
    let output = run(data, arguments);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "assay {arguments:?} failed: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// Runs it, expecting failure, and gives back what it complained.
pub fn fails(data: &Path, arguments: &[&str]) -> String {
    let output = run(data, arguments);
    assert!(!output.status.success(), "assay {arguments:?} succeeded: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}
