//! The derive macros of assay-sdk.
