//! What every rule in C has: the contract as a header, and a Makefile.

use anyhow::Result;

use super::{Files, Name, carried};

/// Where the header is, as the example rules say it.
const HEADER_OF_TREE: &str = "../../guest-sdk/c/assay.h";

pub(super) fn add(name: &Name, files: &mut Files) -> Result<()> {
    for text in files.values_mut() {
        *text = text.replace(HEADER_OF_TREE, "assay.h");
    }
    let makefile = carried::text("guest-sdk/c/template/Makefile")?;
    files.insert("Makefile".into(), name.instead_of("my-rule", "Makefile", makefile));
    files.insert("assay.h".into(), carried::text("guest-sdk/c/assay.h")?.to_owned());
    files.insert(".gitignore".into(), "*.wasm\n".into());
    Ok(())
}
