//! Files that are no rule, or want more than a rule is given.

use assay_domain::fault::FaultCode::AbiViolation;
use assay_runtime::RefusalCode::{ExportMissing, FeatureDenied, ImportDenied, LimitExceeded, Malformed, Precompiled, WorldUnsupported};

use super::{
    Attack, HOLLOW,
    binary::{self, HEADER, section},
    component, faulty, harmless, refused,
};
use crate::hostile::Hostile;

pub(super) fn attacks() -> Vec<Attack> {
    [broken(), machine_code(), imports(), worlds(), features(), sections()].concat()
}

fn broken() -> Vec<Attack> {
    vec![
        refused("an empty file", "sandbox 18", Malformed, Vec::new),
        refused("a component of nothing", "sandbox 18 · contract: wrong world", ExportMissing, || component("")),
        refused("a core module", "contract: core module", Malformed, || wat::parse_str("(module)").expect("a module")),
        refused("a file without its last byte", "sandbox 18 · contract: truncated files", Malformed, || {
            let mut bytes = Hostile::new().build();
            bytes.pop();
            bytes
        }),
        refused("a file without its second half", "sandbox 18 · contract: truncated files", Malformed, || {
            let mut bytes = lengthy();
            bytes.truncate(bytes.len() / 2);
            bytes
        }),
        refused("a section of 4 GiB", "sandbox 18 · contract: truncated files", Malformed, || {
            binary::component(&[1, 0xff, 0xff, 0xff, 0xff, 0x0f])
        }),
        // What follows the header is the number of a section, and none is larger than 63.
        refused("a flipped bit where a section begins", "contract: bit-flipped files", Malformed, || {
            let mut bytes = Hostile::new().build();
            bytes[HEADER.len()] ^= 0x40;
            bytes
        }),
        refused("a flipped bit in the code", "contract: bit-flipped files", Malformed, flipped_in_code),
    ]
}

/// A rule with 250 KB of code before anything that could be missed.
fn lengthy() -> Vec<u8> {
    Hostile::new().fields(&format!("(func {})", "nop ".repeat(50_000)).repeat(5)).build()
}

/// A `drop` that became a `select`, which finds nothing to select from.
fn flipped_in_code() -> Vec<u8> {
    let mut bytes = Hostile::new().evaluate("(drop (i32.const 123456789))").build();
    let code: [u8; 6] = [0x41, 0x95, 0x9a, 0xef, 0x3a, 0x1a];
    let at = bytes.windows(code.len()).position(|window| window == code).expect("the code as it was written");
    bytes[at + code.len() - 1] ^= 1;
    bytes
}

fn machine_code() -> Vec<Attack> {
    vec![
        refused("an executable", "sandbox 19", Precompiled, || b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0".to_vec()),
        refused("a compiled component", "sandbox 19", Precompiled, || {
            wasmtime::Engine::default().precompile_component(&Hostile::new().build()).expect("it compiles")
        }),
    ]
}

fn imports() -> Vec<Attack> {
    vec![
        refused("a clock of WASI", "sandbox 23 · sandbox 28 · contract: imports of WASI", ImportDenied, || {
            importing("wasi:clocks/monotonic-clock@0.2.0", r#"(instance (export "now" (func (result u64))))"#)
        }),
        refused("randomness of WASI", "sandbox 23 · contract: imports of WASI", ImportDenied, || {
            importing("wasi:random/random@0.2.0", r#"(instance (export "get-random-u64" (func (result u64))))"#)
        }),
        refused("an unknown interface", "contract: imports of unknown interfaces", ImportDenied, || {
            importing("acme:pricing/prices@1.0.0", "(instance)")
        }),
        refused("a function to call from realloc", "sandbox 6", ImportDenied, || importing("clock", "(func (result u64))")),
        refused("a component to be given later", "sandbox 17", ImportDenied, || importing("part", "(component)")),
    ]
}

fn importing(name: &str, item: &str) -> Vec<u8> {
    component(&format!("(import \"{name}\" {item}) {HOLLOW}"))
}

fn worlds() -> Vec<Attack> {
    vec![
        refused("another world", "contract: wrong world", ExportMissing, || {
            component(r#"(instance $i) (export "acme:rule/rule@0.1.0" (instance $i))"#)
        }),
        refused("the contract without its functions", "contract: wrong world", ExportMissing, || component(HOLLOW)),
        faulty("the contract with another type", "contract: wrong world", AbiViolation, || {
            Hostile::new().contract("parts: u32", "parts: s32").build()
        }),
        refused("a version from the future", "contract: wrong version", WorldUnsupported, || Hostile::new().version("9.0.0").build()),
    ]
}

fn features() -> Vec<Attack> {
    vec![
        refused("SIMD", "sandbox 27", FeatureDenied, || component("(core module (func (drop (v128.const i64x2 0 0))))")),
        refused("SIMD that differs between processors", "sandbox 23 · sandbox 27", FeatureDenied, || {
            let add = "(f32x4.relaxed_madd (local.get 0) (local.get 0) (local.get 0))";
            component(&format!("(core module (func (param v128) (result v128) {add}))"))
        }),
        refused("shared memory, whose changes would tell the time", "sandbox 23 · sandbox 28", FeatureDenied, || {
            component("(core module (memory 1 1 shared))")
        }),
        refused("atomics", "sandbox 23", FeatureDenied, || {
            component("(core module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))))")
        }),
        refused("64-bit memory", "sandbox 7 · sandbox 27", FeatureDenied, || component("(core module (memory i64 1))")),
        refused("garbage collection", "sandbox 27", FeatureDenied, || component("(core module (type (struct (field i32))))")),
        refused("exceptions", "sandbox 27", FeatureDenied, || component("(core module (tag))")),
    ]
}

fn sections() -> Vec<Attack> {
    vec![
        refused("65 custom sections", "sandbox 29", LimitExceeded, || binary::component(&section(0, &[1, b'x']).repeat(65))),
        refused("a file of 16 MiB and one byte", "sandbox 29", LimitExceeded, || {
            let mut bytes = HEADER.to_vec();
            bytes.resize((16 << 20) + 1, 0xff);
            bytes
        }),
        harmless("a custom section of 15 MiB", "sandbox 29", || {
            let contents = [[1, b'x'].as_slice(), &vec![0; 15 << 20]].concat();
            [Hostile::new().build(), section(0, &contents)].concat()
        }),
    ]
}
