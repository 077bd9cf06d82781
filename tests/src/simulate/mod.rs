//! Simulation: a seed drives the whole service, step by step, through months of simulated time. Events arrive late, twice, in conflict, out
//! of order and wrong; terms change; runs bill; rules fault and dawdle; the disk fails and the process dies at every commit. After every step
//! the database must hold what a naive model of the documentation says, and in the end what an undisturbed run of the same facts gives.
//!
//! Everything comes from the seed and nothing from the machine: no time, no chance, no order of threads. So a seed that fails fails again.
//! `tests/it/simulate.rs` runs the same few seeds each time, `cargo xtask simulate` as many as it is told to.
//!
//! To add a step: its row in the table of `steps`, a method of the world that does it and tells the model, and, if something new stands in the
//! database, what must hold of it in `checks`.

mod checks;
mod draw;
mod faults;
mod found;
mod model;
mod rules;
mod setup;
mod site;
mod steps;
mod tally;
mod undisturbed;
mod world;

use std::{
    any::Any,
    fmt,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};

pub use self::tally::Tally;
use self::world::{Trace, World};

/// A seed in which something is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Which.
    pub seed: u64,
    /// What differs.
    pub what: String,
    /// Every step up to there.
    pub trace: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, what, trace } = self;
        for line in trace {
            writeln!(f, "{line}")?;
        }
        let steps = trace.iter().filter(|line| !line.starts_with(' ')).count();
        writeln!(f, "seed {seed}, step {steps}: {what}\nto repeat it: cargo xtask simulate --seeds 1 --from {seed}")
    }
}

/// Lives through one seed. The same seed gives the same trace, always.
pub fn run(seed: u64) -> Result<(Tally, Vec<String>), Box<Failure>> {
    // Made outside of the runtime that it needs one of its own for.
    site::equipped();
    let trace = Trace::default();
    let lived = catch_unwind(AssertUnwindSafe(|| site::runtime().block_on(World::live(seed, trace.clone()))));
    let what = match lived {
        Ok(Ok(tally)) => return Ok((tally, trace.lines())),
        Ok(Err(what)) => what,
        Err(panic) => format!("a panic: {}", words(&*panic)),
    };
    Err(Box::new(Failure { seed, what, trace: trace.lines() }))
}

/// Lives through the seeds of a range, up to the first failure.
pub fn slice(seeds: Range<u64>) -> Result<Tally, Box<Failure>> {
    let mut tally = Tally::default();
    for seed in seeds {
        tally.add(run(seed)?.0);
    }
    Ok(tally)
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}
