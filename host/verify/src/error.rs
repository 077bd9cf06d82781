//! Why nothing can be verified, which says nothing about what was to be.

use assay_receipt::bundle::BundleError;

use crate::pins::UnusableKept;

/// Why nothing can be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The file is no bundle.
    #[error("it is no bundle")]
    Bundle(#[from] BundleError),
    /// A file that was to be compared with the bundle is no such thing.
    #[error(transparent)]
    Kept(#[from] UnusableKept),
    /// The bundle has no receipt and no document.
    #[error("the bundle holds no receipt and no invoice")]
    Empty,
    /// It would take for ever.
    #[error("it has {found} {what}, and at most {most} are verified at once: ask for several bundles")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// This machine cannot do it.
    #[error("this machine cannot execute rules: {0}")]
    Host(String),
}
