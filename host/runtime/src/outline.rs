//! One walk over a component's bytes that counts what is there; nothing is validated and nothing recurses.

use wasmparser::{BinaryReaderError, ComponentExport, ComponentImport, Parser, Payload, SectionLimited};

use crate::{
    counted::Counted,
    expansion::Expansion,
    function,
    interpreter::{Interpreter, ModuleHash},
    limits::Limits,
    tally::Tally,
};

/// What a component is made of.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    /// How much of everything there is, as far as the walk came.
    pub(crate) tally: Tally,
    /// Its first import.
    pub(crate) import: Option<String>,
    /// Its exports.
    pub(crate) exports: Vec<String>,
    /// Why the walk ended early. The validator names it better, so that comes first.
    pub(crate) broken: Option<BinaryReaderError>,
    /// The interpreter that it is made of, if it is one that is known; its functions are not counted.
    pub(crate) interpreter: Option<&'static Interpreter>,
    expansion: Expansion,
    module: Module,
}

/// The module that is being read.
#[derive(Debug, Default)]
struct Module {
    /// The interpreter it may turn out to be.
    candidate: Option<&'static Interpreter>,
    hash: ModuleHash,
    /// What is in the functions of the candidate's run.
    run: Tally,
}

impl Outline {
    /// Walks the whole file, or up to a broken part or to one level too many.
    pub(crate) fn of(bytes: &[u8], limits: &Limits) -> Self {
        let mut outline = Self::default();
        outline.tally.add(Counted::Bytes, bytes.len() as u64);
        outline.broken = outline.walk(bytes, limits).err();
        outline
    }

    fn walk(&mut self, bytes: &[u8], limits: &Limits) -> Result<(), BinaryReaderError> {
        for payload in Parser::new(0).parse_all(bytes) {
            self.component(bytes, payload?, limits)?;
            if self.tally.check_one(Counted::Nested, limits).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// The parts of a component.
    fn component(&mut self, bytes: &[u8], payload: Payload<'_>, limits: &Limits) -> Result<(), BinaryReaderError> {
        let known = self.module.candidate.map(|known| known.run);
        let in_run = known.is_some_and(|run| self.module.hash.is_in(run));
        self.module.hash.read(bytes, &payload, known);
        match payload {
            Payload::Version { encoding, .. } => {
                self.module = Module::default();
                self.tally.add(Counted::Nested, 1);
                self.expansion.open(encoding);
            }
            Payload::CodeSectionEntry(body) if in_run => function::body(&mut self.module.run, &body)?,
            Payload::End(_) => {
                self.end_of_module(bytes);
                if let Some(made) = self.expansion.close() {
                    self.tally.add(Counted::Instances, made);
                }
            }
            Payload::ComponentImportSection(section) => self.imports(section)?,
            Payload::ComponentExportSection(section) => self.exports(section, limits)?,
            Payload::InstanceSection(section) => {
                for instance in section {
                    self.expansion.module_instance(&instance?);
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for instance in section {
                    self.expansion.component_instance(&instance?);
                }
            }
            Payload::ComponentAliasSection(section) => {
                for alias in section {
                    self.expansion.alias(&alias?);
                }
            }
            Payload::ComponentTypeSection(section) => {
                self.tally.most(Counted::NestedTypes, nested_types(bytes.get(section.range()).unwrap_or_default()));
                self.tally.add(Counted::Types, u64::from(section.count()));
            }
            Payload::CoreTypeSection(section) => self.tally.add(Counted::Types, u64::from(section.count())),
            Payload::ComponentCanonicalSection(section) => self.tally.add(Counted::Canonicals, u64::from(section.count())),
            Payload::CustomSection(_) => self.tally.add(Counted::CustomSections, 1),
            part => self.module(part, limits.interpreters)?,
        }
        Ok(())
    }

    /// The parts of a module.
    fn module(&mut self, payload: Payload<'_>, interpreters: &'static [Interpreter]) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::TypeSection(section) => function::types(&mut self.tally, section)?,
            Payload::FunctionSection(section) => {
                self.tally.add(Counted::Functions, u64::from(section.count()));
                self.module.candidate = interpreters.iter().find(|known| known.functions == section.count());
            }
            Payload::GlobalSection(section) => self.tally.add(Counted::Globals, u64::from(section.count())),
            Payload::DataSection(section) => self.tally.add(Counted::DataSegments, u64::from(section.count())),
            Payload::ElementSection(section) => self.tally.add(Counted::ElementSegments, u64::from(section.count())),
            Payload::MemorySection(section) => {
                self.tally.add(Counted::Memories, u64::from(section.count()));
                for memory in section {
                    self.tally.most(Counted::MemoryPages, memory?.initial);
                }
            }
            Payload::TableSection(section) => {
                self.tally.add(Counted::Tables, u64::from(section.count()));
                for table in section {
                    self.tally.most(Counted::TableElements, table?.ty.initial);
                }
            }
            Payload::CodeSectionEntry(body) => function::body(&mut self.tally, &body)?,
            _ => {}
        }
        Ok(())
    }

    /// What is in the run of an interpreter is not counted if it is that, and the only one.
    fn end_of_module(&mut self, bytes: &[u8]) {
        let Module { candidate, hash, run } = std::mem::take(&mut self.module);
        match candidate {
            Some(known) if self.interpreter.is_none() && hash.digest(bytes).to_string() == known.digest => self.interpreter = Some(known),
            _ => self.tally.merge(&run),
        }
    }

    fn imports(&mut self, section: SectionLimited<'_, ComponentImport<'_>>) -> Result<(), BinaryReaderError> {
        for import in section {
            let import = import?;
            self.expansion.import(import.ty.kind());
            if self.expansion.at_root() && self.import.is_none() {
                self.import = Some(import.name.name.to_owned());
            }
        }
        Ok(())
    }

    fn exports(&mut self, section: SectionLimited<'_, ComponentExport<'_>>, limits: &Limits) -> Result<(), BinaryReaderError> {
        for export in section {
            let export = export?;
            self.expansion.export(export.kind, export.index);
            if self.expansion.at_root() {
                self.tally.add(Counted::Exports, 1);
                if self.tally.check_one(Counted::Exports, limits).is_ok() {
                    self.exports.push(export.name.name.to_owned());
                }
            }
        }
        Ok(())
    }
}

/// At least as deep as types lie within types, but for the outermost; nothing is read for it, since readers recurse. Each level
/// takes the byte of a declared type, 1, and one of a component or instance type.
fn nested_types(section: &[u8]) -> u64 {
    section.windows(2).filter(|pair| matches!(pair, [1, 0x41 | 0x42])).count() as u64
}
