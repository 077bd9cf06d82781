//! The two errors an author meets.

use std::{error::Error, fmt};

/// The rule says that it cannot judge: the interaction becomes `indeterminate` with this message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError(String);

/// A text that is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseError {
    expected: &'static str,
}

impl RuleError {
    /// From its message, which people read.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// The message.
    pub fn into_message(self) -> String {
        self.0
    }
}

impl ParseError {
    pub(crate) const fn new(expected: &'static str) -> Self {
        Self { expected }
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

impl Error for RuleError {}
impl Error for ParseError {}

impl From<String> for RuleError {
    fn from(message: String) -> Self {
        Self(message)
    }
}

impl From<&str> for RuleError {
    fn from(message: &str) -> Self {
        Self(message.to_owned())
    }
}

impl From<ParseError> for RuleError {
    fn from(error: ParseError) -> Self {
        Self(error.to_string())
    }
}
