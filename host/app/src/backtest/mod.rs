//! Back-tests: a candidate for a definition, judged over what is recorded beside the version in force, and what that would have changed:
//! verdicts, reasons, bills, faults, fuel, and how both compare with labels.
//!
//! Both are asked about the same facts as of the same time. The candidate takes the place of whichever version of the definition judges an
//! interaction, but for a version of the customer's own that its agreement names. Nothing that stands is touched, neither outcomes nor
//! usage, breakers or the ledger. Bills are priced as a billing run prices them, from the usage that is recorded with what would be
//! otherwise; what people have ruled over outcomes holds under either version.
//!
//! A back-test over history sees what was recorded when it started, facts, terms and prices alike, so that it comes to the same however
//! often it is interrupted. A shadow sees what comes in afterwards, and judges an interaction again whenever it has settled anew.
//!
//! To add something that is counted: a field of [`Tally`](tally::Tally) with its place in `add` and `merge`, and one of
//! [`BacktestReport`]. To add a threshold: a field of [`Thresholds`] and its line in `thresholds::check`.

mod candidate;
mod carry;
mod contest;
mod fuel;
mod gate;
mod labels;
mod memory;
mod money;
mod moves;
mod proportion;
mod recall;
mod report;
mod request;
mod rounds;
mod shadow;
mod side;
mod start;
mod tally;
mod thresholds;
mod views;

use assay_domain::id::BacktestId;

use crate::error::AppError;

pub(crate) use candidate::unconfigured;
pub(crate) use gate::gate;
pub use {
    fuel::FuelReport,
    gate::BacktestGate,
    labels::read_labels,
    memory::RecalledHistory,
    proportion::{Proportion, ProportionError},
    report::{BacktestReport, BillChange, BillTotal, DifferenceCounts, Flow, LabelReport, NewFault, Score, SideReport, ThresholdCheck},
    request::{BacktestRequest, Candidate, Changes, Thresholds, Window},
    side::Stand,
    tally::{Confusion, DifferenceKind, VerdictDifference},
    views::BacktestView,
};

fn unknown_backtest(id: BacktestId) -> AppError {
    AppError::not_found("back-test", id.to_string(), "the list of back-tests shows them")
}
