//! The binary, as people and programs start it.

mod bad_files;
mod bad_names;
mod bad_rules;
mod crash;
mod first_day;
mod support;
mod toolchain;
