//! End-to-end, contract and property tests.
