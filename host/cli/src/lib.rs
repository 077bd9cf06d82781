//! The command line: wiring and pixels.
//!
//! Owns: arguments, settings from file and environment, tables and progress bars, the running service, the day of a rule's author
//! (templates, building from source, fixtures in the sandbox, what a rule costs). The only place where store, engine, clock and
//! randomness are put together. No rule of the product lives here.
//!
//! To add a command: a file in `commands/` with its clap arguments and a `run` that gives back an [`output::Output`]; a variant
//! in [`args::Command`]. To add a setting: a field in [`settings`] and its row in `sources`.

pub mod args;
mod commands;
mod cost;
pub mod database;
pub mod fixtures;
mod fuzz;
mod log;
pub mod output;
pub mod progress;
mod roles;
pub mod sandbox;
mod service;
pub mod session;
pub mod settings;
mod sources;
pub mod templates;
pub mod toolchain;
mod traces;

pub use commands::run;
