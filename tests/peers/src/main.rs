//! Checks and measures: `cargo xtask bench peers` builds what this needs and starts it.

use std::{ffi::OsString, fs, path::Path};

use anyhow::{Context as _, Result, bail};
use assay_peers::{check, guest, measure, peers, timelines};

fn main() -> Result<()> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let [component, target] = arguments.as_slice() else {
        bail!("assay-peers COMPONENT TARGET_FOLDER: the component of resolved-ticket, and where to build the Extism plugin");
    };
    let component = fs::read(component).with_context(|| format!("there is no component at {}", component.to_string_lossy()))?;
    let module = guest::build(Path::new(target))?;
    println!("The component has {} bytes, the Extism plugin {}.", component.len(), module.len());

    let mut peers = peers::all(&component, &module)?;
    let checked = check::compare(&mut peers, &timelines::all())?;
    println!("{} ways give the same answers: {checked}.\n", peers.len());
    print!("{}", measure::table(&mut peers)?);
    Ok(())
}
