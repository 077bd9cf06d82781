//! The one integration-test binary.

mod desk;
mod import_csv;
mod rating;
