//! An outcome, and the line that it must be in the database.

use std::fmt;

use assay_domain::{outcome::OutcomeState, time::Timestamp};

use super::rules::Success;

/// An outcome, as it must be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) version: u32,
    pub(super) state: Option<OutcomeState>,
    pub(super) reason: Option<&'static str>,
    pub(super) success: Option<Success>,
    pub(super) billed: Option<Timestamp>,
    pub(super) attempted: Option<Timestamp>,
    pub(super) customer: Option<String>,
    pub(super) events: usize,
    pub(super) late: usize,
    pub(super) fault: Option<&'static str>,
}

/// A text, or a dash.
struct Or<T>(Option<T>);

impl<T: fmt::Display> fmt::Display for Or<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(shown) => shown.fmt(f),
            None => f.write_str("-"),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, state, reason, success, billed, attempted, customer, events, late, fault } = self;
        let success = success.as_ref();
        let quantity = success.map_or(0, |_| 1_000_000);
        let (class, value) = (Or(success.and_then(|success| success.class)), Or(success.and_then(Success::value_as_text)));
        let (credit, at) = (Or(success.and_then(|success| success.credit)), Or(success.map(|success| success.at.micros())));
        let (billed, attempted) = (Or(billed.map(Timestamp::micros)), Or(attempted.map(Timestamp::micros)));
        write!(f, "@{version} {} {} {quantity} class {class} value {value} credit {credit} at {at}", Or(*state), Or(*reason))?;
        write!(f, " billed {billed} attempted {attempted} of {} events {events}+{late} fault {}", Or(customer.as_ref()), Or(*fault))
    }
}

impl Success {
    fn value_as_text(&self) -> Option<String> {
        // No rule gives one without its tenth.
        self.value.map(|tenths| format!("{}.{}", tenths / 10, tenths % 10))
    }
}
