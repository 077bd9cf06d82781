//! What can go wrong with a use case.

use std::sync::Arc;

use assay_domain::{canon::Digest, definition::ActivationError, violation::Violation};
use assay_rating::RatingError;
use assay_runtime::{EngineError, Refusal};
use assay_store::StoreError;

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Something in the request is wrong, and the sender can mend it.
    #[error(transparent)]
    Invalid(#[from] Violation),
    /// What the request names is not there.
    #[error("there is no {what} {name:?}; {remedy}")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// How to find or make one.
        remedy: String,
    },
    /// What is there does not allow it.
    #[error("{problem}; {remedy}")]
    Conflict {
        /// What stands in the way.
        problem: String,
        /// What to do.
        remedy: String,
    },
    /// An idempotency key was used for another request before.
    #[error("the idempotency key {key:?} was used for another request; use a new key for each request")]
    KeyReused {
        /// Which.
        key: String,
    },
    /// A transaction that several requests shared did not happen.
    #[error("nothing was recorded")]
    NotRecorded(#[source] Arc<AppError>),
    /// The service is shutting down.
    #[error("the service is shutting down; nothing was done")]
    Stopped,
    /// A component did not pass admission.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A version cannot be activated like that.
    #[error(transparent)]
    Activation(#[from] ActivationError),
    /// A bill cannot be computed exactly.
    #[error("the bill of customer {customer} for {period} cannot be computed exactly")]
    Rating {
        /// Whose.
        customer: String,
        /// Of when.
        period: String,
        /// Why.
        #[source]
        source: RatingError,
    },
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The sandbox cannot start.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The engine of this process does not give the verdicts that were recorded, so it may not judge.
    #[error(
        "infra.engine-mismatch: this engine judges recorded evaluations differently ({differences} of the latest, the first {example}); \
         go back to the version of assay that recorded them, and report the difference"
    )]
    EngineHeld {
        /// The engine's fingerprint.
        fingerprint: Digest,
        /// How many differ, of the latest of every version.
        differences: u64,
        /// One of them, and what differs.
        example: String,
    },
    /// What was asked for cannot be written.
    #[error("the output cannot be written")]
    Write(#[source] std::io::Error),
    /// The evaluator threads cannot start or have gone.
    #[error("the evaluator threads are not running")]
    Evaluators(#[source] std::io::Error),
}

impl AppError {
    pub(crate) fn not_found(what: &'static str, name: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::NotFound { what, name: name.into(), remedy: remedy.into() }
    }

    pub(crate) fn conflict(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Conflict { problem: problem.into(), remedy: remedy.into() }
    }
}

pub(crate) type Result<T, E = AppError> = std::result::Result<T, E>;
