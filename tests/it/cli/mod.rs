//! The binary, as people and programs start it.

mod approve;
mod attestations;
mod audit;
mod audit_log;
mod backtest;
mod bad_files;
mod bad_names;
mod bad_rules;
mod chaos;
mod crash;
mod crash_serve;
mod database;
mod demo;
mod dispute;
mod doctor;
mod first_day;
mod invoices;
mod keys;
mod money;
mod sample;
mod serve;
mod settings;
mod supersede;
mod support;
mod suspended;
mod toolchain;
