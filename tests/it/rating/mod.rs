//! Prices: money worked out by hand, and everything else against an oracle that rates from nothing in fractions.

mod bad_cards;
mod books;
mod cards;
mod exact;
mod histories;
mod oracle;
mod overrides;
mod properties;
mod random;
mod refused;
mod rounding;
mod settlement;
mod support;
mod vectors;
mod worth;
