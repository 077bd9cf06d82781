//! Components that would take the compiler minutes, or its stack, and that are refused for it unseen.

use assay_runtime::RefusalCode::{ExportMissing, LimitExceeded, Malformed};

use super::{
    Attack, HOLLOW,
    binary::{self, HEADER, head, nested_types, section},
    component, refused,
};

pub(super) fn attacks() -> Vec<Attack> {
    [functions(), compositions(), stacks()].concat()
}

fn functions() -> Vec<Attack> {
    vec![
        refused("300 KB of empty loops", "sandbox 16", LimitExceeded, || function(&"loop end ".repeat(100_000))),
        refused("100 KB of ifs within ifs", "sandbox 16", LimitExceeded, || {
            function(&format!("{} {}", "i32.const 1 if ".repeat(20_000), "end ".repeat(20_000)))
        }),
        refused("289 blocks within one another", "sandbox 16", LimitExceeded, || {
            function(&format!("{} {}", "block ".repeat(289), "end ".repeat(289)))
        }),
        refused("a branch of 100,000 targets", "sandbox 16", LimitExceeded, || {
            function(&format!("(block (br_table {} (i32.const 0)))", "0 ".repeat(100_000)))
        }),
        refused("100,000 locals", "sandbox 16 · contract: 100,000 locals", LimitExceeded, || {
            function(&format!("(local {})", "i32 ".repeat(100_000)))
        }),
        refused("100,000 empty functions", "sandbox 16 · contract: thousands of functions", LimitExceeded, || {
            module(&"(func)".repeat(100_000))
        }),
        refused("1,000 parameters", "sandbox 16", LimitExceeded, || function(&format!("(param {})", "i32 ".repeat(1000)))),
        refused("a function of 200 KB", "sandbox 16", LimitExceeded, || function(&"nop ".repeat(200_000))),
        refused("10,000 types", "contract: thousands of types", LimitExceeded, || module(&"(type (func))".repeat(10_000))),
    ]
}

fn compositions() -> Vec<Attack> {
    vec![
        refused("instances that double", "sandbox 17 · contract: nested components", LimitExceeded, doubling),
        refused("60 components within one another", "sandbox 17 · contract: nested components", LimitExceeded, || {
            component(&format!("{}{}", "(component ".repeat(60), ")".repeat(60)))
        }),
        refused("1,000 components beside one another", "contract: nested components", LimitExceeded, || {
            component(&"(component)".repeat(1000))
        }),
        // Its halves have a memory each, and the adapter between them has both.
        refused("a component that passes text to another", "sandbox 18", ExportMissing, || component(&format!("{PASSING} {HOLLOW}"))),
    ]
}

/// What a compiler that descends would do on the stack of the process.
fn stacks() -> Vec<Attack> {
    vec![
        refused("a million types within one another", "sandbox 18 · contract: thousands of types", LimitExceeded, || {
            binary::component(&section(7, &nested_types(1_000_000)))
        }),
        refused("100,000 components within one another", "sandbox 18 · contract: nested components", LimitExceeded, || {
            let levels = (0..100_000).rev().flat_map(|within| [head(4, 8 + 14 * within).as_slice(), HEADER].concat());
            binary::component(&levels.collect::<Vec<u8>>())
        }),
        refused("text that is lifted without an allocator", "sandbox 18", Malformed, || {
            component(&format!(
                "(core module $m (memory (export \"memory\") 1) (func (export \"run\") (param i32 i32)))
                (core instance $i (instantiate $m))
                (func (param \"text\" string) (canon lift (core func $i \"run\") (memory (core memory $i \"memory\"))))
                {HOLLOW}"
            ))
        }),
    ]
}

fn module(fields: &str) -> Vec<u8> {
    component(&format!("(core module {fields})"))
}

fn function(text: &str) -> Vec<u8> {
    module(&format!("(func {text})"))
}

/// Twenty levels, each of which instantiates the one below it twice. They lie beside one another, not within.
fn doubling() -> Vec<u8> {
    let level = |n: usize| {
        let twice = "(instance (instantiate $below))".repeat(2);
        format!("(component $c{n} (alias outer $root $c{} (component $below)) {twice})", n - 1)
    };
    let levels: String = (1..=20).map(level).collect();
    let first = "(component $c0 (core module $m) (core instance (instantiate $m)))";
    wat::parse_str(format!("(component $root {first} {levels} (instance (instantiate $c20)) {HOLLOW})")).expect("a component")
}

const PASSING: &str = r#"
    (component $callee
        (core module $m
            (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
            (func (export "run") (param i32 i32)))
        (core instance $i (instantiate $m))
        (func (export "run") (param "text" string)
            (canon lift (core func $i "run") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))
    (component $caller
        (import "run" (func $run (param "text" string)))
        (core module $libc (memory (export "memory") 1))
        (core instance $libc (instantiate $libc))
        (core func $lowered (canon lower (func $run) (memory (core memory $libc "memory"))))
        (core module $m (import "" "run" (func (param i32 i32))))
        (core instance (instantiate $m (with "" (instance (export "run" (func $lowered)))))))
    (instance $callee (instantiate $callee))
    (instance (instantiate $caller (with "run" (func $callee "run"))))"#;
