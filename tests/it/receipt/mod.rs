//! Receipts and the log that holds them: the public formats by the vectors of others, proofs in every tree up to a size, and whatever can be
//! altered of a receipt, a proof, a note or a chain.

mod bundles;
mod chain;
mod checkpoints;
mod commitments;
mod consistency;
mod edges;
mod fields;
mod forks;
mod inclusion;
mod json;
mod laws;
mod log_proofs;
mod merkle;
mod note_forms;
mod note_keys;
mod notes;
mod oracle;
mod paths;
mod receipts;
mod rotations;
mod shapes;
mod signatures;
mod support;
mod tiles;
