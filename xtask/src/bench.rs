//! Benchmarks, and the long runs that are built like them: plain programs of the tests' package.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::machine::programs;
use crate::peers::peers;
use crate::plugins::prepare_crates;
use crate::step::{Steps, run};
use crate::workspace::Workspace;

const PACKAGE: &str = "assay-tests";

/// Targets that need arguments or go on for as long as one likes, so `bench` alone leaves them out.
const APART: [&str; 7] = ["backtest", "history", "attacks", "chaos", "fuzz", "simulate", "verify"];

/// Runs one benchmark with its arguments, or all of them.
pub fn bench(workspace: &Workspace, arguments: &[OsString], steps: &mut Steps) -> Result<()> {
    let known = known(workspace)?;
    match arguments.split_first() {
        Some((name, rest)) if name == "peers" => peers(workspace, rest, steps),
        Some((name, rest)) => forward(workspace, &[pick(known, name)?], rest, steps),
        None => {
            let all: Vec<&str> = known.iter().map(String::as_str).filter(|name| !APART.contains(name)).collect();
            if all.is_empty() {
                bail!("package {PACKAGE} has no benchmark: add one to its benches folder and its Cargo.toml");
            }
            forward(workspace, &all, &[], steps)
        }
    }
}

/// Runs a real history and the assertions on it.
pub fn history(workspace: &Workspace, arguments: &[OsString], steps: &mut Steps) -> Result<()> {
    let Some((file, rest)) = arguments.split_first() else {
        bail!("which history? Give its file: cargo xtask history FILE");
    };
    // A benchmark runs in its package's folder, where a relative path would mean another file.
    let path = PathBuf::from(file).canonicalize().with_context(|| format!("there is no history at {}", file.to_string_lossy()))?;
    let mut passed = vec![path.into_os_string()];
    passed.extend_from_slice(rest);
    let target = pick(known(workspace)?, OsStr::new("history"))?;
    forward(workspace, &[target], &passed, steps)
}

/// Lives through seeded simulations of the whole service.
pub fn simulate(workspace: &Workspace, arguments: &[OsString], steps: &mut Steps) -> Result<()> {
    let target = pick(known(workspace)?, OsStr::new("simulate"))?;
    forward(workspace, &[target], arguments, steps)
}

/// Breaks everything around an installation on PostgreSQL while it is at work.
pub fn chaos(workspace: &Workspace, arguments: &[OsString], steps: &mut Steps) -> Result<()> {
    let target = pick(known(workspace)?, OsStr::new("chaos"))?;
    programs(steps)?;
    forward(workspace, &[target], arguments, steps)
}

/// Kills imports, bills and servers again and again, more often than the tests do.
pub fn crash(workspace: &Workspace, arguments: &[OsString], steps: &mut Steps) -> Result<()> {
    let cycles = match arguments {
        [] => OsStr::new("60"),
        [flag, cycles] if flag == "--cycles" => cycles.as_os_str(),
        _ => bail!("cargo xtask crash [--cycles N]"),
    };
    println!(
        "Build everything and the example rules, then kill imports, bills and a server under load {} times each.",
        cycles.to_string_lossy()
    );
    prepare_crates(workspace, steps)?;
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--workspace", "--test", "it", "killed", "--", "--nocapture"]).env("ASSAY_KILLS", cycles);
    steps.run("crash", || run(&mut cargo))
}

fn forward(workspace: &Workspace, targets: &[&str], arguments: &[OsString], steps: &mut Steps) -> Result<()> {
    println!("Build everything and the example rules, then run {}.", targets.join(", "));
    prepare_crates(workspace, steps)?;
    let mut cargo = workspace.cargo();
    // The whole workspace in the profile of tests and demo: other features or another profile would build every dependency again.
    cargo.args(["bench", "--profile", "dev", "--workspace"]);
    for target in targets {
        cargo.args(["--bench", *target]);
    }
    cargo.arg("--").args(arguments);
    steps.run(&targets.join(", "), || run(&mut cargo))
}

fn known(workspace: &Workspace) -> Result<&[String]> {
    let package = workspace.packages.iter().find(|package| package.name == PACKAGE);
    let package = package.with_context(|| format!("the workspace has no package {PACKAGE}"))?;
    Ok(&package.benches)
}

fn pick<'a>(known: &'a [String], name: &OsStr) -> Result<&'a str> {
    known
        .iter()
        .map(String::as_str)
        .find(|target| name == *target)
        .with_context(|| format!("package {PACKAGE} has no benchmark `{}`: it has {}", name.to_string_lossy(), known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_benchmark_is_picked_by_its_whole_name() {
        let known = ["evaluate".to_owned(), "ingest".to_owned()];
        assert_eq!(pick(&known, OsStr::new("ingest")).unwrap(), "ingest");
        let error = pick(&known, OsStr::new("ing")).unwrap_err();
        assert_eq!(error.to_string(), "package assay-tests has no benchmark `ing`: it has evaluate, ingest");
    }
}
