//! What a process does of the service, where several share it.

use assay_app::Loops;

/// A share of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles {
    /// Answers the API.
    pub ingest: bool,
    /// Judges what comes in, and audits what was judged.
    pub evaluate: bool,
    /// Carries billing runs.
    pub bill: bool,
    /// Shows the console.
    pub console: bool,
}

impl Roles {
    /// All of it.
    pub const ALL: Self = Self { ingest: true, evaluate: true, bill: true, console: true };
    /// What others ask for.
    pub const ANSWERING: Self = Self { ingest: true, console: true, ..Self::NONE };
    /// What is done by itself.
    pub const WORKING: Self = Self { evaluate: true, bill: true, ..Self::NONE };
    /// None of it.
    pub const NONE: Self = Self { ingest: false, evaluate: false, bill: false, console: false };

    /// What it works on by itself, if on anything.
    pub fn loops(self) -> Option<Loops> {
        let Self { evaluate, bill, .. } = self;
        (evaluate || bill).then_some(Loops { evaluate, bill })
    }
}
