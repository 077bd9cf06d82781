//! Broken canonical ABI: pointers, lengths, texts and discriminants that lie.

use assay_domain::{
    fault::FaultCode,
    verdict::{Answer, Decision},
};
use assay_tests::hostile::{
    Hostile, Verdict,
    abi::{Abi, Shape},
    neither, rule_error,
};

use super::support::{answers, faults, pending};

const SUCCESS: Shape = Shape::new(64, 8);

fn text(bytes: &[u8]) -> Abi {
    Abi::option(Shape::SLICE, Some(Abi::Text(bytes.into())))
}

#[test]
fn an_allocator_that_lies_is_a_fault() {
    let rows = [
        ("beyond memory", "(return (i32.const -8))", FaultCode::AbiViolation),
        ("at the end of memory", "(return (i32.shl (memory.size) (i32.const 16)))", FaultCode::AbiViolation),
        ("across the end", "(return (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 8)))", FaultCode::AbiViolation),
        ("misaligned", "(return (i32.const 1))", FaultCode::AbiViolation),
        ("for ever", "(loop $l (br $l))", FaultCode::FuelExhausted),
        ("a trap", "(unreachable)", FaultCode::TrapUnreachable),
    ];
    for (name, realloc, expect) in rows {
        faults(name, Hostile::unexamined().realloc(realloc), 0, expect);
    }
}

/// The same memory again and again hurts nobody but the rule itself.
#[test]
fn an_allocator_that_repeats_itself_is_its_own_trouble() {
    assert_eq!(answers("the same place", Hostile::unexamined().realloc("(return (i32.const 512))"), 0), pending());
    assert_eq!(answers("place zero", Hostile::unexamined().realloc("(return (i32.const 0))"), 0), pending());
}

#[test]
fn an_answer_must_lie_in_memory() {
    let end = "(i32.shl (memory.size) (i32.const 16))";
    let rows = [
        ("misaligned", "(return (i32.const 1028))".into()),
        ("beyond memory", "(return (i32.const -8))".into()),
        ("at the end of memory", format!("(return {end})")),
        ("across the end", format!("(return (i32.sub {end} (i32.const 96)))")),
    ];
    for (name, evaluate) in rows {
        faults(name, Hostile::unexamined().evaluate(evaluate), 0, FaultCode::AbiViolation);
    }
    // An answer of zeros is a success of nothing before every opening.
    faults("zeros", Hostile::unexamined().evaluate("(return (i32.const 0))"), 0, FaultCode::OutputInvalid);
}

#[test]
fn a_verdict_of_broken_parts_is_a_fault() {
    let failure = || Verdict::bare(1);
    let rows = [
        ("decision 5", Verdict::bare(5)),
        ("decision 255", Verdict::bare(255)),
        ("pending 2", Verdict::of(Abi::case(2, SUCCESS, Abi::Case(2, Shape::S64, None)))),
        ("note 2", failure().note_as(Abi::Case(2, Shape::SLICE, None))),
        ("a note that is no UTF-8", failure().note_as(text(b"\xff\xfe"))),
        ("a note cut in the middle of a character", failure().note_as(text("é".as_bytes().split_at(1).0))),
        ("a note with half a surrogate pair", failure().note_as(text(b"\xed\xa0\x80"))),
        ("a note of 4 GiB", failure().note_as(Abi::option(Shape::SLICE, Some(Abi::Slice(0, u32::MAX))))),
        ("a note beyond memory", failure().note_as(Abi::option(Shape::SLICE, Some(Abi::Slice(u32::MAX, 1))))),
        ("evidence of 2^32 - 1", failure().evidence_as(Abi::Slice(0, u32::MAX))),
        ("evidence beyond memory", failure().evidence_as(Abi::Slice(u32::MAX - 3, 1))),
        ("misaligned evidence", failure().evidence_as(Abi::Slice(2, 1))),
        ("misaligned evidence of nothing", failure().evidence_as(Abi::Slice(2, 0))),
    ];
    for (name, verdict) in rows {
        faults(name, Hostile::unexamined().verdict(verdict), 0, FaultCode::AbiViolation);
    }
    for (name, answer) in
        [("neither", neither(2)), ("neither at all", neither(255)), ("an error that is no UTF-8", rule_error(b"\xc0\x80"))]
    {
        faults(name, Hostile::unexamined().answer(answer), 0, FaultCode::AbiViolation);
    }
}

/// A list of a type that takes no more room in the host than in the guest still cannot fill the host.
#[test]
fn a_list_larger_than_the_host_will_copy_is_a_fault() {
    let verdict = Verdict::bare(1).evidence_as(Abi::Slice(0, 100_000));
    faults("100,000 entries", Hostile::unexamined().pages("64").verdict(verdict), 0, FaultCode::OutputLimit);
}

#[test]
fn a_rule_error_is_an_answer() {
    let message = |answer| answers("a rule error", Hostile::unexamined().answer(answer), 0);
    assert_eq!(message(rule_error("no clue")), Answer::RuleError("no clue".into()));
    assert_eq!(message(rule_error("")), Answer::RuleError(String::new()));
    assert_eq!(message(rule_error("x".repeat(1024))), Answer::RuleError("x".repeat(1024)));
    for length in [1025, 1 << 20] {
        faults("a long error", Hostile::unexamined().answer(rule_error("x".repeat(length))), 0, FaultCode::OutputLimit);
    }
}

#[test]
fn every_decision_comes_through() {
    let decision = |verdict| match answers("a decision", Hostile::unexamined().verdict(verdict), 0) {
        Answer::Verdict(verdict) => verdict.decision,
        other => panic!("{other:?}"),
    };
    for (discriminant, expect) in [(1, Decision::Failure), (3, Decision::Indeterminate), (4, Decision::NotEligible)] {
        assert_eq!(decision(Verdict::bare(discriminant)), expect);
    }
    assert_eq!(decision(Verdict::pending(None)), Decision::Pending(None));
}
