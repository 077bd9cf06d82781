//! Seeded fuzzing of the sandbox, in this process: random components, random answers and random declarations, each against what must
//! hold of it.
//!
//! A case is a target and a seed, and the same on every machine. What breaks a law is a [`Finding`], and so is a panic; a case that never
//! ends or takes the process with it is named by whoever runs it. `tests/it/sandbox/fuzz.rs` runs the same few cases each time,
//! `cargo xtask bench fuzz` goes on with new ones.
//!
//! To add a target: a file with a function of the type [`Target`], its line in [`TARGETS`], and a test of a slice of it that names what
//! must become of some of its cases.

mod answers;
mod ask;
mod declared;
mod generate;
mod law;
mod manifests;
mod mutate;
mod random;
mod sections;
mod statements;
mod templates;
mod told;
mod verdicts;

use std::{
    any::Any,
    collections::BTreeMap,
    fmt,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};

use assay_domain::time::Duration;
use assay_runtime::{Allocation, Engine, Limits, Rule};

pub use self::random::Random;
use crate::hostile::Hostile;

/// Tries the case of a seed, and counts what became of it. An error is what was found.
pub type Target = fn(u64, &Engines, &mut Tally) -> Result<(), String>;

/// Every target, by its name.
pub const TARGETS: [(&str, Target); 5] = [
    ("mutate", mutate::run),
    ("generate", generate::run),
    ("answers", answers::run),
    ("verdicts", verdicts::run),
    ("manifests", manifests::run),
];

/// What cases are tried on.
pub struct Engines {
    /// Compiles in this process and takes instances from a pool.
    pub engine: Engine,
    /// Takes the memory of each instance from the system.
    pub other: Engine,
    lawful: Rule,
}

impl Engines {
    /// Both engines, and a lawful rule whose answer shows that the first is unharmed. Little fuel, so that what never ends ends soon;
    /// more time than any case takes, so that only fuel ends it.
    pub fn start() -> Self {
        let limits = Limits {
            evaluation_fuel_max: 1_000_000,
            instantiation_fuel_max: 1_000_000,
            wall_time_max: Duration::seconds(60),
            instances_max: 16,
            ..Limits::default()
        };
        let engine = Engine::new(limits).expect("an engine");
        let other = engine.with_allocation(Allocation::OnDemand).expect("another engine");
        let lawful = engine.admit(&Hostile::unexamined().build()).expect("a lawful rule");
        Self { engine, other, lawful }
    }

    fn unharmed(&self) -> bool {
        ask::ask(&self.lawful, 0).is_ok_and(|evaluated| evaluated.answer.pending() == Some(None))
    }
}

/// How many cases became what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<&'static str, u64>);

impl Tally {
    /// Counts one more.
    pub fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    /// How many became this.
    pub fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or_default()
    }

    /// What became of any case.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.keys().copied()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts: Vec<String> = self.0.iter().map(|(what, count)| format!("{what} {count}")).collect();
        f.write_str(&counts.join(", "))
    }
}

/// A case in which something does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whose.
    pub target: &'static str,
    /// Which.
    pub seed: u64,
    /// What.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { target, seed, what } = self;
        write!(f, "{target}, seed {seed}: {what}\nto repeat it: cargo xtask bench fuzz --target {target} --seed {seed} --minutes 0")
    }
}

/// The target of a name, and the name.
pub fn target(name: &str) -> Option<(&'static str, Target)> {
    TARGETS.into_iter().find(|(known, _)| *known == name)
}

/// Tries one case. Neither a panic nor a lawful rule that no longer gets its answer goes unnoticed.
pub fn attempt((name, run): (&'static str, Target), seed: u64, engines: &Engines, tally: &mut Tally) -> Result<(), Finding> {
    let what = match catch_unwind(AssertUnwindSafe(|| run(seed, engines, tally))) {
        Ok(Ok(())) if engines.unharmed() => return Ok(()),
        Ok(Ok(())) => "a lawful rule no longer gets its answer".to_owned(),
        Ok(Err(what)) => what,
        Err(panic) => format!("a panic: {}", words(&*panic)),
    };
    Err(Finding { target: name, seed, what })
}

/// Tries the cases of a range of seeds, up to the first finding.
pub fn slice(name: &str, seeds: Range<u64>, engines: &Engines) -> Result<Tally, Finding> {
    let target = target(name).unwrap_or_else(|| panic!("there is no target {name:?}"));
    let mut tally = Tally::default();
    for seed in seeds {
        attempt(target, seed, engines, &mut tally)?;
    }
    Ok(tally)
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}
