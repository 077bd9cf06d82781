//! The logic of `example-plugins/resolved-ticket` through Assay and through other ways to run logic that somebody else wrote, on the same
//! timelines.
//!
//! Owns: the timelines, the rule in every peer's language, the comparison of all answers with those of the native rule, and the table.
//! Nothing is timed before all answers are the same. Deliberately lacks: figures, which depend on the machine; anything of the product but
//! the sandbox, the rule and the way to compile one.
//!
//! To add a peer: a file in `peers/` with a type that implements [`peers::Peer`], its rule in `rules/` where it has a language of its own,
//! and its line in [`peers::all`]. Its `//!` says what is made once and what for each evaluation.

pub mod case;
pub mod check;
pub mod guest;
pub mod measure;
pub mod peers;
pub mod timelines;
pub mod toolchain;
