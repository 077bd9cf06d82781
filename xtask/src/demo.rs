//! The demonstration, from a clone.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::plugins::prepare_crates;
use crate::step::{Steps, run};
use crate::workspace::Workspace;

/// Builds everything and runs `assay demo` with these arguments, in a fresh data folder unless they name one.
pub fn demo(workspace: &Workspace, arguments: &[OsString], steps: &mut Steps) -> Result<()> {
    println!("The demonstration: build everything, build the example rules, then run a support desk through them.");
    prepare_crates(workspace, steps)?;
    let mut assay = workspace.assay();
    assay.arg("demo").args(arguments);
    if !names_data(arguments) {
        let data = fresh_folder()?;
        println!("data folder: {}", data.display());
        assay.arg("--data").arg(data);
    }
    steps.run("demo", || run(&mut assay))
}

fn names_data(arguments: &[OsString]) -> bool {
    arguments.iter().any(|argument| argument == "--data" || argument.to_string_lossy().starts_with("--data="))
}

fn fresh_folder() -> Result<PathBuf> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("this machine's clock stands before 1970: set it")?;
    let folder = std::env::temp_dir().join(format!("assay-demo-{}-{}", now.as_secs(), process::id()));
    fs::create_dir(&folder).with_context(|| format!("cannot create the data folder {}", folder.display()))?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_folder_that_is_named_is_kept() {
        for (arguments, expected) in
            [("--exit --seed 7", false), ("--exit --data here", true), ("--data=here", true), ("--database x", false)]
        {
            let arguments: Vec<OsString> = arguments.split(' ').map(OsString::from).collect();
            assert_eq!(names_data(&arguments), expected, "{arguments:?}");
        }
    }
}
