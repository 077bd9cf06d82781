//! Admits, compiles and evaluates rules in a sandbox.
