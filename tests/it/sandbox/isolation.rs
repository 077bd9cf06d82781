//! Nothing of one evaluation reaches another, and the same question has the same answer everywhere.

use assay_domain::verdict::{Answer, Decision};
use assay_runtime::Rule;
use assay_tests::{
    components,
    hostile::{Hostile, MANTISSA, Success, Verdict},
};

use super::support::{Case, OPENED, admit, engine, pending, unharmed};

/// Pending when first asked in an instance, failure from then on; its function `$count` counts how often it is called.
fn moody(fields: &str) -> Rule {
    let mut rule = Hostile::unexamined().fields(fields);
    let later = rule.place(&Verdict::bare(1).answer());
    admit(rule.evaluate(format!("(if (i32.gt_u (call $count) (i32.const 1)) (then (return (i32.const {later}))))")))
}

fn decision(answer: &Answer) -> &str {
    match answer {
        Answer::Verdict(verdict) => verdict.decision.name(),
        Answer::RuleError(_) | Answer::MissingField(_) => "none",
    }
}

#[test]
fn state_does_not_outlive_an_evaluation() {
    let global = "(global $asked (mut i32) (i32.const 0))
        (func $count (result i32) (global.set $asked (i32.add (global.get $asked) (i32.const 1))) (global.get $asked))";
    let memory = "(func $count (result i32)
        (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1))) (i32.load (i32.const 8)))";
    let table = "(table $t 1 funcref) (func $count (result i32)
        (table.grow $t (ref.null func) (i32.const 1)))";
    let pages = "(func $count (result i32) (drop (memory.grow (i32.const 1))) (i32.sub (memory.size) (i32.const 3)))";
    let case = Case::new(0);
    for (name, fields) in [("a global", global), ("memory", memory), ("a table", table), ("the size of memory", pages)] {
        let rule = moody(fields);
        for _ in 0..3 {
            assert_eq!(rule.evaluate(&case.question()).map(|evaluated| evaluated.answer), Ok(pending()), "{name}");
        }
        let mut reused = rule.reuse().expect("an instance");
        let found: Vec<_> = (0..3).map(|_| reused.evaluate(&case.question()).expect("an answer")).collect();
        let decisions: Vec<_> = found.iter().map(|evaluated| decision(&evaluated.answer)).collect();
        assert_eq!(decisions, ["pending", "failure", "failure"], "{name}");
        unharmed(name);
    }
}

/// The memory of an instance is handed to the next one, emptied.
#[test]
fn nothing_is_found_in_memory_of_another_rule() {
    let secret = "(memory.fill (i32.const 131072) (i32.const 0x55) (i32.const 1000000))";
    let writer = admit(Hostile::unexamined().pages("32").evaluate(secret));
    let mut spy = Hostile::unexamined().pages("32");
    let told = spy.place(&Verdict::success(Success { mantissa: 0, ..Success::at(OPENED) }).answer());
    let spy = admit(spy.evaluate(format!(
        "(local $at i32) (local $found i64)
        (local.set $at (i32.const 131072))
        (loop $l
            (local.set $found (i64.or (local.get $found) (i64.load (local.get $at))))
            (local.set $at (i32.add (local.get $at) (i32.const 64)))
            (br_if $l (i32.lt_u (local.get $at) (i32.const 1131072))))
        (i64.store offset={MANTISSA} (i32.const {told}) (local.get $found))
        (return (i32.const {told}))"
    )));
    let case = Case::new(0);
    for _ in 0..20 {
        writer.evaluate(&case.question()).expect("a secret kept");
        let found = spy.evaluate(&case.question()).expect("an answer").answer;
        assert_eq!(found.success().map(|told| told.quantity.micros()), Some(0));
    }
}

/// What NaN looks like is the processor's choice, unless the engine makes it: sign clear, quiet, no payload.
#[test]
fn nan_has_the_same_bits_everywhere() {
    let zero = "(f64.load (i32.const 0))";
    let rows = [
        format!("(f64.div {zero} {zero})"),
        format!("(f64.sqrt (f64.sub {zero} (f64.const 1)))"),
        format!("(f64.add (f64.const nan:0x4000000000123) {zero})"),
        format!("(f64.mul (f64.const -nan) {zero})"),
        format!("(f64.min (f64.const -nan:0x8000000000001) {zero})"),
        format!("(f64.max {zero} (f64.const -nan))"),
        "(f64.sub (f64.const inf) (f64.const inf))".into(),
        "(f64.promote_f32 (f32.mul (f32.const nan:0x200001) (f32.load (i32.const 0))))".into(),
    ];
    let case = Case::new(0);
    for nan in rows {
        let mut rule = Hostile::unexamined();
        let told = rule.place(&Verdict::success(Success::at(OPENED)).answer());
        let bits = format!("(i64.shr_u (i64.reinterpret_f64 {nan}) (i64.const 40))");
        let rule = admit(rule.evaluate(format!("(i64.store offset={MANTISSA} (i32.const {told}) {bits}) (return (i32.const {told}))")));
        for _ in 0..3 {
            let found = rule.evaluate(&case.question()).expect("an answer").answer;
            assert_eq!(found.success().map(|told| told.quantity.to_string()).as_deref(), Some("8386560"), "{nan}");
        }
    }
}

#[test]
fn the_same_question_costs_the_same_everywhere() {
    let verdict = || Verdict::success(Success::at(OPENED)).evidence([0, 1]).note("the same");
    let bytes = Hostile::unexamined().verdict(verdict()).evaluate("(memory.fill (i32.const 0) (i32.const 1) (i32.const 999))").build();
    let case = Case::new(0);
    let ask = |rule: &Rule| rule.evaluate(&case.question()).expect("an answer");
    let rules = [engine().admit(&bytes).unwrap(), components::engine().admit(&bytes).unwrap(), engine().admit(&bytes).unwrap()];
    let first = ask(&rules[0]);
    assert!(first.fuel > 999, "{} for a thousand bytes and a call", first.fuel);
    for rule in &rules {
        for _ in 0..5 {
            assert_eq!(ask(rule), first);
        }
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| (0..50).all(|_| ask(&rules[0]) == first))).collect();
        assert!(threads.into_iter().all(|thread| thread.join().expect("no panic")));
    });
    assert!(matches!(&first.answer, Answer::Verdict(verdict) if matches!(verdict.decision, Decision::Success(_))));
}
