//! What the installation stands on: its folder and disk, the sandbox, the address, a compiler for rules.

use std::{fs::File, io, io::Write as _, net::SocketAddr, path::Path};

use assay_domain::clock::Clock as _;

use super::Finding;
use crate::{
    sandbox,
    session::SystemClock,
    settings::Settings,
    toolchain::{self, TARGET, Way},
};

/// Less free space is worth a warning.
const FREE_BYTES_MIN: u64 = 1 << 30;
/// A durable write that takes longer slows down everything that is recorded.
const WRITE_MICROS_MAX: i64 = 20_000;
/// Durable writes that are timed; the one in the middle counts.
const WRITES: usize = 5;

pub(super) fn check(data: &Path, settings: &Settings) -> Vec<Finding> {
    let mut findings = check_folder(data);
    findings.extend([check_engine(), check_address(settings.serve.listen), check_compiler()]);
    findings
}

fn check_folder(data: &Path) -> Vec<Finding> {
    let (check, shown) = ("data folder", data.display());
    if !data.is_dir() {
        let remedy = "name the folder of the installation with --data, or make one with `assay tenant create NAME`";
        return vec![Finding::failed(check, format!("{shown} is no folder"), remedy)];
    }
    match write_micros(data) {
        Err(error) => {
            let remedy = "let the user that runs assay write there, or make room";
            vec![Finding::failed(check, format!("{shown} cannot be written: {error}"), remedy)]
        }
        Ok(micros) => vec![Finding::ok(check, format!("{shown} can be written")), check_space(data), check_speed(micros)],
    }
}

fn check_space(data: &Path) -> Finding {
    let check = "free space";
    match free_bytes(data) {
        None => Finding::ok(check, "this system does not tell"),
        Some(bytes) if bytes < FREE_BYTES_MIN => {
            Finding::warning(check, format!("{} MiB", bytes >> 20), "make room: a full disk stops everything that records")
        }
        Some(bytes) => Finding::ok(check, format!("{} GiB", bytes >> 30)),
    }
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}

fn check_speed(micros: i64) -> Finding {
    let found = format!("one takes {}.{} ms", micros / 1_000, micros % 1_000 / 100);
    if micros > WRITE_MICROS_MAX {
        let remedy = "use a faster disk: every commit waits for such a write";
        return Finding::warning("durable writes", found, remedy);
    }
    Finding::ok("durable writes", found)
}

/// How long a durable write into a folder takes, in microseconds.
fn write_micros(folder: &Path) -> io::Result<i64> {
    let path = folder.join(format!("doctor-{}.tmp", std::process::id()));
    let timed: io::Result<Vec<i64>> = (0..WRITES).map(|_| write(&path)).collect();
    // A file that could not be made cannot be removed either, and that it could not be made is told.
    drop(std::fs::remove_file(&path));
    let mut timed = timed?;
    timed.sort_unstable();
    Ok(timed.get(WRITES / 2).copied().unwrap_or_default())
}

fn write(path: &Path) -> io::Result<i64> {
    let started = SystemClock.now();
    let mut file = File::create(path)?;
    file.write_all(&[0; 4096])?;
    file.sync_all()?;
    Ok(SystemClock.now().since(started).micros())
}

fn check_engine() -> Finding {
    match sandbox::engine() {
        Ok(_) => Finding::ok("sandbox", "it starts"),
        Err(error) => {
            Finding::failed("sandbox", error.to_string(), "give the process more address space, or run it on a supported machine")
        }
    }
}

fn check_address(address: SocketAddr) -> Finding {
    let check = "listening address";
    match std::net::TcpListener::bind(address) {
        Ok(_) => Finding::ok(check, format!("{address} is free")),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            let remedy = "nothing, if that is the service; otherwise stop the other program, or set serve.listen";
            Finding::warning(check, format!("{address} is taken"), remedy)
        }
        Err(error) => {
            Finding::failed(check, format!("{address} cannot be taken: {error}"), "set serve.listen to an address of this machine")
        }
    }
}

fn check_compiler() -> Finding {
    let check = "compiler for rules";
    match toolchain::look(Path::new(".")) {
        Ok(Way::TargetPresent) => Finding::ok(check, format!("the current compiler has {TARGET}")),
        Ok(Way::Debian) => Finding::ok(check, "Debian's is there"),
        Ok(Way::AddTarget) => Finding::ok(check, format!("rustup adds {TARGET} when it is needed")),
        Ok(Way::InstallDebian) => Finding::ok(check, "apt-get installs Debian's when it is needed"),
        Ok(Way::Unavailable) => {
            let remedy = format!("rustup target add {TARGET}; not needed where rules are built elsewhere");
            Finding::warning(check, "there is none", remedy)
        }
        Err(error) => Finding::warning(check, "something is missing", format!("{error:#}")),
    }
}
