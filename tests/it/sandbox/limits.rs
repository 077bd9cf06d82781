//! Components that are too large in one way or another, refused before any compiler sees them.

use assay_runtime::RefusalCode;
use assay_tests::hostile::Hostile;

use super::support::{HOLLOW, answers, component, pending, refused};

/// One more than each limit is refused by its name; the limit itself passes on to the check for exports.
#[test]
fn every_count_has_its_limit() {
    let functions = |n: usize| format!("(core module {})", "(func)".repeat(n));
    let body = |bytes: usize| format!("(core module (func {}))", "nop ".repeat(bytes - 2));
    let nested = |n: usize| "(component)".repeat(n);
    let rows = [
        ("functions", functions(20_000), functions(20_001), "20001 functions are more than 20000"),
        ("functions of two modules", functions(10_000).repeat(2), functions(10_001).repeat(2), "20002 functions"),
        ("a body", body(128 << 10), body((128 << 10) + 1), "131073 bytes in one function are more than 131072"),
        ("nesting", nested(47), nested(48), "49 nested modules and components are more than 48"),
        ("a memory", "(core module (memory 1024))".into(), "(core module (memory 1025))".into(), "1025 pages of initial memory"),
        ("a table", "(core module (table 8192 funcref))".into(), "(core module (table 8193 funcref))".into(), "8193 table elements"),
        ("memory and table", String::new(), "(core module (memory 65536) (table 10000000 funcref))".into(), "65536 pages"),
    ];
    for (name, most, too_many, says) in rows {
        refused(name, &component(&most), RefusalCode::ExportMissing, "but not assay:rule/rule@0.1.0");
        refused(name, &component(&too_many), RefusalCode::LimitExceeded, says);
    }
}

#[test]
fn a_rule_may_use_all_of_its_memory_and_table() {
    let largest = Hostile::new().pages("1024").fields("(table 8192 funcref)");
    assert_eq!(answers("the largest", largest, 0), pending());
    refused("memory", &Hostile::new().pages("1025").build(), RefusalCode::LimitExceeded, "pages of initial memory");
    refused("table", &Hostile::new().fields("(table 8193 funcref)").build(), RefusalCode::LimitExceeded, "table elements");
}

/// WebAssembly allows 50,000; the refusal names the limit that a rule is held to.
#[test]
fn more_locals_than_webassembly_allows_are_too_many() {
    let locals = format!("(core module (func (local {})))", "i32 ".repeat(100_000));
    refused("locals", &component(&locals), RefusalCode::LimitExceeded, "100000 locals in one function are more than 1000");
}

#[test]
fn a_component_of_many_parts_does_not_compile() {
    let instances = |n: usize, module: &str| format!("(core module $m {module}) {} {HOLLOW}", "(core instance (instantiate $m))".repeat(n));
    let rows = [
        ("memories", instances(4, "(memory 1)"), "4 Wasm linear memories"),
        ("tables", instances(3, "(table 1 funcref) (table 1 funcref) (table 1 funcref)"), "tables count of 3"),
    ];
    for (name, fields, says) in rows {
        refused(name, &component(&fields), RefusalCode::CompileFailed, says);
    }
    refused("few parts", &component(&instances(2, "(memory 1) (table 1 funcref)")), RefusalCode::ExportMissing, "describe");
}

/// Each level instantiates the one below it twice: a few bytes more double the work of the compiler.
#[test]
fn instances_that_double_are_counted_before_compiling() {
    let mut fields = String::from("(component $c0 (core module $m) (core instance (instantiate $m)))");
    for level in 1..=12 {
        let below = level - 1;
        let twice = "(instance (instantiate $below))".repeat(2);
        fields.push_str(&format!("(component $c{level} (alias outer $root $c{below} (component $below)) {twice})"));
    }
    let bytes = wat::parse_str(format!("(component $root {fields} (instance (instantiate $c12)) {HOLLOW})")).unwrap();
    refused("twelve levels", &bytes, RefusalCode::LimitExceeded, "instances");
}
