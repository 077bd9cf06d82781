//! What is wrong with the conditions, where, and what to write instead.

/// A mistake in a parameter, for the person who set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// `conditions[1].none.where./score`
    path: String,
    problem: String,
    remedy: String,
}

impl Mistake {
    pub(crate) fn new(path: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { path: path.into(), problem: problem.into(), remedy: remedy.into() }
    }

    /// `conditions[0].within: "24h" is no length of time; write it like PT24H`
    pub(crate) fn into_words(self) -> String {
        [self.path.as_str(), ": ", &self.problem, "; ", &self.remedy].concat()
    }
}
