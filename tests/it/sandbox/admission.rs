//! Every limit of admission, hit by a component that has one too many, before any compiler sees it.

use assay_runtime::{AdmissionLimit, Interpreter, Limits, RefusalCode};
use expect_test::expect_file;

use super::support::{HOLLOW, component, engine, refused};

/// Makes a component with exactly so many.
type Fixture = fn(usize) -> Vec<u8>;

const FIXTURES: [(&str, Fixture); 24] = [
    ("bytes in the component", |n| bytes(&section(0, &vec![0; n - 14]))),
    ("nested modules and components", |n| component(&"(component)".repeat(n - 1))),
    ("module and component instances", |n| component(&format!("(core module $m) {}", "(core instance (instantiate $m))".repeat(n)))),
    ("types within types", |n| bytes(&section(7, &nested_types(n)))),
    ("types", |n| module("(type (func))", n)),
    ("lifted and lowered functions", |n| component(&format!("{RUN} {}", r#"(func (canon lift (core func $i "run")))"#.repeat(n)))),
    ("exports", |n| component(&format!("(instance $i) {}", exports(n)))),
    ("custom sections", |n| bytes(&section(0, &[1, b'x']).repeat(n))),
    ("functions", |n| module("(func)", n)),
    ("memories", |n| component(&"(core module (memory 1))".repeat(n))),
    ("tables", |n| module("(table 1 funcref)", n)),
    ("globals", |n| module("(global i32 (i32.const 0))", n)),
    ("data segments", |n| module("(data \"\")", n)),
    ("element segments", |n| module("(elem funcref)", n)),
    ("parameters of a function", |n| module(&format!("(type (func (param {})))", "i32 ".repeat(n)), 1)),
    ("results of a function", |n| module(&format!("(type (func (result {})))", "i32 ".repeat(n)), 1)),
    ("bytes in one function", |n| body(&"nop ".repeat(n - 2))),
    ("control operators in one function", |n| body(&"loop end ".repeat(n))),
    ("control operators in all functions", |n| shared(n, 4096, |n| "block end ".repeat(n))),
    ("nested blocks in one function", |n| body(&format!("{} {}", "block ".repeat(n), "end ".repeat(n)))),
    ("locals in one function", |n| body(&locals(n))),
    ("locals in all functions", |n| shared(n, 1000, locals)),
    ("pages of initial memory", |n| module(&format!("(memory {n})"), 1)),
    ("table elements", |n| module(&format!("(table {n} funcref)"), 1)),
];

/// A function that can be lifted.
const RUN: &str = r#"(core module $m (func (export "run"))) (core instance $i (instantiate $m))"#;

#[test]
fn every_limit_lets_in_its_number_and_not_one_more() {
    let limits: Vec<AdmissionLimit> = engine().limits().admission().collect();
    let named: Vec<&str> = limits.iter().map(|limit| limit.what).collect();
    assert_eq!(named, FIXTURES.map(|(what, _)| what), "every limit has a component that hits it");
    for (limit, (what, fixture)) in limits.into_iter().zip(FIXTURES) {
        let max = limit.max as usize;
        refused(what, &fixture(max), RefusalCode::ExportMissing, "but not assay:rule/rule@0.1.0");
        let says = format!("{} {what} are more than {max}", max + 1);
        let refusal = refused(what, &fixture(max + 1), RefusalCode::LimitExceeded, &says);
        assert_eq!(refusal.remedy, limit.remedy, "{what}");
    }
}

#[test]
fn every_kind_of_control_counts() {
    let table = |n: usize| format!("(block (br_table {} (i32.const 0)))", "0 ".repeat(n));
    let rows = [
        ("if", body(&"(if (i32.const 1) (then))".repeat(4097)), "4097 control operators in one function"),
        // The block is one more.
        ("targets", body(&table(4096)), "4097 control operators in one function"),
        ("ifs within ifs", body(&format!("{} {}", "i32.const 1 if ".repeat(289), "end ".repeat(289))), "289 nested blocks"),
    ];
    for (name, bytes, says) in rows {
        refused(name, &bytes, RefusalCode::LimitExceeded, says);
    }
    refused("most targets", &body(&table(4095)), RefusalCode::ExportMissing, "exports nothing");
}

/// Readers of types recurse: a million levels would take the stack, and the process with it.
#[test]
fn a_million_levels_are_counted_without_descending() {
    let types = bytes(&section(7, &nested_types(1_000_000)));
    refused("types", &types, RefusalCode::LimitExceeded, "1000000 types within types are more than 64");
    let levels: Vec<u8> = (0..100_000).rev().flat_map(|within| [head(4, 8 + 14 * within), HEADER.to_vec()].concat()).collect();
    refused("components", &bytes(&levels), RefusalCode::LimitExceeded, "49 nested modules and components are more than 48");
}

/// What two instances of one component make is counted twice, and a component that is only defined not at all.
#[test]
fn instances_are_counted_as_often_as_they_are_made() {
    let made = |inner: usize, outer: usize| {
        let inner = "(core instance (instantiate $m))".repeat(inner);
        component(&format!("(component $c (core module $m) {inner}) {} {HOLLOW}", "(instance (instantiate $c))".repeat(outer)))
    };
    refused("6 of 8", &made(7, 6), RefusalCode::ExportMissing, "describe");
    refused("17 of 3", &made(2, 17), RefusalCode::LimitExceeded, "51 module and component instances are more than 48");
    refused("none of 40", &made(60, 0), RefusalCode::ExportMissing, "describe");
}

/// The table in `wit/README.md` is this one; `UPDATE_EXPECT=1` writes it there.
#[test]
fn the_limits_are_documented() {
    const README: &str = include_str!("../../../wit/README.md");
    let (before, rest) = README.split_once("<!-- limits -->").expect("the table begins");
    let (_, after) = rest.split_once("<!-- /limits -->").expect("the table ends");
    let row = |limit: AdmissionLimit| format!("| {} | {} | {} |\n", limit.what, most(&limit), limit.remedy);
    let rows: String = Limits::default().admission().map(row).collect();
    let known = |known: &Interpreter| format!("| {} | {} of {} |\n", known.name, known.run.1 - known.run.0, known.functions);
    let interpreters: String = Limits::default().interpreters.iter().map(known).collect();
    let table = format!(
        "<!-- limits -->\n\n| counted | at most | what to change |\n|---|---|---|\n{rows}\n\
         | known interpreter | functions that are not counted |\n|---|---|\n{interpreters}\n<!-- /limits -->"
    );
    expect_file!["../../../wit/README.md"].assert_eq(&format!("{before}{table}{after}"));
}

/// A limit as one reads it: `16 MiB`, `20,000`.
fn most(limit: &AdmissionLimit) -> String {
    match limit.max {
        max if limit.what.starts_with("bytes") && max % (1 << 20) == 0 => format!("{} MiB", max >> 20),
        max if limit.what.starts_with("bytes") && max % (1 << 10) == 0 => format!("{} KiB", max >> 10),
        max if max >= 1000 => format!("{},{:03}", max / 1000, max % 1000),
        max => max.to_string(),
    }
}

/// A core module with so many of a field.
fn module(field: &str, n: usize) -> Vec<u8> {
    component(&format!("(core module {})", field.repeat(n)))
}

/// A function of that text.
fn body(text: &str) -> Vec<u8> {
    module(&format!("(func {text})"), 1)
}

/// So many of something, in functions that have as many of it as one may.
fn shared(n: usize, each: usize, text: fn(usize) -> String) -> Vec<u8> {
    let functions: String = (0..n).step_by(each).map(|from| format!("(func {})", text(each.min(n - from)))).collect();
    module(&functions, 1)
}

fn exports(n: usize) -> String {
    (0..n).map(|n| format!("(export \"e{n}\" (instance $i))")).collect()
}

fn locals(n: usize) -> String {
    format!("(local {})", "i32 ".repeat(n))
}

const HEADER: &[u8] = b"\0asm\x0d\0\x01\0";

/// A component of sections in binary form, which can be larger and deeper than text.
fn bytes(sections: &[u8]) -> Vec<u8> {
    [HEADER, sections].concat()
}

fn section(id: u8, contents: &[u8]) -> Vec<u8> {
    [head(id, contents.len()).as_slice(), contents].concat()
}

/// The head of a section: six bytes, however long it is.
fn head(id: u8, len: usize) -> Vec<u8> {
    let digit = |shift: u32| ((len >> shift) & 0x7f) as u8;
    vec![id, digit(0) | 0x80, digit(7) | 0x80, digit(14) | 0x80, digit(21) | 0x80, digit(28)]
}

/// One component type in another, and so on.
fn nested_types(n: usize) -> Vec<u8> {
    [vec![1], [0x41, 1, 1].repeat(n - 1), vec![0x41, 0]].concat()
}
