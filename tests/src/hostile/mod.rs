//! Rules that mean no good: core modules written as text, wrapped as components that speak the contract.
//!
//! [`Hostile::new`] is lawful through and through. Each method then makes one thing different; text given for a function runs
//! before the function's own answer, may return another with `(return …)`, and sees its parameters by name.

pub mod abi;
pub mod declare;
mod verdict;

use assay_domain::manifest::{EventType, Manifest};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

pub use self::verdict::{MANTISSA, Success, Verdict, neither, rule_error};
use self::{
    abi::{Abi, Memory},
    declare::{lawful, manifest, ping, reads, unexamined},
};

/// The value of the first parameter as `i32`; `evaluate` of a rule that is [`Hostile::unexamined`] has one.
pub const N: &str = "(i32.wrap_i64 (i64.load offset=8 (local.get $parameters)))";

/// The contract.
pub const CONTRACT: &str = include_str!("../../../wit/0.1/world.wit");
const PAGE: u32 = 65_536;

/// Below this nothing is laid out: a scratch of zeros.
const BASE: u32 = 1024;

/// A core module as a component that speaks a contract.
pub fn wrap(mut module: Vec<u8>, contract: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("world.wit", contract).expect("the contract parses");
    let world = resolve.select_world(&[package], Some("outcome-rule")).expect("its world");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("room for the contract");
    let mut encoder = ComponentEncoder::default().module(&module).expect("a module of the contract").validate(true);
    encoder.encode().unwrap_or_else(|error| panic!("{error:#}"))
}

/// A rule in the making.
#[derive(Debug, Clone)]
pub struct Hostile {
    contract: String,
    version: String,
    memory: Memory,
    pages: Option<String>,
    fields: String,
    description: Abi,
    configuration: Abi,
    answer: Abi,
    describe: String,
    configure: String,
    evaluate: String,
    realloc: String,
    post_returns: Vec<(String, String)>,
}

impl Default for Hostile {
    fn default() -> Self {
        Self::new()
    }
}

impl Hostile {
    /// Reads `ping`, and is pending for ever.
    pub fn new() -> Self {
        Self {
            contract: CONTRACT.into(),
            version: "0.1.0".into(),
            memory: Memory::new(BASE),
            pages: None,
            fields: String::new(),
            description: manifest(&lawful()),
            configuration: reads(Ok(&[ping()])),
            answer: Verdict::pending(None).answer(),
            describe: String::new(),
            configure: String::new(),
            evaluate: String::new(),
            realloc: String::new(),
            post_returns: Vec::new(),
        }
    }

    /// The same, but never run by admission: it has a parameter without a default.
    pub fn unexamined() -> Self {
        Self::new().manifest(&unexamined())
    }

    /// Of another version of the contract.
    pub fn version(self, version: &str) -> Self {
        Self { version: version.into(), ..self }
    }

    /// Of a contract in which one text is replaced by another.
    pub fn contract(self, from: &str, to: &str) -> Self {
        assert!(self.contract.contains(from), "the contract has no {from:?}");
        Self { contract: self.contract.replace(from, to), ..self }
    }

    /// Declares something else about itself.
    pub fn manifest(self, declared: &Manifest) -> Self {
        self.description(manifest(declared))
    }

    /// Answers anything to `describe`.
    pub fn description(self, description: Abi) -> Self {
        Self { description, ..self }
    }

    /// Reads something else, or refuses its parameters.
    pub fn reads(self, read: Result<&[EventType], &str>) -> Self {
        self.configuration(reads(read))
    }

    /// Answers anything to `configure`.
    pub fn configuration(self, configuration: Abi) -> Self {
        Self { configuration, ..self }
    }

    /// Answers a verdict to `evaluate`.
    pub fn verdict(self, verdict: Verdict) -> Self {
        self.answer(verdict.answer())
    }

    /// Answers anything to `evaluate`.
    pub fn answer(self, answer: Abi) -> Self {
        Self { answer, ..self }
    }

    /// Runs text in `describe`.
    pub fn describe(self, text: impl Into<String>) -> Self {
        Self { describe: text.into(), ..self }
    }

    /// Runs text in `configure`.
    pub fn configure(self, text: impl Into<String>) -> Self {
        Self { configure: text.into(), ..self }
    }

    /// Runs text in `evaluate`.
    pub fn evaluate(self, text: impl Into<String>) -> Self {
        Self { evaluate: text.into(), ..self }
    }

    /// Runs text in `cabi_realloc`, before it allocates.
    pub fn realloc(self, text: impl Into<String>) -> Self {
        Self { realloc: text.into(), ..self }
    }

    /// Runs text after the answer of a function was read.
    pub fn post_return(mut self, function: &str, text: &str) -> Self {
        self.post_returns.push((function.into(), text.into()));
        self
    }

    /// Adds fields to the module: globals, tables, functions.
    pub fn fields(mut self, fields: &str) -> Self {
        self.fields.push_str(fields);
        self
    }

    /// Has a memory of so many pages at first, and perhaps at most: `4`, `4 8`.
    pub fn pages(self, pages: &str) -> Self {
        Self { pages: Some(pages.into()), ..self }
    }

    /// Lays out one more value; gives back its address.
    pub fn place(&mut self, value: &Abi) -> u32 {
        self.memory.place(value)
    }

    /// The component.
    pub fn build(self) -> Vec<u8> {
        let contract = self.contract.replace("@0.1.0", &format!("@{}", self.version));
        wrap(self.module(), &contract)
    }

    /// The core module of the component.
    pub fn module(self) -> Vec<u8> {
        wat::parse_str(self.text()).unwrap_or_else(|error| panic!("{error}"))
    }

    fn text(mut self) -> String {
        let description = self.memory.place(&self.description);
        let configuration = self.memory.place(&self.configuration);
        let answer = self.memory.place(&self.answer);
        let heap = self.memory.end().next_multiple_of(16);
        let pages = self.pages.unwrap_or_else(|| (heap.div_ceil(PAGE) + 2).to_string());
        let interface = format!("assay:rule/rule@{}", self.version);
        let post_returns: String = self
            .post_returns
            .iter()
            .map(|(function, text)| format!("(func (export \"cabi_post_{interface}#{function}\") (param $answer i32) {text})\n"))
            .collect();
        let (data, fields, realloc) = (self.memory.escaped(), self.fields, self.realloc);
        let (describe, configure, evaluate) = (self.describe, self.configure, self.evaluate);
        format!(
            r#"(module
                {fields}
                {post_returns}
                (memory (export "memory") {pages})
                (data (i32.const {BASE}) "{data}")
                (global $heap (mut i32) (i32.const {heap}))
                (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
                    (local $at i32)
                    {realloc}
                    (local.set $at (i32.and
                        (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
                        (i32.sub (i32.const 0) (local.get $align))))
                    (global.set $heap (i32.add (local.get $at) (local.get $size)))
                    (local.get $at))
                (func (export "{interface}#describe") (result i32) {describe} (i32.const {description}))
                (func (export "{interface}#configure") (param $parameters i32) (param $parameters-len i32) (result i32)
                    {configure}
                    (i32.const {configuration}))
                (func (export "{interface}#evaluate")
                    (param $opened-at i64) (param $events i32) (param $events-len i32)
                    (param $parameters i32) (param $parameters-len i32) (param $as-of i64)
                    (result i32)
                    {evaluate}
                    (i32.const {answer})))"#
        )
    }
}
