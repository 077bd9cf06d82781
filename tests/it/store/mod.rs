//! Storage itself, on both engines.

mod audit_chain;
mod contract;
mod leases;
mod months;
mod schemas;
mod walls;
