//! The laws, asked about one timeline.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::{
    super::{
        Answer, LATER,
        fixture::{Fixture, Recorded},
        stage::Stage,
    },
    material::UNREAD,
};
use crate::{
    bindings::wire::Actor,
    rule::Rule,
    time::{Duration, Timestamp},
};

/// What every rule keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Law {
    /// It answers, and with a verdict that a host believes.
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
    pub(super) first: (Timestamp, Answer),
    /// What was asked then about the same events, and what came of it.
    pub(super) then: Option<(Timestamp, Answer)>,
}

/// The times of asking that are worth trying: those of events, and each step after one, up to the next event.
pub(super) fn moments(fixture: &Fixture, steps: &[Duration]) -> Vec<Timestamp> {
    let mut times: Vec<Timestamp> = fixture.events.iter().map(|event| event.at).collect();
    times.dedup();
    let next = times.iter().skip(1).copied().map(Some).chain([None]);
    let mut moments = Vec::new();
    for (at, next) in times.iter().copied().zip(next) {
        let after = steps.iter().map(|step| at + *step).filter(|later| *later > at && next.is_none_or(|next| *later < next));
        moments.push(at);
        moments.extend(after);
    }
    moments
}

/// The first law that is broken as of a time.
pub(super) fn breach<R: Rule>(stage: &Stage<R>, fixture: &Fixture, at: Timestamp) -> Option<Breach> {
    let found = answer(stage, fixture, at, at);
    let broken = |law, then| Some(Breach { law, first: (at, found.clone()), then });
    if is_fault(&found) {
        return broken(Law::Answers, None);
    }
    let more = answer(stage, &with_unread(fixture, at), at, at);
    if more != found {
        return broken(Law::Unread, Some((at, more)));
    }
    let (law, later) = again(&found, at)?;
    let changed = later.into_iter().map(|later| (later, answer(stage, fixture, at, later))).find(|(_, again)| *again != found);
    changed.and_then(|then| broken(law, Some(then)))
}

/// When to ask again about the same events, and the law by which the answer must be the same.
fn again(found: &Answer, at: Timestamp) -> Option<(Law, Vec<Timestamp>)> {
    let later = || LATER.iter().map(|wait| at + *wait).collect();
    match (found.get("decision")?.as_str(), found.get("wake").map(String::as_str)) {
        ("success" | "failure", _) => Some((Law::Decided, later())),
        ("pending", Some("none")) => Some((Law::Pending, later())),
        ("pending", Some(wake)) => {
            let wake: Timestamp = wake.parse().ok()?;
            let half = Duration::from_micros((wake - at).as_micros() / 2);
            let before = [at + half, wake - Duration::from_micros(1)];
            Some((Law::Pending, before.into_iter().filter(|time| *time > at).collect()))
        }
        _ => None,
    }
}

fn is_fault(answer: &Answer) -> bool {
    answer.get("decision").is_some_and(|decision| decision == PANIC || decision.starts_with("a host refuses it"))
}

const PANIC: &str = "a panic";

/// What the rule says as of a time about the events up to `known`.
fn answer<R: Rule>(stage: &Stage<R>, fixture: &Fixture, known: Timestamp, as_of: Timestamp) -> Answer {
    let asked = catch_unwind(AssertUnwindSafe(|| stage.answer(fixture, known, as_of)));
    asked.unwrap_or_else(|_| Answer::from([("decision", PANIC.to_owned())]))
}

/// The same with one more event, which the rule does not read.
fn with_unread(fixture: &Fixture, at: Timestamp) -> Fixture {
    let mut more = fixture.clone();
    let place = more.events.partition_point(|event| event.at <= at);
    let time = place.checked_sub(1).and_then(|last| more.events.get(last)).map_or(at, |last| last.at);
    let data = toml::Value::Table(toml::Table::new());
    more.events.insert(place, Recorded::made_up(UNREAD.into(), time, Actor::Unknown, data));
    more
}
