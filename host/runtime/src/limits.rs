//! What a rule may use, and the limiter that holds it to that.

use std::fmt;

use assay_domain::{canon::Encoder, time::Duration, verdict::VerdictLimits};
use wasmtime::ResourceLimiter;

use crate::{
    counted::{AdmissionLimit, Counted},
    interpreter::{Interpreter, KNOWN},
    order::CompileLimits,
};

/// Core modules that an instance is made of.
pub(crate) const CORE_INSTANCES_MAX: u32 = 48;
/// Memories of an instance, all its modules together.
pub(crate) const MEMORIES_MAX: u32 = 3;
/// Tables of an instance, all its modules together.
pub(crate) const TABLES_MAX: u32 = 8;

/// The limits of admission and evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a component.
    pub component_bytes_max: usize,
    /// Instructions of one evaluation, in the engine's fuel.
    pub evaluation_fuel_max: u64,
    /// Instructions of instantiating, apart from the evaluation.
    pub instantiation_fuel_max: u64,
    /// Wall time of one evaluation; protects the host and never decides.
    pub wall_time_max: Duration,
    /// Bytes of linear memory.
    pub memory_bytes_max: usize,
    /// Elements of a table.
    pub table_elements_max: usize,
    /// Bytes of the engine's stack.
    pub stack_bytes_max: usize,
    /// Bytes the host will copy out of a guest per call.
    pub output_bytes_max: usize,
    /// Instances that may exist at once.
    pub instances_max: u32,
    /// Sizes of a verdict.
    pub verdict: VerdictLimits,
    /// What compiling may cost.
    pub compile: CompileLimits,
    /// What compiling a rule of a known interpreter may cost.
    pub compile_interpreter: CompileLimits,
    /// The interpreters that are known.
    pub interpreters: &'static [Interpreter],
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            component_bytes_max: 16 << 20,
            evaluation_fuel_max: 100_000_000,
            instantiation_fuel_max: 100_000_000,
            wall_time_max: Duration::millis(900),
            memory_bytes_max: 64 << 20,
            table_elements_max: 8192,
            stack_bytes_max: 512 << 10,
            output_bytes_max: 256 << 10,
            instances_max: 64,
            verdict: VerdictLimits::default(),
            compile: CompileLimits { memory_bytes_max: 1 << 30, cpu_seconds_max: 9, wall_seconds_max: 60 },
            compile_interpreter: CompileLimits { memory_bytes_max: 1 << 30, cpu_seconds_max: 40, wall_seconds_max: 120 },
            interpreters: KNOWN,
        }
    }
}

impl Limits {
    /// Writes down those that an answer can depend on.
    pub(crate) fn encode(&self, to: &mut Encoder) {
        let VerdictLimits { note_bytes_max, evidence_max, shares_max } = self.verdict;
        let sizes = [self.memory_bytes_max, self.table_elements_max, self.stack_bytes_max, self.output_bytes_max];
        let fuel = [self.evaluation_fuel_max, self.instantiation_fuel_max];
        for size in sizes.into_iter().chain([note_bytes_max, evidence_max, shares_max]) {
            to.len(size);
        }
        for fuel in fuel {
            to.bytes(&fuel.to_be_bytes());
        }
    }

    /// Everything that admission counts before compiling, in the order in which it is checked.
    pub fn admission(&self) -> impl Iterator<Item = AdmissionLimit> + '_ {
        Counted::ALL.into_iter().map(move |counted| counted.limit(self))
    }
}

/// Why an instance could not grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GrowthRefused {
    /// Our limit: the same on every machine.
    Limit(&'static str),
    /// The machine's: says nothing about the rule.
    Host,
}

impl fmt::Display for GrowthRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit(what) => write!(f, "{what} would grow past its limit"),
            Self::Host => f.write_str("the host has no memory left"),
        }
    }
}

impl std::error::Error for GrowthRefused {}

/// Decides growth by our limits alone; a growth that fails traps, so that no rule can see how much memory a machine has.
pub(crate) struct Limiter {
    /// What all memories together have grown to.
    memory_bytes: usize,
    memory_bytes_max: usize,
    table_elements_max: usize,
}

impl Limiter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { memory_bytes: 0, memory_bytes_max: limits.memory_bytes_max, table_elements_max: limits.table_elements_max }
    }

    /// What all memories together have grown to, from nothing.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.memory_bytes
    }
}

fn decide(desired: usize, maximum: Option<usize>, is_within: bool, what: &'static str) -> wasmtime::Result<bool> {
    if !is_within {
        return Err(GrowthRefused::Limit(what).into());
    }
    // Past the maximum that the module itself declares, growing fails for it as the standard says.
    Ok(maximum.is_none_or(|maximum| desired <= maximum))
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let grown = self.memory_bytes.saturating_add(desired.saturating_sub(current));
        let grows = decide(desired, maximum, grown <= self.memory_bytes_max, "memory")?;
        if grows {
            self.memory_bytes = grown;
        }
        Ok(grows)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(GrowthRefused::Host.into())
    }

    fn table_growing(&mut self, _current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        decide(desired, maximum, desired <= self.table_elements_max, "table")
    }

    fn table_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(GrowthRefused::Host.into())
    }
}
