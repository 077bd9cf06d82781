//! What this machine has: programs, settings, and who runs them.
#![expect(clippy::disallowed_methods, reason = "the machine's own settings decide which compiler is used")]

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Whether rustup is there and its settings let it install.
pub(super) fn rustup_may_install() -> bool {
    let allowed = std::env::var_os("RUSTUP_AUTO_INSTALL").is_none_or(|value| value != "0");
    allowed && on_path("rustup").is_some()
}

/// Whether this process may call the system's package manager.
pub(super) fn is_root(dir: &Path) -> bool {
    answer(OsStr::new("id"), &["-u"], dir).is_some_and(|user| user == "0")
}

/// The compiler that cargo uses when nothing else is said.
pub(super) fn current_rustc() -> OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"))
}

/// Where a compiler keeps its libraries; none if it does not run.
pub(super) fn sysroot(rustc: &OsStr, dir: &Path) -> Option<PathBuf> {
    answer(rustc, &["--print", "sysroot"], dir).map(PathBuf::from)
}

/// The program of this name that a shell would start.
pub(super) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

/// What a program prints, trimmed; none if it is missing or fails.
pub(super) fn answer(program: &OsStr, args: &[&str], dir: &Path) -> Option<String> {
    let output = Command::new(program).args(args).current_dir(dir).stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// Runs an installer. What it prints goes to standard error: standard output belongs to the command that asked for a component.
pub(super) fn succeeds(command: &mut Command, dir: &Path) -> bool {
    command.current_dir(dir).stdin(Stdio::null()).stdout(std::io::stderr()).status().is_ok_and(|status| status.success())
}
