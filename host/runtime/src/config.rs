//! The one constructor of the engine.

use std::sync::Arc;

use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, Strategy, WasmFeatures};

use crate::{
    contract::Linker,
    limits::{Limits, MEMORIES_MAX, TABLES_MAX},
    ticker::Ticker,
};

/// An engine with its limits; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) wasm: wasmtime::Engine,
    pub(crate) linker: Arc<Linker>,
    pub(crate) limits: Limits,
    pub(crate) ticker: Arc<Ticker>,
}

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
#[error("the WebAssembly engine cannot start: {0}")]
pub struct EngineError(String);

impl Engine {
    /// Starts an engine and the thread that ticks its epochs.
    pub fn new(limits: Limits) -> Result<Self, EngineError> {
        let error = |error: wasmtime::Error| EngineError(format!("{error:#}"));
        let wasm = wasmtime::Engine::new(&config(&limits)).map_err(error)?;
        let ticker = Ticker::start(wasm.clone()).map_err(|error| EngineError(error.to_string()))?;
        let linker = Arc::new(Linker::new(&wasm));
        Ok(Self { wasm, linker, limits, ticker: Arc::new(ticker) })
    }

    /// The limits it holds rules to.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }
}

/// Every setting that a verdict could depend on is fixed here, as is every setting that costs.
fn config(limits: &Limits) -> Config {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .consume_fuel(true)
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
        .max_wasm_stack(limits.stack_bytes_max)
        .memory_init_cow(true)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits)));
    config
}

/// Scanning the page map for dirty pages is what makes a fresh instance cheap: it resets only what was written.
fn pool(limits: &Limits) -> PoolingAllocationConfig {
    let n = limits.instances_max;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(n)
        .max_core_instances_per_component(8)
        .max_memories_per_component(MEMORIES_MAX)
        .max_tables_per_component(TABLES_MAX)
        .total_core_instances(n.saturating_mul(4))
        .total_memories(n)
        .total_tables(n.saturating_mul(2))
        .table_elements(limits.table_elements_max)
        .max_memory_size(limits.memory_bytes_max)
        .linear_memory_keep_resident(256 << 10)
        .table_keep_resident(64 << 10)
        .max_unused_warm_slots(n)
        .pagemap_scan(Enabled::Auto);
    pool
}
