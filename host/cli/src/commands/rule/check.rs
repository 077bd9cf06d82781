//! `assay rule check`

use std::path::Path;

use anyhow::Result;
use assay_domain::manifest::Manifest;
use serde_json::json;

use super::admit;
use crate::{
    commands::definition,
    output::{Output, table},
};

pub(super) fn run(rule: &Path) -> Result<Output> {
    let admitted = admit(rule)?;
    let manifest = admitted.manifest();
    let reads = admitted.default_reads().unwrap_or_default();
    let json = json!({ "digest": admitted.digest(), "contract": admitted.contract(), "manifest": manifest, "reads": reads });
    let read = reads.iter().map(|read| [definition::reading(read)]);
    let read = table(&["it reads, unless parameters say otherwise"], &[], read);
    let text = format!("{}\n{read}\nadmitted: sha256 {}, {}", declared(manifest), admitted.digest(), admitted.contract());
    Ok(Output::new(json, text))
}

fn declared(manifest: &Manifest) -> String {
    let parameters = manifest.parameters.iter().map(|p| {
        let default = p.default.as_ref().map_or_else(|| "required".to_owned(), ToString::to_string);
        [p.name.clone(), p.kind.to_string(), default, p.help.clone()]
    });
    let reasons = manifest.reasons.iter().map(|reason| [reason.code.clone(), reason.help.clone()]);
    format!(
        "{} ({})\n{}\none unit: {}\n{}\n{}",
        manifest.title,
        manifest.name,
        manifest.summary,
        manifest.unit,
        table(&["parameter", "kind", "default", ""], &[], parameters),
        table(&["reason", ""], &[], reasons)
    )
}
