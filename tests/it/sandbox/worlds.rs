//! Components that import something, or export something else.

use assay_runtime::RefusalCode;
use assay_tests::hostile::Hostile;

use super::support::{HOLLOW, component, refused};

#[test]
fn a_rule_imports_nothing() {
    let rows = [
        ("a clock", "wasi:clocks/monotonic-clock@0.2.0", "(instance (export \"now\" (func (result u64))))"),
        ("randomness", "wasi:random/random@0.2.0", "(instance (export \"get-random-u64\" (func (result u64))))"),
        ("files", "wasi:filesystem/types@0.2.0", "(instance)"),
        ("an unknown interface", "acme:pricing/prices@1.0.0", "(instance)"),
        ("a function", "clock", "(func (result u64))"),
        ("a module", "library", "(core module)"),
        ("a component", "part", "(component)"),
        ("a type", "thing", "(type (sub resource))"),
    ];
    for (name, import, item) in rows {
        let bytes = component(&format!("(import \"{import}\" {item}) {HOLLOW}"));
        let refusal = refused(name, &bytes, RefusalCode::ImportDenied, import);
        assert_eq!(refusal.remedy.contains("wasm32-unknown-unknown"), import.starts_with("wasi:"), "{name}: {refusal}");
    }
}

/// The old WASI is imported by core modules; nothing satisfies it, in a component or out of one.
#[test]
fn the_old_wasi_is_no_way_out() {
    let import = r#"(import "wasi_snapshot_preview1" "random_get" (func (param i32 i32) (result i32)))"#;
    let module = wat::parse_str(format!("(module {import})")).unwrap();
    refused("a core module", &module, RefusalCode::Malformed, "core WebAssembly module");
    let never_instantiated = component(&format!("(core module {import}) {HOLLOW}"));
    refused("never instantiated", &never_instantiated, RefusalCode::ExportMissing, "describe");
    let hollow_argument = format!(
        "(core module $m {import})
        (core module $fake (func (export \"random_get\") (param i32 i32) (result i32) (unreachable)))
        (core instance $fake (instantiate $fake))
        (core instance (instantiate $m (with \"wasi_snapshot_preview1\" (instance $fake))))
        {HOLLOW}"
    );
    refused("satisfied from within", &component(&hollow_argument), RefusalCode::ExportMissing, "describe");
}

#[test]
fn a_rule_exports_the_contract() {
    let function = r#"(core module $m (func (export "run"))) (core instance $i (instantiate $m))
        (func (export "run") (canon lift (core func $i "run")))"#;
    let rows = [
        ("nothing", "", "exports nothing"),
        ("another interface", "(instance $i) (export \"acme:rule/rule@0.1.0\" (instance $i))", "exports acme:rule/rule@0.1.0"),
        ("a function", function, "exports run, but not assay:rule/rule@0.1.0"),
        ("the contract without its functions", HOLLOW, "describe"),
    ];
    for (name, fields, says) in rows {
        refused(name, &component(fields), RefusalCode::ExportMissing, says);
    }
}

#[test]
fn another_version_of_the_contract_is_named_with_the_known_ones() {
    for version in ["0.9.0", "0.1.1", "1.0.0"] {
        let bytes = Hostile::new().version(version).build();
        let refusal = refused(version, &bytes, RefusalCode::WorldUnsupported, &format!("assay:rule/rule@{version}"));
        assert!(refusal.problem.contains("assay:rule/rule@0.1.0"), "{refusal}");
    }
}

#[test]
fn the_types_of_the_contract_are_checked() {
    let bytes = Hostile::new().contract("parts: u32", "parts: s32").build();
    refused("a signed share", &bytes, RefusalCode::Faulty, "describe ended in guest.abi-violation");
}
