//! The nouns of Assay and the laws between them.
//!
//! Owns: events and their timelines, what a rule reads of them, the verdict and its checks, the standing verdict, outcomes
//! and the usage they emit, definitions and terms, and the one canonical encoding that everything hashed goes through.
//!
//! Deliberately lacks: IO, clock, randomness, floating point, async, SQL and WebAssembly. Time is an argument.
//!
//! To add a noun: one file, its states as enums that carry their data, its transitions as methods that consume the old
//! state, and a `check(input, expect)` table in `tests/it/domain`.

pub mod approval;
pub mod attestation;
pub mod audit;
pub mod canon;
pub mod clock;
pub mod decimal;
pub mod definition;
pub mod difference;
pub mod dispute;
pub mod entropy;
pub mod event;
pub mod fault;
pub mod id;
pub mod key;
pub mod manifest;
pub mod money;
pub mod number;
pub mod operation;
pub mod outcome;
pub mod period;
pub mod projection;
pub mod proposal;
pub mod ruling;
pub mod standing;
pub mod terms;
pub mod time;
pub mod timeline;
pub mod value;
pub mod verdict;
pub mod violation;
pub mod webhook;
