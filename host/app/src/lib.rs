//! Use cases and the worker.
