//! Features of WebAssembly: what toolchains emit is taken, what is off is refused by name.

use assay_runtime::RefusalCode;
use assay_tests::hostile::Hostile;

use super::support::{answers, component, pending, refused};

#[test]
fn features_that_are_off_are_denied() {
    let rows = [
        ("SIMD", "(core module (func (drop (v128.const i64x2 0 0))))"),
        ("relaxed SIMD", "(core module (func (param v128) (result v128) (f32x4.relaxed_madd (local.get 0) (local.get 0) (local.get 0))))"),
        ("shared memory", "(core module (memory 1 1 shared))"),
        ("atomics", "(core module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))))"),
        ("64-bit memory", "(core module (memory i64 1))"),
        ("64-bit tables", "(core module (table i64 1 funcref))"),
        ("two memories", "(core module (memory 1) (memory 1))"),
        ("pages of one byte", "(core module (memory 1 (pagesize 1)))"),
        ("exceptions", "(core module (tag))"),
        ("garbage collection", "(core module (type (struct (field i32))))"),
        ("references to the host", "(core module (func (param externref)))"),
        ("typed function references", "(core module (type $f (func)) (func (param (ref $f))))"),
        (
            "wide arithmetic",
            "(core module (func (param i64) (result i64 i64)
                (i64.add128 (local.get 0) (local.get 0) (local.get 0) (local.get 0))))",
        ),
        ("streams", "(type (stream u8))"),
        ("futures", "(type (future u8))"),
        ("lists of a fixed length", "(type (list u8 4))"),
    ];
    for (name, fields) in rows {
        let refusal = refused(name, &component(fields), RefusalCode::FeatureDenied, "");
        assert!(refusal.remedy.contains("wasm32-unknown-unknown"), "{name}: {refusal}");
    }
}

#[test]
fn what_toolchains_emit_is_admitted() {
    let rows = [
        ("tail calls", "(func $a (result i32) (return_call $b)) (func $b (result i32) (i32.const 1))", "(drop (call $a))"),
        ("constants that are computed", "(global $g i32 (i32.add (i32.const 1) (i32.const 2)))", "(drop (global.get $g))"),
        ("bulk memory", "(data $d \"abc\")", "(memory.init $d (i32.const 0) (i32.const 0) (i32.const 3)) (data.drop $d)"),
        ("several results", "(func $two (result i32 i32) (i32.const 1) (i32.const 2))", "(drop (i32.add (call $two)))"),
        ("sign extension", "", "(drop (i64.extend8_s (i64.const 200)))"),
        ("saturating conversion", "", "(drop (i32.trunc_sat_f64_s (f64.const nan)))"),
        ("function pointers", "(table $t 1 funcref) (elem (i32.const 0) $f) (func $f)", "(call_indirect $t (i32.const 0))"),
        ("mutable globals", "(global $m (mut i64) (i64.const 0))", "(global.set $m (i64.const 1))"),
    ];
    for (name, fields, evaluate) in rows {
        assert_eq!(answers(name, Hostile::new().fields(fields).evaluate(evaluate), 0), pending(), "{name}");
    }
}
