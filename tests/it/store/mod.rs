//! Storage itself, on both engines.

mod contract;
mod leases;
mod months;
mod schemas;
mod walls;
