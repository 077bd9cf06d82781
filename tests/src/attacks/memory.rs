//! Rules that take memory, keep something in it, or look for what is not theirs to know.

use assay_domain::fault::FaultCode::{AbiViolation, FuelExhausted, MemoryLimit};
use assay_runtime::RefusalCode::{CompileFailed, LimitExceeded};

use super::{Attack, HOLLOW, component, fault, faulty, harmless, refused};
use crate::hostile::Hostile;

pub(super) fn attacks() -> Vec<Attack> {
    [growing(), many(), keeping()].concat()
}

fn growing() -> Vec<Attack> {
    vec![
        fault("memory at once", "sandbox 7 · contract: memory bomb", MemoryLimit, || evaluating("(drop (memory.grow (i32.const 2000)))")),
        fault("memory page by page", "sandbox 7", MemoryLimit, || evaluating("(loop $l (drop (memory.grow (i32.const 1))) (br $l))")),
        fault("memory in realloc", "sandbox 7", MemoryLimit, || {
            Hostile::unexamined().realloc("(drop (memory.grow (i32.const 2000)))").build()
        }),
        faulty("memory in describe", "sandbox 7", MemoryLimit, || {
            Hostile::unexamined().describe("(drop (memory.grow (i32.const 2000)))").build()
        }),
        fault("growth that its own maximum forbids", "sandbox 7", FuelExhausted, || {
            Hostile::unexamined().pages("4 8").evaluate("(loop $l (drop (memory.grow (i32.const 5))) (br $l))").build()
        }),
        harmless("all of its memory, written", "sandbox 7", || {
            let fill = "(memory.fill (i32.const 131072) (i32.const 1) (i32.const 66000000))";
            Hostile::unexamined().pages("1024").evaluate(fill).build()
        }),
        refused("4 GiB to begin with", "sandbox 7 · contract: initial memory of 4 GiB", LimitExceeded, || {
            Hostile::new().pages("65536").build()
        }),
        fault("a table of a million", "sandbox 9 · contract: table bomb", MemoryLimit, || growing_table("1000000")),
        fault("a table of four billion", "sandbox 9", FuelExhausted, || growing_table("-1")),
        refused("a table of ten million to begin with", "sandbox 9", LimitExceeded, || {
            component(&format!("(core module (table 10000000 funcref)) {HOLLOW}"))
        }),
    ]
}

fn many() -> Vec<Attack> {
    vec![
        refused("49 instances", "sandbox 8", LimitExceeded, || instances(49, "")),
        refused("memories of four instances", "sandbox 8", CompileFailed, || instances(4, "(memory 1)")),
        refused("nine tables of three instances", "sandbox 8", CompileFailed, || instances(3, &"(table 1 funcref)".repeat(3))),
        refused("a thousand instances", "sandbox 8", LimitExceeded, || instances(1000, "")),
        refused("four memories", "sandbox 8", LimitExceeded, || component(&format!("{} {HOLLOW}", "(core module (memory 1))".repeat(4)))),
        fault("resource handles without end", "sandbox 13", AbiViolation, || {
            let new = r#"(import "[export]assay:rule/rule@0.1.0" "[resource-new]token" (func $new (param i32) (result i32)))"#;
            let rule = Hostile::unexamined().contract("interface rule {", "interface rule { resource token;");
            rule.fields(new).evaluate("(loop $l (drop (call $new (i32.const 7))) (br $l))").build()
        }),
    ]
}

/// Each traps if it finds what another evaluation left, or what another machine would show it.
fn keeping() -> Vec<Attack> {
    vec![
        harmless("state in a global", "contract: state kept in globals", || {
            Hostile::unexamined()
                .fields("(global $asked (mut i32) (i32.const 0))")
                .evaluate("(if (global.get $asked) (then (unreachable))) (global.set $asked (i32.const 1))")
                .build()
        }),
        harmless("state in memory", "contract: state kept in memory", || {
            evaluating("(if (i32.load (i32.const 8)) (then (unreachable))) (i32.store (i32.const 8) (i32.const 1))")
        }),
        harmless("state in memory far away", "contract: state kept in memory", || {
            let text = "(if (i32.load (i32.const 67000000)) (then (unreachable))) (i32.store (i32.const 67000000) (i32.const 1))";
            Hostile::unexamined().pages("1024").evaluate(text).build()
        }),
        harmless("state in the size of memory", "contract: state kept in memory", || {
            let text = "(if (i32.ne (memory.grow (i32.const 1)) (i32.const 4)) (then (unreachable)))";
            Hostile::unexamined().pages("4").evaluate(text).build()
        }),
        harmless("state in the size of a table", "contract: state kept in memory", || {
            let text = "(if (i32.ne (table.grow $t (ref.null func) (i32.const 1)) (i32.const 1)) (then (unreachable)))";
            Hostile::unexamined().fields("(table $t 1 funcref)").evaluate(text).build()
        }),
        harmless("a verdict that depends on the bits of NaN", "sandbox 23 · contract: NaN bits", || {
            let zero = "(f64.load (i32.const 0))";
            evaluating(&format!(
                "(if (i64.ne (i64.reinterpret_f64 (f64.div {zero} {zero})) (i64.const 0x7ff8000000000000)) (then (unreachable)))"
            ))
        }),
        // Growth past a limit of the host is a fault and no answer, so that no machine's limit can be told from another's.
        fault("a verdict that depends on how far it can grow", "sandbox 23", MemoryLimit, || {
            evaluating("(if (i32.eq (memory.grow (i32.const 1500)) (i32.const -1)) (then (unreachable)))")
        }),
    ]
}

fn evaluating(text: &str) -> Vec<u8> {
    Hostile::unexamined().evaluate(text).build()
}

fn growing_table(elements: &str) -> Vec<u8> {
    let grow = format!("(drop (table.grow $t (ref.null func) (i32.const {elements})))");
    Hostile::unexamined().fields("(table $t 8 funcref)").evaluate(grow).build()
}

/// So many instances of a module, and the contract in name.
fn instances(n: usize, module: &str) -> Vec<u8> {
    component(&format!("(core module $m {module}) {} {HOLLOW}", "(core instance (instantiate $m))".repeat(n)))
}
