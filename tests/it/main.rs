//! The one integration-test binary.

mod app;
mod cli;
mod desk;
mod domain;
mod import_csv;
mod rating;
mod sandbox;
