//! The engine of this process: compiles in processes of its own, and keeps compiled code in the data folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use assay_domain::entropy::Entropy;
use assay_runtime::{Artefacts, Compiler, Engine, Limits, Setup};

use crate::session::SystemEntropy;

/// The hidden command that compiles one component: given as the first argument, it takes all the others.
pub const COMPILE: &str = "compile-component";

/// An engine for trying rules; it keeps nothing.
pub fn engine() -> Result<Engine> {
    Ok(Engine::start(Setup { compiler: apart()?, ..Setup::default() })?)
}

/// An engine for executing again what others have judged, under limits of its own; it keeps nothing.
pub fn engine_with(limits: Limits) -> Result<Engine> {
    Ok(Engine::start(Setup { limits, compiler: apart()?, ..Setup::default() })?)
}

/// The engine of an installation.
pub fn engine_of(data: &Path) -> Result<Engine> {
    Ok(Engine::start(Setup { compiler: apart()?, artefacts: Some(artefacts(data)?), ..Setup::default() })?)
}

fn apart() -> Result<Compiler> {
    // By this name the program is found even when another version has been put in its place.
    let program = if cfg!(target_os = "linux") { PathBuf::from("/proc/self/exe") } else { std::env::current_exe()? };
    Ok(Compiler::Apart { program, arguments: vec![COMPILE.into()] })
}

fn artefacts(data: &Path) -> Result<Artefacts> {
    let folder = data.join("artefacts");
    let open = || Artefacts::open(&folder, key(&folder)?);
    open().with_context(|| format!("cannot keep compiled rules in {}", folder.display()))
}

/// The installation's key, made on first use. Without it compiled code is worthless, and is compiled again.
fn key(folder: &Path) -> io::Result<[u8; 32]> {
    fs::create_dir_all(folder)?;
    let path = folder.join("key");
    if !path.exists() {
        make_key(folder, &path)?;
    }
    let wrong = |_| io::Error::other(format!("{} does not hold 32 bytes; remove it, and rules are compiled again", path.display()));
    fs::read(&path)?.try_into().map_err(wrong)
}

/// Two processes may make it at the same time; the first to put it in place wins.
fn make_key(folder: &Path, path: &Path) -> io::Result<()> {
    let making = folder.join(format!("key-{}.making", std::process::id()));
    write_private(&making, &SystemEntropy.secret())?;
    let placed = match fs::hard_link(&making, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        placed => placed,
    };
    fs::remove_file(&making)?;
    placed
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use io::Write as _;
    let mut options = fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
