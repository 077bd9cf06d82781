//! From a core module to a component on disk.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail};
use wasmparser::{Parser, Payload};
use wit_component::ComponentEncoder;

/// Wraps the core module of rule `name` as a validated component.
pub(super) fn encode(name: &str, module: &[u8]) -> Result<Vec<u8>> {
    let imports = imports(module).with_context(|| format!("the compiled `{name}` is not a WebAssembly module"))?;
    if !imports.is_empty() {
        bail!(
            "rule `{name}` imports {}: a rule imports nothing, neither clock nor randomness, network or files; \
             remove the dependency that needs them, or turn off the feature that does",
            imports.join(", ")
        );
    }
    ComponentEncoder::default()
        .module(module)
        .with_context(|| format!("the rule contract inside `{name}` cannot be read: build it with this version's assay-sdk"))?
        .validate(true)
        .encode()
        .with_context(|| format!("`{name}` does not fit the rule contract: mark its function with #[assay_sdk::rule]"))
}

/// Puts a file in place whole: a reader sees the old one or the new one.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    static SERIAL: AtomicU64 = AtomicU64::new(0);
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    let temporary = path.with_extension(format!("{}-{serial}.tmp", std::process::id()));
    let written = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // What remains of a failed write is only waste, so the first error is the one to report.
        drop(fs::remove_file(&temporary));
    }
    written.with_context(|| format!("cannot write {}: check the disk and its permissions", path.display()))
}

fn imports(module: &[u8]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                let import = import?;
                names.push(format!("`{}::{}`", import.module, import.name));
            }
        }
    }
    Ok(names)
}
