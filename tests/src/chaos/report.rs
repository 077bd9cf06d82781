//! What came of a run.

use std::{any::Any, fmt};

use super::{
    check::Check,
    faults::{Fault, Tally},
    run::Plan,
};

/// A run that was lived through to its end.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was to happen.
    pub plan: Plan,
    /// How often each fault happened.
    pub tally: Tally,
    /// How much went on meanwhile.
    pub counts: Vec<(&'static str, i64)>,
    /// What must hold in the end.
    pub checks: Vec<Check>,
}

impl Report {
    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.found.is_ok())
    }

    /// How often a fault happened.
    pub fn times(&self, fault: Fault) -> u64 {
        self.tally.get(&fault).copied().unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| fault | times |\n|---|---|")?;
        for (fault, name) in Fault::ALL {
            writeln!(f, "| {name} | {} |", self.times(fault))?;
        }
        writeln!(f, "\n| meanwhile | |\n|---|---|")?;
        for (what, count) in &self.counts {
            writeln!(f, "| {what} | {count} |")?;
        }
        writeln!(f, "\n| check | |\n|---|---|")?;
        for Check { name, found } in &self.checks {
            let (word, said) = match found {
                Ok(said) => ("holds", said),
                Err(said) => ("FAILS", said),
            };
            writeln!(f, "| {name} | {word}: {said} |")?;
        }
        if self.holds() { Ok(()) } else { again(f, &self.plan) }
    }
}

/// What kept a run from its end.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What was to happen.
    pub plan: Plan,
    /// What happened.
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.what)?;
        again(f, &self.plan)
    }
}

fn again(f: &mut fmt::Formatter<'_>, plan: &Plan) -> fmt::Result {
    let Plan { seed, faults, .. } = plan;
    write!(f, "seed {seed} fails; the same faults again: cargo xtask chaos --faults {faults} --seed {seed}")
}

/// What a panic says.
pub(super) fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}
