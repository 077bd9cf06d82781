//! Prices: from standing usage to money, exactly.
//!
//! Owns: rate cards and their price models, exact arithmetic and its one rounding, the invoice lines that a period amounts to,
//! and the differences between those and what was posted earlier.
//!
//! Deliberately lacks: IO, clock, randomness, floating point, async, ids and SQL. Which outcomes stand, which period they fall in
//! and whom they are billed to is decided before; what happens to a difference is decided after.
//!
//! Invariants:
//!
//! - Every function is total and depends on its arguments alone; the order of usage and of postings makes no difference.
//! - A result is exact or refused ([`RatingError::Inexact`], [`RatingError::Overflow`]). Digits are dropped in one function,
//!   [`exact::round_to_minor`], with an explicit mode.
//! - The lines of a charge sum to the charge, rounded once for the period.
//! - For any arrival order, batching and repetition, the differences that [`settle::settle`] emits sum to what [`rate::rate`] says.
//!
//! To add a price model: one file in `model/` with its fields, its `check` and its `bill`, which answers with lines whose
//! quantity × unit price is what they cost; a variant of [`model::PriceModel`] and the two `match` arms that the compiler then
//! asks for; its arm in the oracle of `tests/it/rating` and a row of money worked out by hand. Rounding and settlement stay as
//! they are.

mod adjust;
pub mod card;
mod credit;
mod error;
pub mod exact;
pub mod model;
pub mod rate;
pub mod settle;
mod usage;

pub use error::RatingError;
