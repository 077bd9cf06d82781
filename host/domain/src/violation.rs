//! What is wrong with an input, where, and what to do about it.

use std::fmt;

/// One thing wrong with one field of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field, in the sender's own terms: `time`, `parameters.window`.
    pub field: String,
    /// What was found.
    pub problem: String,
    /// What to send instead.
    pub remedy: String,
}

impl Violation {
    /// Names a field, what is wrong with it and how to mend it.
    pub fn new(field: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.field, self.problem, self.remedy)
    }
}

impl std::error::Error for Violation {}
