//! What is asked of a back-test.

use assay_domain::{
    time::{Duration, Limit, Timestamp},
    violation::Violation,
};
use assay_store::{StoreError, backtests::BacktestRow};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::proportion::Proportion;
use crate::error::{AppError, Result};

/// A candidate for a definition, and what to judge it over.
#[derive(Debug, Clone)]
pub struct BacktestRequest {
    /// The definition's slug.
    pub definition: String,
    /// What to judge by in the place of the version in force.
    pub candidate: Candidate,
    /// Which interactions, by their opening.
    pub window: Window,
    /// What people say of interactions: subjects, and whether each is a success.
    pub labels: Vec<(String, bool)>,
    /// What it must keep to.
    pub thresholds: Thresholds,
    /// Whether it is about what comes in from now on, in the place of what is recorded.
    pub is_shadow: bool,
}

/// What to judge by in the place of the version in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Candidate {
    /// A version of the definition that is written down, by its number.
    Version(u32),
    /// The version in force with something changed; it is written down nowhere.
    Changed(Changes),
}

/// What is changed of the version in force; what is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// The rule: its name, id or digest.
    pub rule: Option<String>,
    /// Parameters by name.
    pub parameters: Vec<(String, String)>,
    /// How long after opening an interaction has failed.
    pub deadline: Option<Limit>,
    /// How long after success the outcome stays provisional.
    pub settles_after: Option<Duration>,
    /// How long after success later facts may still reverse it.
    pub reversible_for: Option<Limit>,
}

/// Interactions by when they opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Window {
    /// Not before this.
    pub from: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
}

impl Window {
    /// Whether a time lies in it.
    pub(super) fn holds(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    pub(super) fn check(&self) -> Result<(), Violation> {
        match (self.from, self.until) {
            (Some(from), Some(until)) if until <= from => {
                Err(Violation::new("until", format!("it is not after {from}"), "give a later time, or none"))
            }
            _ => Ok(()),
        }
    }
}

/// What a candidate must keep to; what is absent it need not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Thresholds {
    /// No bill of a customer for a period moves by more than this part of it.
    pub max_bill_change: Option<Proportion>,
    /// Nothing faults that does not fault under the version in force.
    pub no_new_faults: bool,
    /// Of the successes at least so many are labelled as such.
    pub min_precision: Option<Proportion>,
    /// Of those labelled as successes at least so many are.
    pub min_recall: Option<Proportion>,
}

impl Thresholds {
    /// Refuses what needs labels where there are none.
    pub(super) fn check(&self, has_labels: bool) -> Result<(), Violation> {
        let labelled = [("min-precision", self.min_precision), ("min-recall", self.min_recall)];
        match labelled.into_iter().find(|(_, least)| least.is_some() && !has_labels) {
            Some((field, _)) => Err(Violation::new(field, "it needs labels, and none are given", "give labels too")),
            None => Ok(()),
        }
    }
}

/// What is kept of a request beside the candidate and the labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) window: Window,
    pub(super) thresholds: Thresholds,
}

impl Asked {
    pub(super) fn stored(self) -> Result<String> {
        serde_json::to_string(&self).map_err(|error| AppError::Write(error.into()))
    }

    pub(super) fn of(row: &BacktestRow) -> Result<Self> {
        read("request", &row.request)
    }
}

/// What was stored of a back-test as JSON.
pub(super) fn read<T: DeserializeOwned>(column: &'static str, text: &str) -> Result<T> {
    let corrupt = |_| StoreError::Corrupt { table: "backtests", column, value: text.to_owned() };
    Ok(serde_json::from_str(text).map_err(corrupt)?)
}
