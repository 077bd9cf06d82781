//! The page that verifies a receipt, in a real browser: what it says is what `assay verify` says, of true receipts and of false ones.

mod attacks;
mod coercion;
mod file;
mod killed;
mod support;
mod tampered;
mod verified;
