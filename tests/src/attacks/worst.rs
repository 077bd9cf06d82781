//! The most work for the compiler that admission lets in: components at the limits, and beyond what the limits foresee.
//!
//! At the limits they are compiled and answer, which measures the limits. What compiling takes altogether is held by the compiling
//! process alone, so these are run on an engine that compiles apart.

use super::{
    Attack,
    binary::{chain, module, section},
    harmless, held,
};
use crate::hostile::Hostile;

/// At most so many control operators in a function, and eight times as many in all.
const CONTROL: usize = 4096;
/// Blocks lie at most so deep within one another.
const NESTING: usize = 288;
/// Locals of a function.
const LOCALS: usize = 1000;
/// Bytes of a function.
const BODY_BYTES: usize = 128 << 10;
/// The functions that every [`Hostile`] has.
const OWN_FUNCTIONS: usize = 4;
/// `f64.sqrt`, one byte that takes and gives a number, and each of whose results may be a NaN to be made canonical.
const SQRT: u8 = 0x9f;

pub(super) fn attacks() -> Vec<Attack> {
    [control(), bodies(), beyond()].concat()
}

fn control() -> Vec<Attack> {
    vec![
        harmless("the most loops", "sandbox 16", || with(&function("", &"loop end ".repeat(CONTROL)).repeat(8))),
        harmless("the most loops, as deep as may be", "sandbox 16", || {
            let deep = format!("{}{}", "loop ".repeat(NESTING), "end ".repeat(NESTING));
            with(&function("", &deep.repeat(CONTROL / NESTING)).repeat(8))
        }),
        harmless("the most ifs, as deep as may be", "sandbox 16", || {
            let deep = format!("{}{}", "local.get 0 if ".repeat(NESTING), "end ".repeat(NESTING));
            with(&function("(param i32)", &deep.repeat(CONTROL / NESTING)).repeat(8))
        }),
        // The block is a control operator, and the default a target.
        harmless("the most targets of a branch", "sandbox 16", || {
            let branch = format!("block local.get 0 br_table {}end", "0 ".repeat(CONTROL - 1));
            with(&function("(param i32)", &branch).repeat(8))
        }),
        harmless("many branches of many targets", "sandbox 16", || {
            let targets: String = (0..15).map(|n| format!("{n} ")).collect();
            let blocks = format!("{}local.get 0 br_table {targets}{}", "block ".repeat(16), "end ".repeat(16));
            with(&function("(param i32)", &blocks.repeat(CONTROL / 32)).repeat(8))
        }),
    ]
}

fn bodies() -> Vec<Attack> {
    vec![
        harmless("the most functions", "sandbox 16 · contract: thousands of functions", || with(&"(func)".repeat(20_000 - OWN_FUNCTIONS))),
        // Two bytes each.
        harmless("the longest function, of calls", "sandbox 16", || {
            with(&format!("(func $idle) {}", function("", &"call $idle ".repeat(BODY_BYTES / 2 - 2))))
        }),
        // Three bytes each, and each needs the one before.
        harmless("the longest function, of loads", "sandbox 16", || {
            with(&function("(param i32) (result i32)", &format!("local.get 0 {}", "i32.load ".repeat(BODY_BYTES / 3 - 2))))
        }),
        harmless("the longest function, of square roots", "sandbox 16", || appended(1)),
        harmless("four of the longest functions", "sandbox 16", || appended(4)),
        // The allocator of every rule has a local of its own.
        harmless("the most locals", "sandbox 16 · contract: 100,000 locals", || {
            with(&format!("{}{}", function(&locals(LOCALS), &moves(LOCALS)).repeat(19), function(&locals(LOCALS - 1), &moves(LOCALS - 1))))
        }),
    ]
}

fn beyond() -> Vec<Attack> {
    vec![
        held("16 MiB of square roots", "sandbox 16", || appended(127)),
        held("1,000 locals carried through every loop", "sandbox 16", || {
            let back = "local.get 0 br_if 0 end ".repeat(NESTING);
            let deep = format!("{}{}{back}", "loop ".repeat(NESTING), moves(LOCALS));
            // Fourteen times 8,750 bytes.
            with(&function(&locals(LOCALS), &deep.repeat(14)).repeat(4))
        }),
    ]
}

/// A rule that never calls them.
fn with(functions: &str) -> Vec<u8> {
    Hostile::new().fields(functions).build()
}

fn function(head: &str, body: &str) -> String {
    format!("(func {head} {body})")
}

fn locals(n: usize) -> String {
    format!("(local {})", "i32 ".repeat(n))
}

/// Each local becomes something of the one before: every one is another value.
fn moves(locals: usize) -> String {
    (1..locals).map(|n| format!("local.get {} i32.clz local.set {n} ", n - 1)).collect()
}

/// A rule, and a module beside it of so many functions as long as may be, which nothing instantiates and the compiler compiles.
fn appended(functions: usize) -> Vec<u8> {
    let body = chain(SQRT, BODY_BYTES - 12);
    [Hostile::new().build(), section(1, &module(&vec![body; functions]))].concat()
}
