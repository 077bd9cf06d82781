//! Evaluations that trap or never end.

use assay_domain::fault::FaultCode;
use assay_tests::hostile::Hostile;

use super::support::{Case, admit, answers, faults, pending};

const FIELDS: &str = r"
    (type $nothing (func))
    (type $number (func (result i32)))
    (table $table 2 funcref)
    (elem (i32.const 0) $idle)
    (func $idle)
    (func $deep (param i32) (result i32) (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))
    (func $ping (call $pong))
    (func $pong (call $ping))";

#[test]
fn every_trap_has_its_name() {
    use FaultCode::{FuelExhausted, StackOverflow, TrapCall, TrapDivision, TrapMemory, TrapUnreachable};
    let rows = [
        ("an infinite loop", "(loop $l (br $l))", FuelExhausted),
        ("a loop in a loop", "(loop $a (loop $b (br_if $b (i32.const 1))) (br $a))", FuelExhausted),
        ("a long fill", "(loop $l (memory.fill (i32.const 0) (i32.const 0) (i32.const 1000)) (br $l))", FuelExhausted),
        ("unreachable", "(unreachable)", TrapUnreachable),
        ("a load beyond memory", "(drop (i32.load (i32.const -8)))", TrapMemory),
        ("a load just beyond memory", "(drop (i64.load (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 7))))", TrapMemory),
        ("a load that wraps around", "(drop (i32.load offset=4294967295 (i32.const 1)))", TrapMemory),
        ("a store beyond memory", "(i64.store (i32.const 0x7fffffff) (i64.const 0))", TrapMemory),
        ("a copy beyond memory", "(memory.copy (i32.const 0) (i32.const -1) (i32.const 100))", TrapMemory),
        ("a fill beyond memory", "(memory.fill (i32.const -1) (i32.const 0) (i32.const 2))", TrapMemory),
        ("beyond a table", "(drop (table.get $table (i32.const 2)))", TrapMemory),
        ("a call beyond a table", "(call_indirect $table (type $nothing) (i32.const 99))", TrapMemory),
        ("a call of nothing", "(call_indirect $table (type $nothing) (i32.const 1))", TrapCall),
        ("a call of another type", "(drop (call_indirect $table (type $number) (i32.const 0)))", TrapCall),
        ("a division by zero", "(drop (i32.div_u (i32.const 1) (i32.const 0)))", TrapDivision),
        ("a remainder of zero", "(drop (i64.rem_s (i64.const 1) (i64.const 0)))", TrapDivision),
        ("a quotient too large", "(drop (i32.div_s (i32.const -2147483648) (i32.const -1)))", TrapDivision),
        ("a conversion of NaN", "(drop (i32.trunc_f64_s (f64.const nan)))", TrapDivision),
        ("a conversion out of range", "(drop (i64.trunc_f32_u (f32.const 1e30)))", TrapDivision),
        ("deep recursion", "(drop (call $deep (i32.const 0)))", StackOverflow),
        ("recursion of two", "(call $ping)", StackOverflow),
    ];
    for (name, evaluate, expect) in rows {
        faults(name, Hostile::unexamined().fields(FIELDS).evaluate(evaluate), 0, expect);
    }
}

/// A conscience that strikes once in a million interactions strikes only those.
#[test]
fn a_trap_on_one_interaction_leaves_the_others_alone() {
    let text = "(if (i64.eq (i64.load offset=8 (local.get $parameters)) (i64.const 7)) (then (unreachable)))";
    let rule = Hostile::unexamined().evaluate(text);
    for n in [6, 8, 1_000_000] {
        assert_eq!(answers("another", rule.clone(), n), pending());
    }
    faults("the seventh", rule.clone(), 7, FaultCode::TrapUnreachable);
    assert_eq!(answers("another", rule, 6), pending());
}

/// The answer was already read when it is freed; a rule that fails there has not answered.
#[test]
fn a_fault_after_the_answer_discards_it() {
    let rows = [
        ("a loop", "(loop $l (br $l))", FaultCode::FuelExhausted),
        ("a trap", "(unreachable)", FaultCode::TrapUnreachable),
        ("a load", "(drop (i32.load (i32.const -8)))", FaultCode::TrapMemory),
        ("growth", "(drop (memory.grow (i32.const 2000)))", FaultCode::MemoryLimit),
    ];
    for (name, text, expect) in rows {
        faults(name, Hostile::unexamined().post_return("evaluate", text), 0, expect);
    }
    let lawful = Hostile::unexamined().post_return("evaluate", "(i32.store (local.get $answer) (i32.const -1))");
    assert_eq!(answers("a lawful one", lawful, 0), pending());
}

#[test]
fn a_fault_says_what_happens_next() {
    let rule = admit(Hostile::unexamined().evaluate("(unreachable)"));
    let case = Case::new(0);
    let once = rule.evaluate(&case.question()).expect_err("a fault");
    assert!(once.code.is_deterministic());
    assert_eq!(rule.evaluate(&case.question()), Err(once.clone()), "the same fault each time");
    assert_eq!(FaultCode::from_code(once.code.code()), Some(once.code));
}
