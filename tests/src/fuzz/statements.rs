//! Random WebAssembly as text that is valid by construction: templates, filled at random with more of the same.

use super::{
    Random,
    templates::{F32, F32_CONSTANTS, F64, F64_CONSTANTS, I32, I32_CONSTANTS, I64, I64_CONSTANTS, LOCALS, NESTED, RISKY, SHARED, SIMPLE},
};

/// How deep statements lie within statements, and values within values.
const STATEMENT_DEPTH: u32 = 3;
const VALUE_DEPTH: u32 = 3;

/// Writes bodies of functions.
pub(super) struct Statements<'a>(pub(super) &'a mut Random);

impl Statements<'_> {
    /// What the bodies refer to: two functions that call each other in turns, and the rest.
    pub(super) fn fields(&mut self) -> String {
        let helpers: String = (0..2).map(|n| self.helper(n)).collect();
        format!("{SHARED}\n{helpers}")
    }

    fn helper(&mut self, n: u32) -> String {
        let text = self.text("(local.set $i0 (local.get $x)) (local.set $l0 (local.get $y))", 8);
        let value = self.value("i", VALUE_DEPTH);
        format!(
            "(func $safe{n} (param $x i32) (param $y i64) (result i32)
                (if (i32.eqz (global.get $turns)) (then (return (local.get $x))))
                (global.set $turns (i32.sub (global.get $turns) (i32.const 1)))
                (call $help{n} (local.get $x) (local.get $y)))
            (func $help{n} (param $x i32) (param $y i64) (result i32) {text} {value})\n"
        )
    }

    /// The body of a function without its result: its locals, what it begins with, and statements; once in so many times a risky one.
    pub(super) fn text(&mut self, begin: &str, risky_once_in: u64) -> String {
        let risky = if self.0.once_in(risky_once_in) { self.risky() } else { String::new() };
        let (before, after) = (self.several(4, STATEMENT_DEPTH), self.several(4, STATEMENT_DEPTH));
        format!("{LOCALS} {begin} {before} {risky} {after}")
    }

    /// All that the locals hold, in 29 bits.
    pub(super) fn digest() -> String {
        let integers = ["$i0", "$i1", "$i2"].map(|local| format!("(i64.extend_i32_u (local.get {local}))"));
        let longs = ["$l0", "$l1"].map(|local| format!("(local.get {local})"));
        let floats = ["$f0", "$f1"].map(|local| format!("(i64.extend_i32_u (i32.reinterpret_f32 (local.get {local})))"));
        let doubles = ["$d0", "$d1"].map(|local| format!("(i64.reinterpret_f64 (local.get {local}))"));
        let parts = integers.into_iter().chain(longs).chain(floats).chain(doubles);
        let mix = |mixed: String, part: String| format!("(i64.xor (i64.mul {mixed} (i64.const 1099511628211)) {part})");
        let mixed = parts.fold("(global.get $kept)".to_owned(), mix);
        format!("(i64.shr_u {mixed} (i64.const 35))")
    }

    /// A value of any kind, by its letter.
    pub(super) fn value(&mut self, kind: &str, depth: u32) -> String {
        let operators = match kind {
            "i" => I32,
            "l" => I64,
            "f" => F32,
            _ => F64,
        };
        match depth.checked_sub(1) {
            Some(deeper) if !self.0.once_in(4) => {
                let template = self.0.one_of(operators);
                self.fill(template, deeper)
            }
            _ => self.leaf(kind),
        }
    }

    fn leaf(&mut self, kind: &str) -> String {
        let (constants, ty, locals) = match kind {
            "i" => (I32_CONSTANTS, "i32", 3),
            "l" => (I64_CONSTANTS, "i64", 2),
            "f" => (F32_CONSTANTS, "f32", 2),
            _ => (F64_CONSTANTS, "f64", 2),
        };
        match self.0.below(6) {
            0 if kind == "i" => format!("(i32.const {})", self.0.word() as i32),
            0 if kind == "l" => format!("(i64.const {})", self.0.word() as i64),
            0 | 1 => format!("({ty}.const {})", self.0.one_of(constants)),
            _ => format!("(local.get ${kind}{})", self.0.below(locals)),
        }
    }

    fn risky(&mut self) -> String {
        let template = self.0.one_of(RISKY);
        self.fill(template, 1)
    }

    /// One to so many statements.
    fn several(&mut self, most: u64, depth: u32) -> String {
        (0..=self.0.below(most)).map(|_| self.statement(depth)).collect::<Vec<_>>().join(" ")
    }

    fn statement(&mut self, depth: u32) -> String {
        match depth.checked_sub(1) {
            Some(deeper) if self.0.once_in(4) => {
                let template = self.0.one_of(NESTED);
                self.fill(template, deeper)
            }
            Some(deeper) if self.0.once_in(5) => self.turns(depth, deeper),
            _ => {
                let template = self.0.one_of(SIMPLE);
                self.fill(template, VALUE_DEPTH)
            }
        }
    }

    /// A loop that ends: loops within it are less deep, so each has a counter of its own.
    fn turns(&mut self, depth: u32, deeper: u32) -> String {
        let (turns, body) = (1 + self.0.below(12), self.several(3, deeper));
        let count = format!("(local.tee $k{depth} (i32.sub (local.get $k{depth}) (i32.const 1)))");
        format!("(local.set $k{depth} (i32.const {turns})) (loop $r {body} (br_if $r {count}))")
    }

    /// Replaces what stands for something else.
    fn fill(&mut self, template: &str, depth: u32) -> String {
        let mut parts = template.split('%');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (letter, rest) = part.split_at(1);
            text += &self.stand_in(letter, depth);
            text += rest;
        }
        text
    }

    fn stand_in(&mut self, letter: &str, depth: u32) -> String {
        match letter {
            "a" => self.fill("(i32.and %i (i32.const 32767))", depth),
            "h" => self.fill("(i32.add (i32.and %i (i32.const 32767)) (i32.const 65536))", depth),
            "n" => self.fill("(i32.and %i (i32.const 1023))", depth),
            "o" => self.fill("(i32.or %i (i32.const 1))", depth),
            "p" => self.fill("(i64.or %l (i64.const 1))", depth),
            "b" | "s" => self.fill("(i32.and %i (i32.const 1))", depth),
            "S" => self.several(3, depth),
            kind => self.value(kind, depth),
        }
    }
}
