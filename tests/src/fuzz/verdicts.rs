//! The host's check of a verdict without WebAssembly: it believes what is lawful and nothing else.

use assay_domain::verdict::{VerdictContext, VerdictLimits};

use super::{
    Engines, Random, Tally,
    ask::time,
    law::{Asking, Told},
    told,
};

/// Verdicts of a case.
const VERDICTS: usize = 1_000;

/// Checks many verdicts of one rule about one question.
pub(super) fn run(seed: u64, _engines: &Engines, tally: &mut Tally) -> Result<(), String> {
    let mut random = Random::new(seed);
    let asking = told::asking(&mut random);
    let manifest = asking.manifest();
    let context = VerdictContext {
        manifest: &manifest,
        opened_at: time(asking.opened_at),
        events: asking.events as usize,
        as_of: time(asking.as_of),
        limits: VerdictLimits::default(),
    };
    (0..VERDICTS).try_for_each(|_| {
        tally.count(check(&told::told(&mut random, &asking), &asking, &context)?);
        Ok(())
    })
}

fn check(told: &Told, asking: &Asking, context: &VerdictContext<'_>) -> Result<&'static str, String> {
    let broken = asking.broken(told);
    let Some(verdict) = told.verdict() else {
        return if broken.is_empty() { Err(format!("{told:?} is lawful, and no verdict of {asking:?}")) } else { Ok("no verdict") };
    };
    match verdict.check(context) {
        Ok(()) if broken.is_empty() => Ok("lawful"),
        Err(fault) if broken.contains(&fault.code) => Ok(fault.code.code()),
        found => Err(format!("{told:?} should end in one of {broken:?}, not in {found:?}, for {asking:?}")),
    }
}
