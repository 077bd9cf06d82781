//! The binary assay.
