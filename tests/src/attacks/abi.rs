//! Rules whose answers are not what the canonical ABI asks for, or more than anyone wants to read.

use assay_domain::{
    fault::FaultCode::{AbiViolation, OutputInvalid, OutputLimit},
    manifest::Manifest,
};
use assay_runtime::RefusalCode::ManifestInvalid;

use super::{Attack, fault, faulty, harmless, refused};
use crate::hostile::{
    Hostile, Verdict,
    abi::{Abi, Shape},
    declare::{lawful, manifest},
    neither, rule_error,
};

/// The first address past memory.
const END: &str = "(i32.shl (memory.size) (i32.const 16))";

pub(super) fn attacks() -> Vec<Attack> {
    [allocators(), answers(), texts()].concat()
}

fn allocators() -> Vec<Attack> {
    vec![
        fault("memory from beyond", "sandbox 5 · contract: realloc out of bounds", AbiViolation, || allocating("(return (i32.const -8))")),
        fault("memory from the end", "sandbox 5 · contract: realloc out of bounds", AbiViolation, || {
            allocating(&format!("(return (i32.sub {END} (i32.const 8)))"))
        }),
        fault("misaligned memory", "sandbox 5 · contract: realloc misaligned", AbiViolation, || allocating("(return (i32.const 1))")),
        harmless("the same memory again and again", "sandbox 5 · contract: realloc overlapping", || {
            allocating("(return (i32.const 512))")
        }),
    ]
}

fn answers() -> Vec<Attack> {
    vec![
        fault("an answer beyond memory", "sandbox 12", AbiViolation, || evaluating("(return (i32.const -8))")),
        fault("an answer across the end of memory", "sandbox 12", AbiViolation, || {
            evaluating(&format!("(return (i32.sub {END} (i32.const 96)))"))
        }),
        fault("a misaligned answer", "sandbox 12", AbiViolation, || evaluating("(return (i32.const 1028))")),
        fault("an answer of zeros", "sandbox 12", OutputInvalid, || evaluating("(return (i32.const 0))")),
        fault("no decision", "sandbox 12 · contract: invalid discriminants", AbiViolation, || telling(Verdict::bare(5))),
        fault("neither verdict nor error", "sandbox 12 · contract: invalid discriminants", AbiViolation, || {
            Hostile::unexamined().answer(neither(255)).build()
        }),
        fault("a note that is there and is not", "sandbox 12 · contract: invalid discriminants", AbiViolation, || {
            telling(failure().note_as(Abi::Case(2, Shape::SLICE, None)))
        }),
        fault("a note that is no UTF-8", "sandbox 12 · contract: strings that are not UTF-8", AbiViolation, || {
            telling(failure().note(*b"\xff\xfe"))
        }),
        fault("a note with half a surrogate pair", "sandbox 12 · contract: strings that are not UTF-8", AbiViolation, || {
            telling(failure().note(*b"\xed\xa0\x80"))
        }),
        fault("an error that is no UTF-8", "sandbox 12 · contract: strings that are not UTF-8", AbiViolation, || {
            Hostile::unexamined().answer(rule_error(*b"\xc0\x80")).build()
        }),
        fault("a note of 4 GiB", "sandbox 10 · contract: a length of 2^32 - 1", AbiViolation, || {
            telling(failure().note_as(Abi::option(Shape::SLICE, Some(Abi::Slice(0, u32::MAX)))))
        }),
        fault("evidence of 16 GiB", "sandbox 10 · contract: a length of 2^32 - 1", AbiViolation, || {
            telling(failure().evidence_as(Abi::Slice(0, u32::MAX)))
        }),
        fault("evidence of 100,000", "sandbox 10", OutputLimit, || {
            Hostile::unexamined().pages("64").verdict(failure().evidence_as(Abi::Slice(0, 100_000))).build()
        }),
        faulty("100,000 names that share a megabyte", "sandbox 11", OutputLimit, names_that_share),
    ]
}

fn texts() -> Vec<Attack> {
    vec![
        fault("a note of 1 MiB", "sandbox 25 · contract: 1 MiB note", OutputLimit, || telling(failure().note("x".repeat(1 << 20)))),
        fault("a note of 1 KiB and one", "sandbox 25", OutputLimit, || telling(failure().note("x".repeat(1025)))),
        fault("an error of 1 MiB", "sandbox 25", OutputLimit, || Hostile::unexamined().answer(rule_error("x".repeat(1 << 20))).build()),
        harmless("a note that obeys terminals", "sandbox 25", || telling(Verdict::pending(None).note("\u{1b}[2J\u{1b}[HAll is paid."))),
        faulty("a title of 1 MiB", "sandbox 25 · sandbox 29", OutputLimit, || {
            Hostile::new().manifest(&Manifest { title: "x".repeat(1 << 20), ..lawful() }).build()
        }),
        refused("a title that obeys terminals", "sandbox 25", ManifestInvalid, || {
            Hostile::new().manifest(&Manifest { title: "\u{1b}[2JHostile".into(), ..lawful() }).build()
        }),
        refused("65 classes", "sandbox 29", ManifestInvalid, || {
            let classes = (0..65).map(|n| format!("class-{n}")).collect();
            Hostile::new().manifest(&Manifest { classes, ..lawful() }).build()
        }),
    ]
}

fn failure() -> Verdict {
    Verdict::bare(1)
}

fn allocating(realloc: &str) -> Vec<u8> {
    Hostile::unexamined().realloc(realloc).build()
}

fn evaluating(text: &str) -> Vec<u8> {
    Hostile::unexamined().evaluate(text).build()
}

fn telling(verdict: Verdict) -> Vec<u8> {
    Hostile::unexamined().verdict(verdict).build()
}

/// A few bytes of the guest that would be a hundred gigabytes of the host.
fn names_that_share() -> Vec<u8> {
    // Above all that is laid out, in a memory of 64 pages: a megabyte of zeros.
    let names = Abi::List(vec![Abi::Slice(3 << 20, 1 << 20); 100_000]);
    let Abi::Record(mut fields) = manifest(&lawful()) else { unreachable!("a manifest is a record") };
    // The seventh field: its classes.
    fields[6] = names;
    Hostile::new().pages("64").description(Abi::Record(fields)).build()
}
