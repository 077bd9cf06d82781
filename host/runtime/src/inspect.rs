//! The checks on a component's bytes, before any compiler sees them.

use wasmparser::{ComponentInstance, Encoding, Parser, Payload, Validator, WasmFeatures};

use crate::{
    admission::{Refusal, RefusalCode},
    limits::Limits,
};

/// The contract versions this host runs.
const KNOWN_WORLDS: [&str; 1] = ["assay:rule/rule@0.1.0"];

/// Functions in all nested modules: compile time grows with them.
const FUNCTIONS_MAX: u32 = 20_000;
/// Bytes of one function's body: the compiler's time and memory can grow with its square.
const BODY_BYTES_MAX: usize = 128 << 10;
/// Component instances made at the top; the toolchain writes one or two.
const INSTANCES_MAX: u32 = 32;
/// Modules and components nested in the component; the toolchain writes fewer than ten.
const NESTED_MAX: u32 = 32;

const BUILD: &str = "build it with `assay rule build`";

pub(crate) fn size(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let max = limits.component_bytes_max;
    if bytes.len() > max {
        let problem = format!("{} bytes are more than {max}", bytes.len());
        return Err(Refusal::new(RefusalCode::LimitExceeded, problem, "strip debug information, or split the rule"));
    }
    Ok(())
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

/// Walks the sections: imports none, exports the contract, counts within limits. Gives back the contract's version.
pub(crate) fn shape(bytes: &[u8], limits: &Limits) -> Result<String, Refusal> {
    let malformed = |error: wasmparser::BinaryReaderError| Refusal::new(RefusalCode::Malformed, error.message(), BUILD);
    let mut counts = Counts::default();
    let mut depth = 0u32;
    let mut exports = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(malformed)? {
            Payload::Version { encoding: Encoding::Component, .. } | Payload::Version { .. } => {
                depth += 1;
                counts.nested += 1;
            }
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(imports) if depth == 1 => {
                if let Some(import) = imports.into_iter().next() {
                    return Err(imported(import.map_err(malformed)?.name.name));
                }
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    exports.push(export.map_err(malformed)?.name.name.to_owned());
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for instance in section {
                    if let ComponentInstance::Instantiate { .. } = instance.map_err(malformed)? {
                        *(if depth > 1 { &mut counts.inner_instances } else { &mut counts.instances }) += 1;
                    }
                }
            }
            Payload::FunctionSection(functions) => counts.functions = counts.functions.saturating_add(functions.count()),
            Payload::CodeSectionEntry(body) => counts.body_bytes = counts.body_bytes.max(body.range().len()),
            Payload::MemorySection(memories) => {
                for memory in memories {
                    counts.memory_pages = counts.memory_pages.max(memory.map_err(malformed)?.initial);
                }
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    counts.table_elements = counts.table_elements.max(table.map_err(malformed)?.ty.initial);
                }
            }
            _ => {}
        }
    }
    counts.check(limits)?;
    contract(&exports)
}

fn imported(name: &str) -> Refusal {
    let remedy = if name.starts_with("wasi:") {
        "a rule has no clock, files, network or randomness: build for wasm32-unknown-unknown instead of a WASI target, and use no std::time, std::fs, std::net or random crate"
    } else {
        "remove the import: what a rule needs reaches it as events and parameters"
    };
    Refusal::new(RefusalCode::ImportDenied, format!("it imports {name}, and a rule imports nothing"), remedy)
}

fn contract(exports: &[String]) -> Result<String, Refusal> {
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

#[derive(Default)]
struct Counts {
    nested: u32,
    instances: u32,
    /// Made by nested components: each would be made anew by every instance of theirs, doubling with each level.
    inner_instances: u32,
    functions: u32,
    body_bytes: usize,
    memory_pages: u64,
    table_elements: u64,
}

impl Counts {
    fn check(&self, limits: &Limits) -> Result<(), Refusal> {
        let pages_max = (limits.memory_bytes_max / 65_536) as u64;
        let rows: [(&str, u64, u64, &str); 7] = [
            ("nested modules and components", u64::from(self.nested), u64::from(NESTED_MAX), "compose less"),
            ("component instances", u64::from(self.instances), u64::from(INSTANCES_MAX), "compose less"),
            ("instances made by nested components", u64::from(self.inner_instances), 0, "compose less: instantiate at the top only"),
            ("functions", u64::from(self.functions), u64::from(FUNCTIONS_MAX), "link less code into it"),
            ("bytes in one function", self.body_bytes as u64, BODY_BYTES_MAX as u64, "split the function, or optimise for size"),
            ("pages of initial memory", self.memory_pages, pages_max, "reserve less memory"),
            ("table elements", self.table_elements, limits.table_elements_max as u64, "use fewer function pointers"),
        ];
        match rows.into_iter().find(|(_, found, max, _)| found > max) {
            Some((what, found, max, remedy)) => {
                Err(Refusal::new(RefusalCode::LimitExceeded, format!("{found} {what} are more than {max}"), remedy))
            }
            None => Ok(()),
        }
    }
}
