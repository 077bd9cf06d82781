//! Rules that never end, that end badly, or that do as much as one may.

use assay_domain::fault::FaultCode::{FuelExhausted, StackOverflow, TrapUnreachable};

use super::{Attack, fault, faulty, harmless, spent};
use crate::hostile::{Hostile, N};

const ENDLESS: &str = "(loop $l (br $l))";

/// Above all that is laid out in the memory of a rule.
const FREE: u32 = 1 << 17;

pub(super) fn attacks() -> Vec<Attack> {
    [endless(), broken(), slow()].concat()
}

fn endless() -> Vec<Attack> {
    vec![
        fault("a loop", "sandbox 1 · contract: infinite loop in evaluate", FuelExhausted, || evaluating(ENDLESS)),
        fault("a loop in a loop", "sandbox 1", FuelExhausted, || evaluating("(loop $a (loop $b (br_if $b (i32.const 1))) (br $a))")),
        fault("calls that double", "sandbox 1", FuelExhausted, calls_that_double),
        faulty("a loop in describe", "sandbox 1 · contract: infinite loop in describe", FuelExhausted, || {
            Hostile::new().describe(ENDLESS).build()
        }),
        faulty("a loop in configure", "sandbox 1", FuelExhausted, || Hostile::new().configure(ENDLESS).build()),
        faulty("a loop in a start function", "sandbox 2 · contract: infinite loop in a start function", FuelExhausted, || {
            Hostile::unexamined().fields(&format!("(func $start {ENDLESS}) (start $start)")).build()
        }),
        faulty("a loop while it is initialized", "sandbox 2", FuelExhausted, || {
            Hostile::unexamined().fields(&format!("(func (export \"_initialize\") {ENDLESS})")).build()
        }),
        fault("a loop in realloc", "sandbox 3 · contract: infinite loop in cabi_realloc", FuelExhausted, || {
            Hostile::unexamined().realloc(ENDLESS).build()
        }),
        fault("a loop in post-return", "sandbox 4 · contract: infinite loop in post-return", FuelExhausted, || {
            Hostile::unexamined().post_return("evaluate", ENDLESS).build()
        }),
        faulty("a loop in the post-return of describe", "sandbox 4", FuelExhausted, || {
            Hostile::unexamined().post_return("describe", ENDLESS).build()
        }),
        fault("fills without end", "sandbox 22", FuelExhausted, || {
            let fill = format!("(loop $l (memory.fill (i32.const {FREE}) (i32.const 1) (i32.const 62914560)) (br $l))");
            Hostile::unexamined().pages("1024").evaluate(fill).build()
        }),
        fault("copies without end", "sandbox 22", FuelExhausted, || {
            let copy = format!("(loop $l (memory.copy (i32.const {FREE}) (i32.const 196608) (i32.const 30000000)) (br $l))");
            Hostile::unexamined().pages("1024").evaluate(copy).build()
        }),
        // Five a turn: 99.5 of the 100 million.
        harmless("fuel burned to just under the limit", "sandbox 1 · contract: fuel just under the limit", || {
            evaluating(
                "(local $n i32) (local.set $n (i32.const 19900000))
                (loop $l (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))",
            )
        }),
    ]
}

fn broken() -> Vec<Attack> {
    vec![
        fault("a trap", "sandbox 15 · contract: unreachable", TrapUnreachable, || evaluating("(unreachable)")),
        fault("a trap in post-return", "sandbox 4", TrapUnreachable, || {
            Hostile::unexamined().post_return("evaluate", "(unreachable)").build()
        }),
        fault("a trap on one in a million, met", "sandbox 15 · contract: a trap once in a million", TrapUnreachable, || trap_on(0)),
        harmless("a trap on one in a million, not met", "contract: a trap once in a million", || trap_on(7)),
        fault("recursion", "sandbox 14 · sandbox 15 · contract: deep recursion", StackOverflow, || {
            let deep = "(func $deep (param i32) (result i32) (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))";
            Hostile::unexamined().fields(deep).evaluate("(drop (call $deep (i32.const 0)))").build()
        }),
        fault("recursion of two", "sandbox 14", StackOverflow, || {
            Hostile::unexamined().fields("(func $ping (call $pong)) (func $pong (call $ping))").evaluate("(call $ping)").build()
        }),
        faulty("recursion in describe", "sandbox 14", StackOverflow, || {
            Hostile::unexamined().fields("(func $ping (call $ping))").describe("(call $ping)").build()
        }),
    ]
}

/// What takes the processor longest for the fuel that it costs.
fn slow() -> Vec<Attack> {
    vec![
        spent("growing memory by nothing", "sandbox 7", || evaluating("(loop $l (drop (memory.grow (i32.const 0))) (br $l))")),
        spent("growing a table by nothing", "sandbox 9", || {
            let grow = "(loop $l (drop (table.grow $t (ref.null func) (i32.const 0))) (br $l))";
            Hostile::unexamined().fields("(table $t 1 funcref)").evaluate(grow).build()
        }),
        spent("divisions", "sandbox 22", || {
            let divide = "local.get $by i64.div_u i64.const -9 i64.or ".repeat(100);
            evaluating(&format!(
                "(local $n i64) (local $by i64) (local.set $by {})
                (loop $l local.get $n {divide} local.set $n br $l)",
                opaque(3)
            ))
        }),
        // Many processors leave numbers that are almost zero to their microcode.
        spent("products that are almost zero", "sandbox 22", || {
            let multiply = "local.get $by f64.mul ".repeat(1000);
            evaluating(&format!(
                "(local $n f64) (local $by f64)
                (local.set $n (f64.reinterpret_i64 {})) (local.set $by (f64.reinterpret_i64 {}))
                (loop $l local.get $n {multiply} local.set $n br $l)",
                opaque(0xf_ffff),
                opaque(0x3ff0_0000_0000_0000)
            ))
        }),
        spent("loads that miss every cache", "sandbox 22", loads_that_miss),
        spent("growing by nothing, from the start function on", "sandbox 2 · sandbox 7", || {
            let grow = "(drop (memory.grow (i32.const 0)))".repeat(10);
            let start = format!(
                "(func $start (local $n i32) (local.set $n (i32.const 140000))
                    (loop $l {grow} (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
                (start $start)"
            );
            Hostile::unexamined().fields(&start).evaluate(format!("(loop $l {grow} (br $l))")).build()
        }),
    ]
}

/// A rule that does that when it is asked.
fn evaluating(text: &str) -> Vec<u8> {
    Hostile::unexamined().evaluate(text).build()
}

/// No loop, and 2^40 calls.
fn calls_that_double() -> Vec<u8> {
    let levels: String = (1..=40).map(|n| format!("(func $f{n} (call $f{below}) (call $f{below}))", below = n - 1)).collect();
    Hostile::unexamined().fields(&format!("(func $f0) {levels}")).evaluate("(call $f40)").build()
}

/// Traps when the parameter is that number.
fn trap_on(n: u32) -> Vec<u8> {
    evaluating(&format!("(if (i32.eq {N} (i32.const {n})) (then (unreachable)))"))
}

/// A number that the compiler cannot know: there are zeros below all that is laid out.
fn opaque(n: i64) -> String {
    format!("(i64.or (i64.load (i32.const 0)) (i64.const {n}))")
}

/// Each load's address depends on the one before, in 64 MiB of which every fourth line was written.
fn loads_that_miss() -> Vec<u8> {
    let text = format!(
        "(local $at i32) (local $state i32)
        (local.set $at (i32.const {FREE}))
        (loop $touch
            (i32.store (local.get $at) (i32.const 1))
            (br_if $touch (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 256))) (i32.const 67108864))))
        (loop $l
            (local.set $state (i32.add (i32.mul (local.get $state) (i32.const 1664525)) (i32.const 1013904223)))
            (local.set $state (i32.add (local.get $state) (i32.load (i32.and (local.get $state) (i32.const 0x3ffff00)))))
            (br $l))"
    );
    Hostile::unexamined().pages("1024").evaluate(text).build()
}
