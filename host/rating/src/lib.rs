//! Prices: from standing usage to money, exactly.
//!
//! Owns: rate cards and what is agreed otherwise with one customer, the meters that count usage and the price models that price it,
//! commitment, cap and taxes, exact arithmetic and its one rounding, the invoice lines that a period amounts to, those that are due
//! before it begins, and the differences between lines and what was posted earlier.
//!
//! Deliberately lacks: IO, clock, randomness, floating point, async, ids and SQL. Which outcomes and events stand, where a period
//! begins and ends, and whom it is billed to is decided before; what happens to a difference is decided after.
//!
//! Invariants:
//!
//! - Every function is total and depends on its arguments alone; the order of usage and of postings makes no difference.
//! - A result is exact or refused ([`RatingError::Inexact`], [`RatingError::Overflow`]). Digits are dropped in one function,
//!   [`exact::round_to_minor`], with an explicit mode.
//! - The lines of a charge sum to the charge, rounded once for the period. A commitment or a cap is computed from exact charges, and
//!   its line takes up what their rounding has left.
//! - What [`rate::rate_advance`] has of a charge, [`rate::rate`] has too, so that what is posted early is not posted again.
//! - For any arrival order, batching and repetition, the differences that [`settle::settle`] emits sum to what [`rate::rate`] says.
//!
//! To add a meter: a variant of [`card::MeterRef`] with its fields in `card/meter.rs`, its usage as a variant of [`rate::Used`], and
//! what it makes of it in `usage.rs`.
//!
//! To add a price model: one file in `model/` with its fields, its `check` and its `bill`, which answers with lines whose
//! quantity × unit price is what they cost; a variant of [`model::PriceModel`] and the `match` arms that the compiler then
//! asks for; its arm in the oracle of `tests/it/rating` and a row of money worked out by hand in `tests/vectors`. Rounding and
//! settlement stay as they are. To add a meter: a variant of [`card::MeterRef`] with its fields, and what counts for it in `usage`.

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
