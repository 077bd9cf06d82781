//! What admission counts in a component, and how much of it is let in.
//!
//! Compiling is the soft spot of a sandbox: a small file can cost minutes and gigabytes. So what the compiler's time grows with is
//! bounded before it starts. The largest of the example rules has 70 functions, 6 KiB in the largest of them, 181 control operators
//! in one and 856 in all, blocks 44 deep, 28 locals in one and 270 in all.

use crate::{
    admission::{Refusal, RefusalCode},
    limits::{CORE_INSTANCES_MAX, Limits, MEMORIES_MAX, TABLES_MAX},
};

/// One limit of admission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdmissionLimit {
    /// What is counted.
    pub what: &'static str,
    /// The most of it that is let in.
    pub max: u64,
    /// What to change when there is more.
    pub remedy: &'static str,
}

impl AdmissionLimit {
    /// Refuses more than the limit, naming it, what was found and the remedy.
    pub(crate) fn check(self, found: u64) -> Result<(), Refusal> {
        let Self { what, max, remedy } = self;
        if found > max {
            return Err(Refusal::new(RefusalCode::LimitExceeded, format!("{found} {what} are more than {max}"), remedy));
        }
        Ok(())
    }
}

/// Everything that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    Bytes,
    Nested,
    Instances,
    NestedTypes,
    Types,
    Canonicals,
    Exports,
    CustomSections,
    Functions,
    Memories,
    Tables,
    Globals,
    DataSegments,
    ElementSegments,
    Params,
    Results,
    BodyBytes,
    Control,
    ControlInAll,
    Nesting,
    Locals,
    LocalsInAll,
    MemoryPages,
    TableElements,
}

impl Counted {
    /// In the order in which they are checked.
    pub(crate) const ALL: [Self; 24] = [
        Self::Bytes,
        Self::Nested,
        Self::Instances,
        Self::NestedTypes,
        Self::Types,
        Self::Canonicals,
        Self::Exports,
        Self::CustomSections,
        Self::Functions,
        Self::Memories,
        Self::Tables,
        Self::Globals,
        Self::DataSegments,
        Self::ElementSegments,
        Self::Params,
        Self::Results,
        Self::BodyBytes,
        Self::Control,
        Self::ControlInAll,
        Self::Nesting,
        Self::Locals,
        Self::LocalsInAll,
        Self::MemoryPages,
        Self::TableElements,
    ];

    /// The limit on it.
    pub(crate) fn limit(self, limits: &Limits) -> AdmissionLimit {
        let (what, max, remedy) = match self {
            Self::Bytes => ("bytes in the component", limits.component_bytes_max as u64, "strip debug information, or split the rule"),
            // With the component itself; the toolchain for Rust writes three, that for QuickJS 36.
            Self::Nested => ("nested modules and components", 48, "compose less"),
            // As often as each is instantiated, directly or by another: levels that instantiate twice double it. The toolchain for Rust makes two,
            // that for QuickJS 35.
            Self::Instances => ("module and component instances", u64::from(CORE_INSTANCES_MAX), "compose less"),
            // Readers of types recurse, on the host's stack; the contract has none within another.
            Self::NestedTypes => ("types within types", 64, "declare the types side by side"),
            // The contract has about a hundred, a module a dozen.
            Self::Types => ("types", 4096, "link less code into it"),
            // Each is compiled to an adapter of its own; the contract has three, with the adapters of QuickJS 91.
            Self::Canonicals => ("lifted and lowered functions", 128, "compose less"),
            Self::Exports => ("exports", 16, "export the contract alone"),
            Self::CustomSections => ("custom sections", 64, "strip debug information"),
            // 100,000 empty ones compile for 13 s.
            Self::Functions => ("functions", 20_000, "link less code into it"),
            // No more than an instance may have.
            Self::Memories => ("memories", u64::from(MEMORIES_MAX), "compose less"),
            Self::Tables => ("tables", u64::from(TABLES_MAX), "use one table"),
            Self::Globals => ("globals", 1024, "keep state in memory"),
            // A snapshot of an interpreter has up to 10,000. Where there is no image of memory each is code of its own: 28,000 take 10 s.
            Self::DataSegments => ("data segments", 10_240, "let the linker merge them"),
            Self::ElementSegments => ("element segments", 1024, "let the linker merge them"),
            Self::Params => ("parameters of a function", 64, "pass a reference to a structure"),
            // Several results are the parameters of what follows.
            Self::Results => ("results of a function", 64, "return a structure"),
            // The compiler's time and memory can grow with the square of a function.
            Self::BodyBytes => ("bytes in one function", 128 << 10, "split the function, or optimise for size"),
            // `block`, `loop`, `if` and the targets of `br_table`; 300 KB of empty loops compile for 70 s and take 2 GB.
            Self::Control => ("control operators in one function", 4096, "split the function, or optimise for size"),
            // A third of those loops, and no more than 4,096 of them in one function.
            Self::ControlInAll => ("control operators in all functions", 32_768, "link less code into it"),
            // Time grows with its square: 100 KB of nested `if` compile for 8.5 s. QuickJS has 255.
            Self::Nesting => ("nested blocks in one function", 288, "split the function, or match on fewer cases at once"),
            // Each takes room on the stack.
            Self::Locals => ("locals in one function", 1000, "split the function, or optimise for size"),
            Self::LocalsInAll => ("locals in all functions", 20_000, "link less code into it"),
            Self::MemoryPages => ("pages of initial memory", (limits.memory_bytes_max / 65_536) as u64, "reserve less memory"),
            Self::TableElements => ("table elements", limits.table_elements_max as u64, "use fewer function pointers"),
        };
        AdmissionLimit { what, max, remedy }
    }
}
