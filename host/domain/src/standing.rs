//! The standing verdict: what facts, terms and a time of asking amount to, whatever order the facts arrived in.

use crate::{
    definition::Timing,
    time::{Duration, Timestamp},
    verdict::Answer,
};

/// What stands for an interaction under one definition version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The answer that stands.
    pub answer: Answer,
    /// The time it was asked as of.
    pub asked_at: Timestamp,
    /// How many of the read events it was asked about; later ones came after the horizon.
    pub events: usize,
    /// What holds it still, if anything.
    pub seal: Option<Seal>,
    /// How often the rule was asked.
    pub asks: u32,
}

/// What makes a standing verdict stand for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// Its horizon for reversal passed before the next event.
    Horizon,
    /// Its deadline passed; the answer stands with its own reason.
    Deadline,
    /// Its deadline passed while it was pending or lost: it has failed with the reason `deadline`.
    Expired,
}

/// The shortest time until a rule that asks to be woken again and again about the same input is asked again.
pub const WAKE_MIN: Duration = Duration::seconds(60);
/// How often a rule may have itself asked about the same input.
pub const WAKES_MAX: u32 = 1_000;

/// The terms and the facts' times that a standing verdict depends on.
#[derive(Debug, Clone, Copy)]
pub struct Walk<'a> {
    /// When the interaction opened.
    pub opened_at: Timestamp,
    /// The times of the read events, in order, all of them by `as_of`; not empty.
    pub times: &'a [Timestamp],
    /// The timing policy.
    pub timing: &'a Timing,
    /// The time of asking.
    pub as_of: Timestamp,
}

impl Walk<'_> {
    /// Walks the event times and the deadline in order. `ask(n, t)` asks the rule about the first `n` events as of `t`; its
    /// error (a fault) ends the walk without a verdict.
    pub fn standing<E>(&self, mut ask: impl FnMut(usize, Timestamp) -> Result<Answer, E>) -> Result<Standing, E> {
        let mut asks = 0;
        let mut ask = |events: usize, at: Timestamp| {
            asks += 1;
            ask(events, at).map(|answer| Standing { answer, asked_at: at, events, seal: None, asks })
        };
        let deadline = self.timing.deadline.after(self.opened_at);
        let earliest_horizon = self.timing.reversible_for.after(self.opened_at);
        let mut last = None;
        for at in self.steps(deadline, earliest_horizon) {
            let before = self.times.partition_point(|time| *time < at);
            let until = self.times.partition_point(|time| *time <= at);
            let may_be_sealed = before > 0 && until > before && earliest_horizon.is_some_and(|horizon| horizon < at);
            if may_be_sealed {
                let standing = ask(before, at)?;
                let horizon = standing.answer.success().and_then(|success| self.timing.reversible_for.after(success.at));
                if horizon.is_some_and(|horizon| horizon < at) {
                    return Ok(Standing { seal: Some(Seal::Horizon), ..standing });
                }
            }
            if deadline.is_some_and(|deadline| at >= deadline) {
                let standing = ask(until, at)?;
                if standing.answer.success().is_none() {
                    let seal = if standing.answer.pending().is_some() { Seal::Expired } else { Seal::Deadline };
                    return Ok(Standing { seal: Some(seal), ..standing });
                }
                last = Some(standing);
            }
        }
        // Past the deadline only a success gets here, and time alone does not change what is decided.
        match last {
            Some(standing) => Ok(standing),
            None => ask(self.times.len(), self.as_of),
        }
    }

    /// The event times and the deadline, in order, up to the time of asking; only those at which a seal is possible.
    fn steps(&self, deadline: Option<Timestamp>, earliest_horizon: Option<Timestamp>) -> Vec<Timestamp> {
        let first = [deadline, earliest_horizon].into_iter().flatten().min();
        let Some(first) = first.filter(|first| *first <= self.as_of) else {
            return Vec::new();
        };
        let mut steps: Vec<_> = self.times.iter().copied().filter(|time| *time >= first).collect();
        steps.extend(deadline.filter(|deadline| *deadline <= self.as_of));
        steps.sort_unstable();
        steps.dedup();
        steps
    }
}

impl Standing {
    /// When to ask again although no new fact has come: the rule's wake, at the latest the deadline. `wakes` is how often it was
    /// asked about the same input before: the first wake is kept to the microsecond, later ones are at least [`WAKE_MIN`] away,
    /// and after [`WAKES_MAX`] only the deadline is left.
    pub fn due(&self, walk: &Walk<'_>, wakes: u32) -> Option<Timestamp> {
        let wake = match (self.seal, self.answer.pending()) {
            (None, Some(wake)) if wakes == 0 => wake,
            (None, Some(wake)) => wake.filter(|_| wakes < WAKES_MAX).map(|wake| wake.max(walk.as_of.plus(WAKE_MIN))),
            _ => return None,
        };
        [wake, walk.timing.deadline.after(walk.opened_at)].into_iter().flatten().min()
    }
}
