//! The checks on a component's bytes, before any compiler sees them.

use wasmparser::{Parser, Validator, WasmFeatures};

use crate::{
    admission::{Refusal, RefusalCode},
    counted::Counted,
    limits::Limits,
    outline::Outline,
};

/// The contract versions this host runs.
const KNOWN_WORLDS: [&str; 1] = ["assay:rule/rule@0.1.0"];

const BUILD: &str = "build it with `assay rule build`";

/// Refuses a file that is too large to be read.
pub(crate) fn size(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    Counted::Bytes.limit(limits).check(bytes.len() as u64)
}

/// Tells a component from everything else that people upload by mistake.
pub(crate) fn kind(bytes: &[u8]) -> Result<(), Refusal> {
    if wasmtime::Engine::detect_precompiled(bytes).is_some() || bytes.starts_with(b"\x7fELF") {
        return Err(Refusal::new(RefusalCode::Precompiled, "this is compiled machine code", "upload the .wasm component itself"));
    }
    if Parser::is_core_wasm(bytes) {
        let problem = "this is a core WebAssembly module, not a component";
        return Err(Refusal::new(RefusalCode::Malformed, problem, format!("{BUILD}, which makes a component of it")));
    }
    if !Parser::is_component(bytes) {
        return Err(Refusal::new(RefusalCode::Malformed, "this is not WebAssembly in binary form", BUILD));
    }
    Ok(())
}

/// The features a rule may use; the engine has the same set switched on.
fn allowed() -> WasmFeatures {
    WasmFeatures::WASM2.difference(WasmFeatures::SIMD | WasmFeatures::GC_TYPES)
        | WasmFeatures::COMPONENT_MODEL
        | WasmFeatures::TAIL_CALL
        | WasmFeatures::EXTENDED_CONST
}

/// Validates it, with these features alone.
pub(crate) fn features(bytes: &[u8]) -> Result<(), Refusal> {
    let Err(strict) = Validator::new_with_features(allowed()).validate_all(bytes) else {
        return Ok(());
    };
    let (code, remedy) = match Validator::new_with_features(WasmFeatures::all()).validate_all(bytes) {
        Ok(_) => (RefusalCode::FeatureDenied, "build for plain wasm32-unknown-unknown, without SIMD, threads or further proposals"),
        Err(_) => (RefusalCode::Malformed, "the file is damaged or cut short: build or copy it again"),
    };
    Err(Refusal::new(code, format!("{} (at byte {})", strict.message(), strict.offset()), remedy))
}

/// Refuses what the walk could not read and the validator did not mind; there should be no such thing.
pub(crate) fn whole(outline: &Outline) -> Result<(), Refusal> {
    match &outline.broken {
        Some(error) => Err(Refusal::new(RefusalCode::Malformed, error.message(), BUILD)),
        None => Ok(()),
    }
}

/// A rule imports nothing.
pub(crate) fn imports(outline: &Outline) -> Result<(), Refusal> {
    outline.import.as_deref().map_or(Ok(()), |name| Err(imported(name)))
}

fn imported(name: &str) -> Refusal {
    let remedy = if name.starts_with("wasi:") {
        "a rule has no clock, files, network or randomness: build for wasm32-unknown-unknown instead of a WASI target, and use no std::time, std::fs, std::net or random crate"
    } else {
        "remove the import: what a rule needs reaches it as events and parameters"
    };
    Refusal::new(RefusalCode::ImportDenied, format!("it imports {name}, and a rule imports nothing"), remedy)
}

/// A rule exports the contract; gives back in which version.
pub(crate) fn contract(exports: &[String]) -> Result<String, Refusal> {
    let known = exports.iter().find(|name| KNOWN_WORLDS.contains(&name.as_str()));
    let of_contract = known.or_else(|| exports.iter().find(|name| name.starts_with("assay:rule/")));
    match of_contract {
        Some(name) if KNOWN_WORLDS.contains(&name.as_str()) => Ok(name.clone()),
        Some(name) => {
            let problem = format!("it speaks {name}; this host speaks {}", KNOWN_WORLDS.join(", "));
            Err(Refusal::new(RefusalCode::WorldUnsupported, problem, "build it with an SDK of one of these versions"))
        }
        None => {
            let found = if exports.is_empty() { "nothing".to_owned() } else { exports.join(", ") };
            let problem = format!("it exports {found}, but not {}", KNOWN_WORLDS.join(" or "));
            Err(Refusal::new(RefusalCode::ExportMissing, problem, "export the world outcome-rule of wit/0.1; the SDK's #[rule] does"))
        }
    }
}
