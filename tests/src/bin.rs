//! The binary `assay`, as a user starts it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// Where cargo put the binary: beside the folder of this test's own executable.
pub fn path() -> PathBuf {
    let mine = std::env::current_exe().expect("a running executable");
    let folder = mine.parent().and_then(Path::parent).expect("target/debug/deps/…");
    let binary = folder.join("assay");
    assert!(binary.exists(), "{} is not built; run `cargo xtask test`, which builds it", binary.display());
    binary
}

/// A command on an installation in a folder, with no setting from the environment of the tests.
pub fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(path());
    command.arg("--data").arg(data).args(arguments);
    let names = std::env::vars_os().map(|(name, _)| name);
    for name in names.filter(|name| name.to_string_lossy().starts_with("ASSAY_")) {
        command.env_remove(name);
    }
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
