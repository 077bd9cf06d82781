//! What the tests and benchmarks stand on: components, temporary installations, the binary itself, an HTTP client and a browser.

pub mod assay;
pub mod attacks;
pub mod bin;
pub mod browser;
pub mod chaos;
pub mod components;
pub mod floor;
pub mod forger;
pub mod fuzz;
pub mod history;
pub mod hostile;
pub mod http;
pub mod invoiced;
pub mod postgres;
pub mod process;
pub mod raw;
pub mod server;
pub mod simulate;
