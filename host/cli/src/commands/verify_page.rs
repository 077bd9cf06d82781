//! `assay verify --page`: the same verification as a page, for whoever has a browser and no `assay`.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::output::Output;

/// Writes the page, which is the same for every receipt; so is its hash, which is told to be compared.
pub(crate) fn write(to: &Path) -> Result<Output> {
    fs::write(to, assay_page::html()).with_context(|| format!("cannot write {}", to.display()))?;
    let digest = assay_page::digest();
    let text = format!("{} verifies receipts in a browser; it needs no server and asks for nothing\nSHA-256 {digest}", to.display());
    Ok(Output::new(json!({ "path": to, "sha256": digest }), text))
}
