//! Back-tests: what a candidate would have changed, whoever interrupts them, and nothing of it comes about.

mod faults;
mod gate;
mod money;
mod resume;
mod shadow;
mod support;
mod verdicts;
