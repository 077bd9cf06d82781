//! The laws, asked about one timeline.

use std::fmt;

use assay_domain::{
    time::{Duration, Timestamp},
    timeline::Timeline,
    verdict::Answer,
};

use super::material::{Drawn, timeline, unread};
use crate::fixtures::{Stage, Told};

/// How long after a decision the same timeline is asked about again, as of fixtures.
const LATER: [Duration; 3] = [Duration::seconds(1), Duration::days(1), Duration::days(1_000)];

/// What every rule keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Law {
    /// It answers, and with a verdict that the host believes.
    Answers,
    /// An event that it does not read changes nothing.
    Unread,
    /// A success or failure stays when the same timeline is asked about again later.
    Decided,
    /// What is pending stays so until the time that it names, or for ever.
    Pending,
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answers => "every timeline gets a verdict that a host believes",
            Self::Unread => "an event that the rule does not read changes nothing",
            Self::Decided => "a decided verdict stays when the same events are asked about again later",
            Self::Pending => "a pending verdict stays as it is until the time that it names",
        })
    }
}

/// A law that is broken, and how.
pub(super) struct Breach {
    pub(super) law: Law,
    /// What was asked first, and what came of it.
    pub(super) first: (Timestamp, Told),
    /// What was asked then about the same events, and what came of it.
    pub(super) then: Option<(Timestamp, Told)>,
}

/// The times of asking that are worth trying: those of events, and each step after one, up to the next event.
pub(super) fn moments(events: &[Drawn], steps: &[Duration]) -> Vec<Timestamp> {
    let mut times: Vec<Timestamp> = events.iter().map(|event| event.at).collect();
    times.dedup();
    let next = times.iter().skip(1).copied().map(Some).chain([None]);
    let mut moments = Vec::new();
    for (at, next) in times.iter().copied().zip(next) {
        let after = steps.iter().map(|step| at.plus(*step)).filter(|later| *later > at && next.is_none_or(|next| *later < next));
        moments.push(at);
        moments.extend(after);
    }
    moments
}

/// The first law that is broken as of a time.
pub(super) fn breach(stage: &Stage<'_>, events: &[Drawn], at: Timestamp) -> Option<Breach> {
    let facts = timeline(events);
    let asked = stage.ask(&facts, at);
    let told = |later: Timestamp, facts: &Timeline| Told::of(stage, facts, &stage.ask_later(facts, at, later)).without_words();
    let found = Told::of(stage, &facts, &asked).without_words();
    let broken = |law, then| Some(Breach { law, first: (at, found.clone()), then });
    let answer = match &asked.found {
        Ok(answer) => answer,
        // What the machine lacks says nothing about the rule.
        Err(fault) if !fault.code.is_deterministic() => return None,
        Err(_) => return broken(Law::Answers, None),
    };
    let more = told(at, &timeline(&with_unread(events, at)));
    if more != found {
        return broken(Law::Unread, Some((at, more)));
    }
    let (law, later) = again(answer, at)?;
    let changed = later.into_iter().map(|later| (later, told(later, &facts))).find(|(_, again)| *again != found);
    changed.and_then(|then| broken(law, Some(then)))
}

/// When to ask again about the same events, and the law by which the answer must be the same.
fn again(answer: &Answer, at: Timestamp) -> Option<(Law, Vec<Timestamp>)> {
    let later = || LATER.iter().map(|wait| at.plus(*wait)).collect();
    let Answer::Verdict(verdict) = answer else { return None };
    match verdict.decision.name() {
        "success" | "failure" => Some((Law::Decided, later())),
        "pending" => Some((Law::Pending, answer.pending().flatten().map_or_else(later, |wake| before(at, wake)))),
        _ => None,
    }
}

/// Two times between asking and waking: the middle, and the last moment.
fn before(at: Timestamp, wake: Timestamp) -> Vec<Timestamp> {
    let half = wake.since(at).micros() / 2;
    let times = [at.micros().saturating_add(half), wake.micros().saturating_sub(1)];
    times.into_iter().filter_map(Timestamp::from_micros).filter(|time| *time > at).collect()
}

/// The same with one more event, which the rule does not read.
fn with_unread(events: &[Drawn], at: Timestamp) -> Vec<Drawn> {
    let mut more = events.to_vec();
    let place = more.partition_point(|event| event.at <= at);
    let time = place.checked_sub(1).and_then(|last| more.get(last)).map_or(at, |last| last.at);
    more.insert(place, unread(time));
    more
}
