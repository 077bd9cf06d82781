//! Events from files that other systems wrote.
//!
//! Owns: reading a format row by row, and saying of each row where it stands and what is wrong with it. Deliberately lacks
//! the store and the clock: what is read here is checked and recorded by whoever asked for it.
//!
//! To add a format: one module whose iterator yields an event or a violation per row. It never stops at a broken row, and
//! it refuses at once what would be wrong with every row.

pub mod csv;
mod run;

pub use run::{ImportReport, Sourced};
