//! What the tests and benchmarks stand on: components, temporary installations, and the binary itself.

pub mod assay;
pub mod bin;
pub mod components;
pub mod history;
pub mod hostile;
