//! Files of this project's own tree that the binary carries.

use anyhow::{Context as _, Result, bail};

/// Each by its path from the root of the tree, in order.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/carried.rs"));

/// The text of one file.
pub(super) fn text(path: &str) -> Result<&'static str> {
    let found = FILES.iter().find(|(known, _)| *known == path);
    found.map(|(_, text)| *text).with_context(|| format!("this program does not carry {path}: build it again from a whole tree"))
}

/// The files below a folder, whose name ends with a slash, by their path in it; or one file, by no path at all.
pub(super) fn below(prefix: &str) -> Result<Vec<(&'static str, &'static str)>> {
    if !prefix.ends_with('/') {
        return Ok(vec![("", text(prefix)?)]);
    }
    let found: Vec<_> = FILES.iter().filter_map(|(path, text)| Some((path.strip_prefix(prefix)?, *text))).collect();
    if found.is_empty() {
        bail!("this program carries nothing below {prefix}: build it again from a whole tree");
    }
    Ok(found)
}
