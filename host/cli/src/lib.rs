//! The command line: wiring and pixels.
//!
//! Owns: arguments, settings from the environment, tables and progress bars, building rules from source, and running their
//! fixtures in the sandbox. The only place where store, engine and clock are put together. No rule of the product lives here.
//!
//! To add a command: a file in `commands/` with its clap arguments and a `run` that gives back an [`output::Output`]; a variant
//! in [`args::Command`].

pub mod args;
mod commands;
pub mod fixtures;
pub mod output;
pub mod progress;
pub mod session;
pub mod toolchain;

pub use commands::run;
