//! Write an outcome rule in Rust.
