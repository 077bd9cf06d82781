//! `assay rule build`

use std::path::PathBuf;

use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    output::{Output, table},
    toolchain::{self, Options},
};

pub(super) fn run(rules: &[PathBuf]) -> Result<Output> {
    let built = toolchain::build_components(rules, &Options { quiet: false })?;
    let json: Vec<Value> = built.iter().map(|b| json!({ "name": b.name, "path": b.path, "bytes": b.component.len() })).collect();
    let rows = built.iter().map(|b| [b.name.clone(), b.component.len().to_string(), b.path.display().to_string()]);
    Ok(Output::new(json.into(), table(&["rule", "bytes", "component"], &["bytes"], rows)))
}
