//! Interpreters of other languages, known by their code. A rule in JavaScript is the interpreter's module with the author's script in
//! its data, and that module is larger than what one may upload. Its code is the same in every such rule, so what compiling it costs
//! is known: it is left out of the counts of functions. It is recognised by a hash; nobody's word is taken for it.
//!
//! To add one: the [`Interpreter::digest`] of a component that its toolchain has made, when it is that of another script too.

use std::ops::Range;

use assay_domain::canon::Digest;
use sha2::{Digest as _, Sha256};
use wasmparser::{Parser, Payload};

/// A run of functions that is known to be an interpreter's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interpreter {
    /// The toolchain that makes such modules, with its version.
    pub name: &'static str,
    /// Functions of the module, all together.
    pub functions: u32,
    /// The first of the run and the first after it, among the module's bodies.
    pub run: (u32, u32),
    /// The hash of the run, and of the sections that its bodies name by index.
    pub digest: &'static str,
}

/// Those of the toolchains for JavaScript that were examined, for the contract 0.1.
pub(crate) const KNOWN: &[Interpreter] = &[
    Interpreter {
        name: "componentize-js 0.23.0 (StarlingMonkey)",
        functions: 12_671,
        // The first functions hold the time of building, the last pass the contract's calls on.
        run: (67, 12_665),
        digest: "82022c0207ffd7b9289d60355489ed7005b2ba6ac2edee8892bf7d394b3c664e",
    },
    Interpreter {
        name: "componentize-qjs 0.4.5 on Linux (QuickJS)",
        functions: 1_585,
        run: (0, 1_585),
        digest: "5c1651b9f81b440aa866fa6c029c21ab17d24b9c0c59d0b2042e11392396d824",
    },
    Interpreter {
        name: "componentize-qjs 0.4.5 on Linux, optimised for size (QuickJS)",
        functions: 2_313,
        run: (0, 2_313),
        digest: "15c796136240a560379ee7895d055b08898456c8fda86be152a7a5355e2ca677",
    },
];

impl Interpreter {
    /// The hash of a run in the first module of a component that has so many functions.
    pub fn digest(component: &[u8], functions: u32, run: (u32, u32)) -> Option<Digest> {
        let mut hash = ModuleHash::default();
        for payload in Parser::new(0).parse_all(component) {
            let payload = payload.ok()?;
            if let Payload::Version { .. } = payload {
                hash = ModuleHash::default();
            }
            hash.read(component, &payload, Some(run));
            if hash.functions == functions && hash.bodies == functions {
                return Some(hash.digest(component));
            }
        }
        None
    }
}

/// The hash of a module's run, while the module is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct ModuleHash {
    /// Where the sections lie that bodies name by index: types, imports, functions, tables, globals.
    sections: [Range<usize>; 5],
    run: Sha256,
    /// How many functions the module declares.
    pub(crate) functions: u32,
    /// How many of their bodies were read.
    pub(crate) bodies: u32,
}

impl ModuleHash {
    /// Takes in one part of the module; of the bodies those of the run, if there is one.
    pub(crate) fn read(&mut self, component: &[u8], payload: &Payload<'_>, run: Option<(u32, u32)>) {
        let (at, range) = match payload {
            Payload::TypeSection(section) => (0, section.range()),
            Payload::ImportSection(section) => (1, section.range()),
            Payload::FunctionSection(section) => {
                self.functions = section.count();
                (2, section.range())
            }
            Payload::TableSection(section) => (3, section.range()),
            Payload::GlobalSection(section) => (4, section.range()),
            Payload::CodeSectionEntry(body) => {
                if run.is_some_and(|run| self.is_in(run)) {
                    self.body(component, body.range());
                }
                self.bodies += 1;
                return;
            }
            _ => return,
        };
        if let Some(section) = self.sections.get_mut(at) {
            *section = range;
        }
    }

    /// Whether the next body is one of a run.
    pub(crate) fn is_in(&self, run: (u32, u32)) -> bool {
        (run.0..run.1).contains(&self.bodies)
    }

    fn body(&mut self, component: &[u8], body: Range<usize>) {
        measured(&mut self.run, component.get(body).unwrap_or_default());
    }

    pub(crate) fn digest(&self, component: &[u8]) -> Digest {
        let mut whole = Sha256::new();
        for section in &self.sections {
            measured(&mut whole, component.get(section.clone()).unwrap_or_default());
        }
        whole.update(self.run.clone().finalize());
        Digest::from_bytes(whole.finalize().into())
    }
}

/// Bytes after their length.
fn measured(hash: &mut Sha256, bytes: &[u8]) {
    hash.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    hash.update(bytes);
}
