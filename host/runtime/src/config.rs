//! The one constructor of the engine.

use std::{
    hash::{Hash as _, Hasher},
    sync::Arc,
};

use assay_domain::canon::{Digest, Encoder};
use wasmtime::{
    Config, Enabled, Inlining, InstanceAllocationStrategy, OperatorCost, OptLevel, PoolingAllocationConfig, Strategy, VariableOperatorCost,
    WasmFeatures,
};

use crate::{
    contract::Linker,
    limits::{CORE_INSTANCES_MAX, Limits, MEMORIES_MAX, TABLES_MAX},
    setup::{Allocation, Optimisation, Setup},
    ticker::Ticker,
};

/// An engine with its limits; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) wasm: wasmtime::Engine,
    pub(crate) linker: Arc<Linker>,
    pub(crate) limits: Limits,
    pub(crate) ticker: Arc<Ticker>,
    pub(crate) setup: Arc<Setup>,
    /// What compiled code depends on.
    pub(crate) code: Digest,
    fingerprint: Digest,
    description: Arc<str>,
}

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
#[error("the WebAssembly engine cannot start: {0}")]
pub struct EngineError(String);

impl Engine {
    /// Starts an engine with these limits that compiles in this process and keeps no code.
    pub fn new(limits: Limits) -> Result<Self, EngineError> {
        Self::start(Setup { limits, ..Setup::default() })
    }

    /// Starts an engine and the thread that ticks its epochs.
    pub fn start(setup: Setup) -> Result<Self, EngineError> {
        let limits = setup.limits;
        let wasm = wasm(&limits, setup.allocation, setup.optimisation)?;
        let ticker = Ticker::start(wasm.clone()).map_err(|error| EngineError(error.to_string()))?;
        let linker = Arc::new(Linker::new(&wasm));
        let code = code(&wasm);
        let fingerprint = fingerprint(code, &limits);
        let description = format!("wasmtime, {}, {}", std::env::consts::ARCH, std::env::consts::OS).into();
        Ok(Self { wasm, linker, limits, ticker: Arc::new(ticker), setup: Arc::new(setup), code, fingerprint, description })
    }

    /// Another engine with the same limits and the same code, whose instances get their memory otherwise.
    pub fn with_allocation(&self, allocation: Allocation) -> Result<Self, EngineError> {
        Self::start(Setup { allocation, ..Setup::clone(&self.setup) })
    }

    /// The limits it holds rules to.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The hash of everything an answer can depend on besides the rule and its question: the version of the compiler, its settings,
    /// the processor's features that it uses, the cost of each instruction, and the limits.
    pub fn fingerprint(&self) -> Digest {
        self.fingerprint
    }

    /// What it is, for people.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// How often its epoch has advanced: a number that stands still means that wall time is not limited.
    pub fn epochs(&self) -> u64 {
        self.ticker.count()
    }
}

/// The engine of wasmtime with our settings.
pub(crate) fn wasm(limits: &Limits, allocation: Allocation, optimisation: Optimisation) -> Result<wasmtime::Engine, EngineError> {
    let mut config = config(limits, optimisation);
    if allocation == Allocation::Pooled {
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits)));
    }
    wasmtime::Engine::new(&config).map_err(|error| EngineError(format!("{error:#}")))
}

/// Every setting that a verdict could depend on is fixed here, as is every setting that costs.
fn config(limits: &Limits, optimisation: Optimisation) -> Config {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(match optimisation {
            Optimisation::Speed => OptLevel::Speed,
            Optimisation::None => OptLevel::None,
        })
        .consume_fuel(true)
        .operator_cost(cost())
        .epoch_interruption(true)
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true)
        .wasm_relaxed_simd(false)
        .wasm_simd(false)
        .wasm_features(WasmFeatures::THREADS, false)
        .shared_memory(false)
        .wasm_memory64(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false)
        // Interpreters in WebAssembly need these two; on from the start, so that the engine's fingerprint stays.
        .wasm_tail_call(true)
        .wasm_features(WasmFeatures::EXTENDED_CONST, true)
        .wasm_component_model_map(false)
        .wasm_component_model_memory64(false)
        .wasm_component_model_error_context(false)
        .wasm_component_model_gc(false)
        .wasm_component_model_fixed_length_lists(false)
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .debug_info(false)
        .native_unwind_info(false)
        .parallel_compilation(false)
        // What a known function costs to compile must not depend on the others.
        .compiler_inlining(Inlining::No)
        .max_wasm_stack(limits.stack_bytes_max)
        .memory_init_cow(true);
    config
}

/// What instructions cost, written out where it depends on an operand or is not the usual 1 (what makes no code costs nothing). A golden
/// test holds the sums.
fn cost() -> OperatorCost {
    let mut cost = OperatorCost::new();
    // Growing calls the host, even by nothing.
    cost.MemoryGrow = 64;
    cost.TableGrow = 64;
    cost.variable = VariableOperatorCost {
        memory_copy_per_byte: 1,
        memory_fill_per_byte: 1,
        memory_init_per_byte: 1,
        // Nothing, or a rule that asks for too many pages would run out of fuel instead of memory. What it gets is bounded anyway.
        memory_grow_per_page: 0,
        table_copy_per_element: 1,
        table_fill_per_element: 1,
        table_init_per_element: 1,
        table_grow_per_element: 1,
        ..VariableOperatorCost::new()
    };
    cost
}

/// A rule's memory is small, so writing it anew is cheaper than asking the kernel which pages are dirty; and two threads that ask wait
/// for each other.
fn pool(limits: &Limits) -> PoolingAllocationConfig {
    let n = limits.instances_max;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(n)
        .max_core_instances_per_component(CORE_INSTANCES_MAX)
        .max_memories_per_component(MEMORIES_MAX)
        .max_tables_per_component(TABLES_MAX)
        .total_core_instances(n.saturating_mul(CORE_INSTANCES_MAX))
        .total_memories(n.saturating_mul(MEMORIES_MAX))
        .total_tables(n.saturating_mul(4))
        .table_elements(limits.table_elements_max)
        .max_memory_size(limits.memory_bytes_max)
        .linear_memory_keep_resident(256 << 10)
        .table_keep_resident(64 << 10)
        .max_unused_warm_slots(n)
        .pagemap_scan(Enabled::No);
    pool
}

/// The hash of what compiled code depends on.
fn code(wasm: &wasmtime::Engine) -> Digest {
    let mut collected = Collected(Vec::new());
    wasm.precompile_compatibility_hash().hash(&mut collected);
    let mut document = Encoder::new("assay.1.code");
    document.bytes(&collected.0);
    document.digest()
}

fn fingerprint(code: Digest, limits: &Limits) -> Digest {
    let mut document = Encoder::new("assay.1.engine");
    document.bytes(code.as_bytes());
    limits.encode(&mut document);
    document.digest()
}

/// Takes down what is hashed instead of hashing it, because the standard hashers are not made to be kept.
struct Collected(Vec<u8>);

impl Hasher for Collected {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        self.0.len() as u64
    }
}
