//! Runs rules: admits components, compiles them, and evaluates them in a sandbox.
//!
//! Owns: the one `wasmtime::Config` and its fingerprint, the row of admission checks, compiling in a process apart, the compiled code
//! that is kept and the key it is kept under, a fresh instance per evaluation, limits, and the classification of every way a
//! guest can fail into a [`Fault`](assay_domain::fault::Fault).
//!
//! Deliberately lacks: clock, random, network and files for rules (a rule imports nothing), async, storage. A fault is never
//! a verdict, nothing survives a call, no machine code is loaded that is not ours, and no public signature names a wasmtime type.
//!
//! To add a limit: a field of [`Limits`] with its default, the place that enforces it, and a hostile component in
//! `tests/it/sandbox` that hits it. To count one thing more before compiling: a variant of `Counted`, the line in `outline.rs` or
//! `function.rs` that counts it, and a component of so many in `tests/it/sandbox/admission.rs`. To add a contract version: a
//! folder in `wit/`, a `bindgen!` beside the first in `contract.rs`, and an adaptation to the newest types there.

mod admission;
mod artefacts;
mod compiler;
mod config;
mod contract;
mod counted;
mod evaluators;
mod expansion;
mod fault;
mod function;
mod inspect;
mod interpreter;
mod limits;
mod order;
mod outline;
mod rule;
mod setup;
mod tally;
mod ticker;

pub use admission::{Refusal, RefusalCode};
pub use artefacts::Artefacts;
pub use compiler::Compiler;
pub use config::{Engine, EngineError};
pub use counted::AdmissionLimit;
pub use evaluators::Evaluators;
pub use interpreter::Interpreter;
pub use limits::Limits;
pub use order::{CompileLimits, compile_and_exit};
pub use rule::{ConfigureError, Evaluated, InstanceReuse, Origin, Question, Rule};
pub use setup::{Allocation, Optimisation, Setup};
