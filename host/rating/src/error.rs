//! Why something cannot be rated.

use assay_domain::{decimal::Quantity, money::Currency, time::Timestamp};

/// Why usage cannot be turned into money. Nothing is billed then: a guess would be worse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RatingError {
    /// A result has more digits than can be held; it would have to be rounded.
    #[error("a price times a quantity has more digits than are computed with; it is refused rather than rounded")]
    Inexact,
    /// A result is larger than can be held.
    #[error("a quantity or an amount is too large to be computed")]
    Overflow,
    /// A period of no length, or a covered time that is not within it.
    #[error("{from} to {until} is no part of the period from {start} to {end}")]
    Coverage {
        /// Start of the covered time.
        from: Timestamp,
        /// End of the covered time, exclusive.
        until: Timestamp,
        /// Start of the period.
        start: Timestamp,
        /// End of the period, exclusive.
        end: Timestamp,
    },
    /// More was withdrawn than was ever used: what was given is not what stands.
    #[error("the {meter} add up to {total}, which is negative")]
    NegativeUsage {
        /// What was counted.
        meter: String,
        /// The sum.
        total: Quantity,
    },
    /// A success is priced by what it is worth, and nobody says what that is.
    #[error("a success of {definition:?} has no value to take a percentage of")]
    ValueMissing {
        /// The definition's slug.
        definition: String,
    },
    /// Lines of one settlement in two currencies.
    #[error("lines in {one} and in {other} cannot be settled with each other")]
    Currencies {
        /// The first line's.
        one: Currency,
        /// A later line's.
        other: Currency,
    },
}
