//! Admission and evaluation against every attack of the catalogue: a named refusal or a typed fault, and the neighbours unharmed.

mod abi;
mod admission;
mod attacks;
mod compiling;
mod declarations;
mod determinism;
mod features;
mod files;
mod fixtures;
mod fuel;
mod fuzz;
mod interpreter;
mod isolation;
mod languages;
mod limits;
mod market;
mod memory;
mod support;
mod traps;
mod verdicts;
mod worlds;
