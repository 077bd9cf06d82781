//! Components that were valid once: whatever is left of them is refused with a code, or runs within its limits and answers alike twice.

use std::sync::OnceLock;

use super::{
    Engines, Random, Tally,
    ask::{OPENED, ask_twice, refused, what},
    sections::{Binary, Section, write_leb},
};
use crate::{
    components,
    hostile::{Hostile, Success, Verdict, rule_error},
};

/// Damages a component in one to sixteen places, mostly few, offers it and asks what is admitted.
pub(super) fn run(seed: u64, engines: &Engines, tally: &mut Tally) -> Result<(), String> {
    let mut random = Random::new(seed);
    let (mut bytes, other) = (random.one_of(valid()).clone(), random.one_of(valid()));
    let most = *random.one_of(&[1, 1, 2, 4, 16]);
    for _ in 0..=random.below(most) {
        edit(&mut bytes, other, &mut random);
    }
    let became = match engines.engine.admit(&bytes) {
        Ok(rule) => what(&ask_twice(&rule, engines)?),
        Err(refusal) => refused(&refusal)?,
    };
    tally.count(became);
    Ok(())
}

/// What is damaged: rules that between them use most of what is let in, and one from a compiler.
fn valid() -> &'static [Vec<u8>] {
    static VALID: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    VALID.get_or_init(|| {
        let success = || Verdict::success(Success { class: Some(0), credit: vec![(0, 1)], value: Some((5, 1)), ..Success::at(OPENED) });
        let rules = [
            Hostile::new(),
            Hostile::unexamined(),
            Hostile::unexamined().verdict(success().evidence([0, 1]).note("because")),
            Hostile::unexamined().answer(rule_error("no clue")).post_return("evaluate", "(i32.store (local.get $answer) (i32.const 7))"),
            Hostile::new().fields(FIELDS).evaluate(BUSY),
            Hostile::unexamined().fields(FIELDS).evaluate(BUSY).verdict(success()).pages("4 40"),
        ];
        rules.into_iter().map(Hostile::build).chain([components::resolved_ticket().to_vec()]).collect()
    })
}

const FIELDS: &str = r"
    (type $number (func (param i32) (result i32)))
    (table $table 4 funcref)
    (elem (i32.const 0) $double $less)
    (global $kept (mut i64) (i64.const 5))
    (func $double (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
    (func $less (param i32) (result i32)
        (if (result i32) (i32.eqz (local.get 0))
            (then (i32.const 0))
            (else (return_call $less (i32.sub (local.get 0) (i32.const 1))))))";

/// A little of everything, with constants that a damaged byte turns into something else.
const BUSY: &str = r"(local $n i32) (local $x f64)
    (loop $l
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (local.set $x (f64.div (f64.convert_i32_s (local.get $n)) (f64.const 3)))
        (br_if $l (i32.lt_u (local.get $n) (i32.const 20))))
    (block $a (block $b (block $c (br_table $c $b $a (i32.and (local.get $n) (i32.const 3)))) (drop (memory.grow (i32.const 1)))) (nop))
    (memory.fill (i32.const 8) (i32.const 0) (i32.const 64))
    (i64.store (i32.const 16) (i64.trunc_sat_f64_s (local.get $x)))
    (local.set $n (call_indirect $table (type $number) (i32.div_u (local.get $n) (i32.const 3)) (i32.const 1)))
    (global.set $kept (i64.extend_i32_u (call $double (local.get $n))))";

/// One change: half of them know sections, so that more of them get past the reader.
fn edit(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    if random.once_in(2) && rearrange(bytes, other, random).is_some() {
        return;
    }
    scratch(bytes, other, random);
}

/// A change to the sections of a component, or of a part of it, or within one; the lengths are right afterwards.
fn rearrange(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) -> Option<()> {
    let mut binary = Binary::read(bytes)?;
    let sections = &mut binary.sections;
    if let Some(nested) = sections.iter().position(Section::is_nested).filter(|_| !random.once_in(3)) {
        rearrange(&mut sections[nested].bytes, other, random)?;
    } else if sections.is_empty() {
        return None;
    } else {
        let (at, to) = (random.index(sections.len()), random.index(sections.len()));
        match random.below(8) {
            0 => sections.swap(at, to),
            1 => drop(sections.remove(at)),
            2 => sections.insert(to, sections[at].clone()),
            3 => sections[at].id = random.below(14) as u8,
            4 => sections.insert(at, random.one_of(&Binary::read(other)?.sections).clone()),
            _ => scratch(&mut sections[at].bytes, other, random),
        }
    }
    *bytes = binary.write();
    Some(())
}

/// A change that knows nothing of what it changes.
fn scratch(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    if bytes.is_empty() {
        return;
    }
    let (at, piece) = (random.index(bytes.len()), random.piece(bytes.len()));
    match random.below(16) {
        0..=3 => bytes[at] ^= 1u8 << random.below(8),
        4..=6 => bytes[at] = random.word() as u8,
        7 | 8 => bytes[at] = *random.one_of(TELLING),
        9 => bytes.truncate(at),
        10 => drop(bytes.drain(piece)),
        11 => bytes.extend_from_within(piece),
        12 => swap(bytes, at, piece.start, piece.len()),
        13 => drop(bytes.splice(at..at, other[random.piece(other.len())].to_vec())),
        14 => drop(bytes.splice(piece, other[random.piece(other.len())].to_vec())),
        _ => drop(bytes.splice(at..=at, number(bytes[at], random))),
    }
}

/// Bytes that mean something: types, the ends and beginnings of blocks, calls, memory, prefixes, signs of base 128.
const TELLING: &[u8] = &[
    0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x1a, 0x20, 0x23, 0x28, 0x36, 0x3f, 0x40, 0x41,
    0x42, 0x6d, 0x70, 0x7c, 0x7d, 0x7e, 0x7f, 0x80, 0xd0, 0xfc, 0xfd, 0xff,
];

/// Swaps two stretches of a length, which may overlap, as far as both reach.
fn swap(bytes: &mut [u8], one: usize, two: usize, len: usize) {
    let reach = len.min(bytes.len() - one.max(two));
    for n in 0..reach {
        bytes.swap(one + n, two + n);
    }
}

/// A number in the place of a byte: the same one, written longer than it need be; a large one; the largest; one too large.
fn number(byte: u8, random: &mut Random) -> Vec<u8> {
    match random.below(4) {
        0 => vec![byte | 0x80, 0],
        1 => write_leb(random.word() as u32 >> random.below(32)),
        2 => write_leb(u32::MAX),
        _ => vec![0xff; 6],
    }
}
