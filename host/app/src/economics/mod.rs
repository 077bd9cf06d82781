//! What outcomes cost the vendor and what they bring: the report that a founder prices by.
//!
//! Costs are told by events of the type [`COST`] and belong to their interaction; they are written down when they are recorded, so that erasing
//! payloads changes no report. A month's attempts are the interactions that opened in it (UTC); its costs and successes are theirs, however
//! late either came. Its revenue is what the billing periods cost that end with its run, so a success that opened late in a month may bring
//! its money in the next.
//!
//! What money adds up to is exact, in billionths of a unit. What is divided (per attempt, per success) is rounded to them. Rates and intervals
//! are statistics.

mod cost;
mod money;
mod prices;
mod query;
mod readiness;
mod revenue;
mod unit;

pub(crate) use self::cost::{COST, read_cost};
pub use self::{
    money::Money,
    prices::{CardMargin, CustomerBills, PriceSimulation},
    query::EconomicsQuery,
    readiness::{Question, Readiness, ReadinessAnswer},
    unit::{Economics, EconomicsRow, ModelCosts, UnreadableCost},
};
