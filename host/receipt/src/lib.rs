//! What makes a customer believe a number: receipts, and the log that nobody can rewrite unseen.
//!
//! Owns: the receipt of a change of usage and its canonical form, the commitments by which it names what it does not tell, the chain of a
//! customer's receipts, the Merkle tree of a tenant's log with its tiles and proofs, checkpoints as signed notes, ed25519 signatures, and the
//! file in which all of it travels, the bundle.
//!
//! Deliberately lacks: IO, clock, randomness and async. Keys, salts and hashes that are stored come in as arguments.
//!
//! Invariants:
//!
//! - A receipt has one canonical document, which alone is hashed. Its JSON is written in one form, and read by what it says.
//! - What enters the log says nothing of a receipt to anybody without its salt.
//! - A proof is checked against sizes and roots alone: whoever made it is not believed.
//! - Notes, checkpoints and proofs that are read come back as they were written, byte for byte.
//!
//! The formats are public ones: the tree is that of RFC 6962 and RFC 9162; notes, checkpoints, tiles and proofs are those of C2SP
//! (`signed-note`, `tlog-checkpoint`, `tlog-tiles`, `tlog-proof`). They are written here and not taken from the crates `signed_note` and
//! `tlog_tiles` 0.2: these lay tiles out by another path than C2SP does, panic where an argument is wrong, and bring a second SHA-2, a
//! second ed25519 and a second base 64.
//!
//! To add something to receipts: its field, its place in `encode`, what must hold of it in `receipt/laws.rs`, and a new version of the
//! format, as bytes that were signed stay as they are. The golden receipts of `tests/it/receipt` then get siblings.

pub mod bundle;
pub mod chain;
pub mod checkpoint;
pub mod commitment;
pub mod edge;
pub mod log_proof;
pub mod merkle;
pub mod note;
pub mod note_key;
pub mod path;
pub mod proof;
pub mod receipt;
pub mod rotation;
pub mod signature;
mod text;
pub mod tile;
