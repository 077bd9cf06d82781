//! What a check found, with the place to go to.

use std::fmt;

use anyhow::{Result, bail};

/// A rule of this project that a file breaks.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// Path from the workspace's root.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl Finding {
    /// A finding at a line.
    pub fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Prints the findings; an error if there are any.
pub fn report(findings: &[Finding]) -> Result<()> {
    for finding in findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => bail!("1 finding, listed above"),
        count => bail!("{count} findings, listed above"),
    }
}
