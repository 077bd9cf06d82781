//! Files that are no component, or were one once.

use assay_runtime::RefusalCode;
use assay_tests::{components, hostile::Hostile};

use super::support::{Case, engine, refused, unharmed};

#[test]
fn what_is_no_component_is_malformed() {
    let module = wat::parse_str("(module)").unwrap();
    let rows: [(&str, &[u8], &str); 8] = [
        ("nothing", b"", "not WebAssembly"),
        ("text", b"(component)", "not WebAssembly"),
        ("a script", b"#!/bin/sh\nexit 0\n", "not WebAssembly"),
        ("an archive", b"PK\x03\x04", "not WebAssembly"),
        ("half a header", b"\0asm", "not WebAssembly"),
        ("a version from the future", b"\0asm\x0e\0\x01\0", "not WebAssembly"),
        ("a core module", &module, "core WebAssembly module"),
        ("a header and rubbish", b"\0asm\x0d\0\x01\0\xff\xff\xff\xff", ""),
    ];
    for (name, bytes, says) in rows {
        refused(name, bytes, RefusalCode::Malformed, says);
    }
}

#[test]
fn machine_code_is_never_taken() {
    let wasmtime = wasmtime::Engine::default();
    let rows: [(&str, Vec<u8>); 3] = [
        ("an executable", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0".to_vec()),
        ("a compiled component", wasmtime.precompile_component(&Hostile::new().build()).unwrap()),
        ("a compiled module", wasmtime.precompile_module(b"\0asm\x01\0\0\0").unwrap()),
    ];
    for (name, bytes) in rows {
        refused(name, &bytes, RefusalCode::Precompiled, "compiled machine code");
    }
}

#[test]
fn a_file_that_is_too_large_is_not_even_read() {
    let component = |length: usize| {
        let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
        bytes.resize(length, 0xff);
        bytes
    };
    refused(
        "one byte too many",
        &component((16 << 20) + 1),
        RefusalCode::LimitExceeded,
        "16777217 bytes in the component are more than 16777216",
    );
    refused("just small enough", &component(16 << 20), RefusalCode::Malformed, "malformed section id");
}

#[test]
fn a_truncated_file_is_refused() {
    let lawful = Hostile::new().build();
    for bytes in [components::resolved_ticket(), lawful.as_slice()] {
        for sixteenths in 0..16 {
            let refusal = engine().admit(&bytes[..bytes.len() * sixteenths / 16]).map(|_| ()).expect_err("a truncated file");
            // A cut between two sections leaves a component that exports nothing.
            let expected = [RefusalCode::Malformed, RefusalCode::ExportMissing];
            assert!(expected.contains(&refusal.code), "{sixteenths}/16: {refusal}");
        }
        assert_eq!(engine().admit(&bytes[..bytes.len() - 1]).map(|_| ()).expect_err("one byte short").code, RefusalCode::Malformed);
    }
    unharmed("truncated files");
}

/// What a flipped bit makes of a rule is another rule or none; it never brings the host down.
#[test]
fn a_flipped_bit_harms_nobody() {
    let whole = Hostile::new().build();
    let mut refusals = 0;
    for (at, bit) in flips(42, whole.len()).take(200) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << bit;
        match engine().admit(&bytes) {
            Ok(rule) => drop(rule.evaluate(&Case::new(0).question())),
            Err(_) => refusals += 1,
        }
        unharmed("a flipped bit");
    }
    assert!(refusals > 20, "only {refusals} of 200 were refused");
}

/// Positions and bits, the same for the same seed.
fn flips(seed: u64, len: usize) -> impl Iterator<Item = (usize, u64)> {
    let next = |n: &u64| Some(n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
    std::iter::successors(Some(seed), next).skip(1).map(move |n| ((n >> 33) as usize % len, (n >> 29) & 7))
}
