//! One question, measured.
#![expect(clippy::disallowed_methods, reason = "how long an evaluation takes is measured in wall time")]

use std::time::{Duration, Instant};

use assay_domain::fault::Fault;

use super::Load;
use crate::fixtures::Stage;

/// Evaluations that are timed at least and at most; the one in the middle counts.
const ROUNDS: (usize, usize) = (3, 200);
/// How long is spent on one question, unless the fewest rounds take longer.
const PATIENCE: Duration = Duration::from_millis(100);

/// What a question costs. Fuel and memory are the same on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Instructions of the call.
    pub(crate) fuel: u64,
    /// Bytes of linear memory.
    pub(crate) memory_bytes: usize,
    /// Time of a fresh instance and the call, on this machine, in microseconds.
    pub(crate) micros: u64,
}

/// Asks again and again.
pub(crate) fn measure(stage: &Stage<'_>, load: &Load) -> Result<Cost, Fault> {
    let question = stage.question(load.opened_at, &load.events, load.as_of);
    let evaluated = stage.rule.evaluate(&question)?;
    let (started, mut taken) = (Instant::now(), Vec::new());
    while taken.len() < ROUNDS.0 || (taken.len() < ROUNDS.1 && started.elapsed() < PATIENCE) {
        let begun = Instant::now();
        stage.rule.evaluate(&question)?;
        taken.push(begun.elapsed());
    }
    taken.sort_unstable();
    let middle = taken.get(taken.len() / 2).copied().unwrap_or_default();
    let micros = u64::try_from(middle.as_micros()).unwrap_or(u64::MAX);
    Ok(Cost { fuel: evaluated.fuel, memory_bytes: evaluated.memory_bytes, micros })
}
