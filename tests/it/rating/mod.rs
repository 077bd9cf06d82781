//! Prices: money worked out by hand, and everything else against an oracle that rates from nothing in fractions.

mod cards;
mod exact;
mod golden;
mod graduated;
mod oracle;
mod properties;
mod proration;
mod rounding;
mod settlement;
mod support;
