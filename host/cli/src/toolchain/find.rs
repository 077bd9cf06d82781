//! One way to compile to WebAssembly: what is present, else what may be installed, else what to install.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, bail};

use super::machine::{answer, current_rustc, is_root, on_path, rustup_may_install, succeeds, sysroot};

/// What rules are compiled for: a target without WASI, since a rule imports nothing.
pub const TARGET: &str = "wasm32-unknown-unknown";

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_PACKAGES: [&str; 2] = ["rustc-web", "rust-web-src"];

/// The facts about a machine that decide how rules are compiled on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The current compiler has the target's standard library.
    pub target_present: bool,
    /// rustup is there and its settings let it install.
    pub rustup_may_install: bool,
    /// The distribution's compiler and the source of its standard library are there.
    pub debian_present: bool,
    /// This process is root on a system whose packages come by apt.
    pub system_may_install: bool,
}

/// The next step towards a compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Compile with the current compiler.
    TargetPresent,
    /// Let rustup add the target to the current compiler.
    AddTarget,
    /// Compile with the distribution's compiler, standard library included.
    Debian,
    /// Install the distribution's compiler.
    InstallDebian,
    /// Nothing may be done without the user.
    Unavailable,
}

impl Probe {
    /// The first way that these facts allow; what is present comes before what must be installed by the same means.
    pub const fn way(self) -> Way {
        if self.target_present {
            Way::TargetPresent
        } else if self.rustup_may_install {
            Way::AddTarget
        } else if self.debian_present {
            Way::Debian
        } else if self.system_may_install {
            Way::InstallDebian
        } else {
            Way::Unavailable
        }
    }
}

/// A compiler that can build for [`TARGET`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compiler {
    /// The one that cargo uses anyway.
    Current,
    /// The distribution's, which builds the standard library from source.
    Debian {
        /// The compiler.
        rustc: PathBuf,
        /// A linker for WebAssembly, which the distribution's compiler lacks.
        linker: PathBuf,
    },
}

impl Compiler {
    /// Adds to a `cargo build` what this compiler needs; the settings reach that child only.
    pub fn apply(&self, cargo: &mut Command) {
        if let Self::Debian { rustc, linker } = self {
            cargo
                .env("RUSTC", rustc)
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                .arg("-Zbuild-std=std,panic_abort");
        }
    }
}

/// Finds a compiler for rules in `dir` (a folder may choose its own toolchain), installing what may be installed and saying so first.
///
/// # Errors
///
/// When nothing is there and nothing may be installed: the message has the commands to run.
pub fn find(dir: &Path) -> Result<Compiler> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _installing = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);

    let mut probe = probe(dir);
    // Each step that fails withdraws the fact that allowed it, so the loop ends.
    loop {
        match probe.way() {
            Way::TargetPresent => return Ok(Compiler::Current),
            Way::AddTarget => {
                add_target(dir);
                probe.rustup_may_install = false;
                probe.target_present = target_present(dir);
            }
            Way::Debian => {
                return Ok(Compiler::Debian { rustc: PathBuf::from(DEBIAN_RUSTC), linker: linker(dir)? });
            }
            Way::InstallDebian => {
                install_debian(dir);
                probe.system_may_install = false;
                probe.debian_present = debian_present(dir);
            }
            Way::Unavailable => bail!(
                "no way to compile a rule for {TARGET} on this machine. Run one of these, then try again:\n  \
                 rustup target add {TARGET}\n  \
                 (Debian, as root) apt-get update && apt-get install -y --no-install-recommends {}",
                DEBIAN_PACKAGES.join(" ")
            ),
        }
    }
}

/// The way that [`find()`] would go for rules in `dir`, without going it: nothing is installed.
///
/// # Errors
///
/// When the way is open but something on it is missing: the message has the command to run.
pub fn look(dir: &Path) -> Result<Way> {
    let way = probe(dir).way();
    if way == Way::Debian {
        linker(dir)?;
    }
    Ok(way)
}

fn probe(dir: &Path) -> Probe {
    Probe {
        target_present: target_present(dir),
        rustup_may_install: rustup_may_install(),
        debian_present: debian_present(dir),
        system_may_install: on_path("apt-get").is_some() && is_root(dir),
    }
}

fn target_present(dir: &Path) -> bool {
    sysroot(&current_rustc(), dir).is_some_and(|root| root.join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

fn debian_present(dir: &Path) -> bool {
    Path::new(DEBIAN_RUSTC).is_file()
        && sysroot(OsStr::new(DEBIAN_RUSTC), dir).is_some_and(|root| root.join("lib/rustlib/src/rust/library").is_dir())
}

fn add_target(dir: &Path) {
    eprintln!("Rules need the target {TARGET}: running `rustup target add {TARGET}` (a few seconds).");
    if !succeeds(Command::new("rustup").args(["target", "add", TARGET]), dir) {
        eprintln!("rustup could not add the target; looking for another way.");
    }
}

fn install_debian(dir: &Path) {
    eprintln!(
        "Rules need a compiler for {TARGET}: installing Debian's packages {} with apt-get (about half a minute, 140 MB).",
        DEBIAN_PACKAGES.join(" and ")
    );
    // A package list that is only partly fresh may still have what is needed, so the installation decides.
    succeeds(Command::new("apt-get").arg("update"), dir);
    let mut install = Command::new("apt-get");
    // The packages conflict with Debian's rustup and rustc: never trade the user's compiler for ours.
    install
        .args(["install", "-y", "--no-install-recommends", "--no-remove"])
        .args(DEBIAN_PACKAGES)
        .env("DEBIAN_FRONTEND", "noninteractive");
    if !succeeds(&mut install, dir) {
        eprintln!("apt-get could not install the packages.");
    }
}

fn linker(dir: &Path) -> Result<PathBuf> {
    let compilers = [current_rustc(), OsString::from(DEBIAN_RUSTC)];
    let bundled = compilers.iter().find_map(|rustc| {
        let version = answer(rustc, &["-vV"], dir)?;
        let host = version.lines().find_map(|line| line.strip_prefix("host: "))?;
        let path = sysroot(rustc, dir)?.join("lib/rustlib").join(host).join("bin/rust-lld");
        path.is_file().then_some(path)
    });
    let found = bundled.or_else(|| ["rust-lld", "wasm-ld", "lld"].into_iter().find_map(on_path));
    match found {
        Some(path) => Ok(path),
        None => bail!(
            "Debian's compiler is there, but no linker for WebAssembly. Install one, then try again:\n  \
             (as root) apt-get install -y --no-install-recommends lld"
        ),
    }
}
