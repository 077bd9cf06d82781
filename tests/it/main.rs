//! The one integration-test binary.

mod api;
mod app;
mod cli;
mod console;
mod desk;
mod domain;
mod http_client;
mod import_csv;
mod page;
mod rating;
mod receipt;
mod sandbox;
mod simulate;
mod store;
mod verify;
