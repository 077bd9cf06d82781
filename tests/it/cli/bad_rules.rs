//! Components that are no rules, as files that people upload by mistake or on purpose; and rules that need to be told more.

use assay_tests::components;
use wit_component::{ComponentEncoder, StringEncoding};

use super::support::Folder;

/// A component that reads the clock.
const CURIOUS: &str = r#"(component (import "wasi:clocks/wall-clock@0.2.0" (instance)))"#;

/// Exports the names of the contract, and never comes up.
const ENDLESS: &str = r#"
(component
  (core module $m
    (func $forever (loop $again (br $again)))
    (start $forever)
    (func (export "f")))
  (core instance $i (instantiate $m))
  (func $f (canon lift (core func $i "f")))
  (instance $rule (export "describe" (func $f)) (export "configure" (func $f)) (export "evaluate" (func $f)))
  (export "assay:rule/rule@0.1.0" (instance $rule)))
"#;

/// Speaks a version of the contract that is not there yet.
const FUTURE: &str = r#"
(component
  (core module $m (func (export "f")))
  (core instance $i (instantiate $m))
  (func $f (canon lift (core func $i "f")))
  (instance $rule (export "describe" (func $f)))
  (export "assay:rule/rule@9.0.0" (instance $rule)))
"#;

/// Declares one parameter, the duration `window`, without a default, and nothing else.
const NEEDY: &str = r#"
(module
  (memory (export "memory") 1)
  ;; The manifest: name, title, summary, unit, parameters, reasons; no classes, no participants, no value.
  (data (i32.const 256) "\00\02\00\00\05\00\00\00\10\02\00\00\0e\00\00\00\00\02\00\00\00\00\00\00\20\02\00\00\07\00\00\00\80\01\00\00\01\00\00\00\c0\01\00\00\01\00\00\00")
  ;; The parameter: name, kind, no default, no help. The reason: code, no help.
  (data (i32.const 384) "\30\02\00\00\06\00\00\00\05")
  (data (i32.const 448) "\40\02\00\00\04\00\00\00")
  (data (i32.const 512) "needy")
  (data (i32.const 528) "Needs a window")
  (data (i32.const 544) "outcome")
  (data (i32.const 560) "window")
  (data (i32.const 576) "done")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "assay:rule/rule@0.1.0#describe") (result i32) i32.const 256)
  (func (export "assay:rule/rule@0.1.0#configure") (param i32 i32) (result i32) unreachable)
  (func (export "assay:rule/rule@0.1.0#evaluate") (param i64 i32 i32 i32 i32 i64) (result i32) unreachable))
"#;

const CONTRACT: &str = include_str!("../../../wit/0.1/world.wit");

fn binary(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("WebAssembly text")
}

/// Makes a component of a core module that exports the contract.
fn component(module: &str) -> Vec<u8> {
    let mut module = binary(module);
    let mut contract = wit_parser::Resolve::default();
    let package = contract.push_str("world.wit", CONTRACT).expect("the contract");
    let world = contract.select_world(&[package], Some("outcome-rule")).expect("the world");
    wit_component::embed_component_metadata(&mut module, &contract, world, StringEncoding::UTF8).expect("metadata");
    ComponentEncoder::default().module(&module).expect("a module").validate(true).encode().expect("a component")
}

#[test]
fn what_is_no_rule_is_refused_with_what_to_do() {
    let folder = Folder::installed();
    let whole = components::resolved_ticket();
    let cases: [(&str, Vec<u8>, &[&str]); 8] = [
        ("import", binary(CURIOUS), &["upload.import-denied", "wasi:clocks/wall-clock@0.2.0", "build for wasm32-unknown-unknown"]),
        ("module", binary("(module)"), &["upload.malformed", "a core WebAssembly module, not a component", "`assay rule build`"]),
        ("half", whole[..whole.len() / 2].to_vec(), &["upload.malformed", "cut short"]),
        ("endless", binary(ENDLESS), &["upload.faulty", "look for a loop that does not end"]),
        ("future", binary(FUTURE), &["upload.world-unsupported", "assay:rule/rule@9.0.0", "this host speaks assay:rule/rule@0.1.0"]),
        ("nothing", binary("(component)"), &["upload.export-missing", "it exports nothing", "outcome-rule"]),
        ("text", b"fn main() {}".to_vec(), &["upload.malformed", "not WebAssembly in binary form"]),
        ("empty", Vec::new(), &["upload.malformed"]),
    ];
    for (name, bytes, parts) in cases {
        let file = folder.file(name, bytes);
        folder.refused(&["rule", "check", &file], 1, parts);
        folder.refused(&["rule", "push", &file], 1, parts);
    }
    folder.refused(&["rule", "check", "nowhere.wasm"], 1, &["cannot read the rule nowhere.wasm"]);
    assert_eq!(folder.json(&["rule", "list"]).as_array().map(Vec::len), Some(0), "nothing was stored");
}

#[test]
fn a_parameter_without_a_default_must_be_set() {
    let folder = Folder::installed();
    let file = folder.file("needy.wasm", component(NEEDY));
    assert_eq!(folder.json(&["rule", "push", &file])["name"], "needy");
    let define = ["definition", "create", "needy", "--rule", "needy"];
    let remedy = "set it to a duration like 24h or PT24H";
    folder.refused(&define, 1, &["parameters.window: it is not set and has no default", remedy]);
    let set = [define.as_slice(), &["--param", "window=24h"]].concat();
    folder.refused(&set, 1, &["cannot be configured with these parameters: guest.trap-unreachable", "mend the rule and push it again"]);
    assert!(folder.ok(&["rule", "check", &file]).contains("required"));
}

#[test]
fn the_same_component_again_is_the_same_rule() {
    let folder = Folder::installed();
    let file = folder.file("rule.wasm", components::resolved_ticket());
    let first = folder.json(&["rule", "push", &file]);
    assert_eq!(folder.json(&["rule", "push", &file]), first);
    let listed = folder.json(&["rule", "list"]);
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    assert_eq!(listed[0]["digest"], first["digest"]);
}
