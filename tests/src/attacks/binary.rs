//! Components in binary form: larger and deeper than text can be, or broken.

/// What every component begins with.
pub(super) const HEADER: &[u8] = b"\0asm\x0d\0\x01\0";

const MODULE_HEADER: &[u8] = b"\0asm\x01\0\0\0";

/// A component of sections.
pub(super) fn component(sections: &[u8]) -> Vec<u8> {
    [HEADER, sections].concat()
}

/// A section: 0 is a custom one, 1 a core module and 7 types, as components number them.
pub(super) fn section(id: u8, contents: &[u8]) -> Vec<u8> {
    [head(id, contents.len()).as_slice(), contents].concat()
}

/// The head of a section: six bytes, however long it is.
pub(super) fn head(id: u8, len: usize) -> Vec<u8> {
    [[id].as_slice(), &number(len)].concat()
}

/// A number in five bytes, however small it is.
fn number(n: usize) -> [u8; 5] {
    let digit = |shift: u32| ((n >> shift) & 0x7f) as u8;
    [digit(0) | 0x80, digit(7) | 0x80, digit(14) | 0x80, digit(21) | 0x80, digit(28)]
}

/// One component type in another, and so on.
pub(super) fn nested_types(n: usize) -> Vec<u8> {
    [vec![1], [0x41, 1, 1].repeat(n - 1), vec![0x41, 0]].concat()
}

/// A core module of functions that take nothing and give nothing, with these bodies.
pub(super) fn module(bodies: &[Vec<u8>]) -> Vec<u8> {
    let types = section(1, &[1, 0x60, 0, 0]);
    let functions = section(3, &[number(bodies.len()).as_slice(), &vec![0; bodies.len()]].concat());
    let code: Vec<u8> = bodies.iter().flat_map(|body| [number(body.len()).as_slice(), body].concat()).collect();
    let code = section(10, &[number(bodies.len()).as_slice(), &code].concat());
    [MODULE_HEADER, &types, &functions, &code].concat()
}

/// A body of so many operators that take one number and give one: `operator` is one byte long.
pub(super) fn chain(operator: u8, n: usize) -> Vec<u8> {
    // No locals; the constant 4.0; the operators; drop; end.
    let four: [u8; 10] = [0, 0x44, 0, 0, 0, 0, 0, 0, 0x10, 0x40];
    [four.as_slice(), &vec![operator; n], &[0x1a, 0x0b]].concat()
}
