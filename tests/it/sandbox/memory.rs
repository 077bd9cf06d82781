//! Growing: within the limits it works, past them it is a fault that no rule can observe.

use assay_domain::fault::FaultCode;
use assay_tests::hostile::{Hostile, N};

use super::support::{Case, admit, answers, faults, pending};

/// Four pages at first; grows by `n` pages and writes the last byte.
fn grower() -> Hostile {
    let last = "(i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 1))";
    Hostile::unexamined().pages("4").evaluate(format!("(drop (memory.grow {N})) (i32.store8 {last} (i32.const 1))"))
}

#[test]
fn memory_grows_up_to_its_limit() {
    for n in [0, 1, 100, 1020] {
        assert_eq!(answers("within", grower(), n), pending(), "{n} pages");
    }
    for n in [1021, 2000, 61_000, 65_532, 65_533, 100_000, -1] {
        faults("past it", grower(), n, FaultCode::MemoryLimit);
    }
}

/// All that an instance was given, from the pages it begins with on, and what it was refused is none of it.
#[test]
fn memory_is_counted() {
    for (n, pages) in [(0, 4), (1, 5), (1020, 1024)] {
        let evaluated = admit(grower()).evaluate(&Case::new(n).question()).expect("an answer");
        assert_eq!(evaluated.memory_bytes, pages << 16, "{n} pages more");
    }
    let refused = Hostile::unexamined().pages("4 8").evaluate("(drop (memory.grow (i32.const 5)))");
    let evaluated = admit(refused).evaluate(&Case::new(0).question()).expect("an answer");
    assert_eq!(evaluated.memory_bytes, 4 << 16, "past the maximum that it declares itself");
}

#[test]
fn memory_cannot_be_taken_page_by_page_either() {
    let text = "(loop $l (drop (memory.grow (i32.const 1))) (br $l))";
    faults("page by page", Hostile::unexamined().evaluate(text), 0, FaultCode::MemoryLimit);
    let realloc = "(drop (memory.grow (i32.const 600)))";
    faults("in realloc", Hostile::unexamined().realloc(realloc), 0, FaultCode::MemoryLimit);
}

/// The maximum that a module declares is its own business, the same on every machine: growing past it fails as the standard says.
#[test]
fn a_declared_maximum_is_seen_by_the_rule() {
    let text = format!("(if (i32.ne (memory.grow {N}) (i32.const -1)) (then (unreachable)))");
    let rule = Hostile::unexamined().pages("4 8").evaluate(text);
    assert_eq!(answers("past its own maximum", rule.clone(), 5), pending());
    faults("within it", rule.clone(), 4, FaultCode::TrapUnreachable);
    faults("past both", rule, 1021, FaultCode::MemoryLimit);
}

#[test]
fn a_table_grows_up_to_its_limit() {
    let rule = || Hostile::unexamined().fields("(table $t 8 funcref)").evaluate(format!("(drop (table.grow $t (ref.null func) {N}))"));
    for n in [0, 1, 8184] {
        assert_eq!(answers("within", rule(), n), pending(), "{n} elements");
    }
    for n in [8185, 1_000_000] {
        faults("past it", rule(), n, FaultCode::MemoryLimit);
    }
}

/// All of the fuel cannot pay for an element each.
#[test]
fn a_table_of_four_billion_is_never_made() {
    let rule = Hostile::unexamined().fields("(table $t 8 funcref)").evaluate("(drop (table.grow $t (ref.null func) (i32.const -1)))");
    faults("four billion", rule, 0, FaultCode::FuelExhausted);
}
