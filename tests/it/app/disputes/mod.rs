//! Disputes: from the claim to what becomes of the bill.

mod appeals;
mod findings;
mod fixtures;
mod money;
mod opening;
mod order;
mod report;
mod rulings;
mod support;

pub use self::support::request;
