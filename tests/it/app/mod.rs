//! The use cases, each on a temporary installation whose clock is set by hand.

mod agreements;
mod audit;
mod billing;
mod breaker;
mod corrections;
mod data;
pub mod dice;
mod fairness;
mod guards;
mod ingest;
mod keys;
mod modes;
mod operations;
mod order;
mod postings;
mod runs;
mod service;
mod settlement;
mod stage;
mod support;
mod tenants;
mod terms;
mod timers;
mod unrated;
mod uploads;
