//! From a core module to a component on disk.

use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail};
use wasmparser::{Parser, Payload};
use wit_component::ComponentEncoder;

/// Wraps the core module of rule `name` as a validated component; `remedy` is what to do where it lacks the contract's functions.
pub(super) fn encode(name: &str, module: &[u8], remedy: &str) -> Result<Vec<u8>> {
    let imports = imports(module).with_context(|| format!("the compiled `{name}` is not a WebAssembly module"))?;
    if let Some(first) = imports.first() {
        let named = imports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        bail!("rule `{name}` imports {named}: a rule imports nothing, neither clock nor randomness, network or files; {}", first.remedy());
    }
    ComponentEncoder::default()
        .module(module)
        .with_context(|| format!("the rule contract inside `{name}` cannot be read: build it with this version's assay-sdk"))?
        .validate(true)
        .encode()
        .with_context(|| format!("`{name}` does not fit the rule contract: {remedy}"))
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

/// What a module wants of its host.
struct Import<'m> {
    module: &'m str,
    name: &'m str,
}

impl Import<'_> {
    /// What its author can do; who asks for it shows in the name of its module.
    fn remedy(&self) -> &'static str {
        match self.module {
            "env" => "it is declared and nowhere defined: define it, or link the library that has it",
            module if module.starts_with("wasi") => "build for wasm32-unknown-unknown, or with -nostdlib, instead of a WASI target",
            module if module.starts_with("__wbindgen") => {
                "a dependency calls JavaScript: turn off its feature, often `js` or `wasmbind`, that `cargo tree -e features` shows"
            }
            _ => "remove the dependency that needs them, or turn off the feature that does",
        }
    }
}

impl fmt::Display for Import<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}::{}`", self.module, self.name)
    }
}

fn imports(module: &[u8]) -> Result<Vec<Import<'_>>> {
    let mut imports = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                let import = import?;
                imports.push(Import { module: import.module, name: import.name });
            }
        }
    }
    Ok(imports)
}
