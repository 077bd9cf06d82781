//! Timelines to try the two laws of a rule on: all short ones, any number of longer ones, and all their beginnings.

use super::random::Random;
use crate::{
    time::{Duration, Timestamp},
    timeline::{Actor, Timeline},
};

/// Events of the longest timelines.
const EVENTS_MAX: usize = 4;
/// Events of the longest random ones.
const RANDOM_MAX: u64 = 12;
/// Times of asking reach so many waits past the epoch.
const ASKS: usize = 6;
const ACTORS: [Actor; 5] = [Actor::Unknown, Actor::Ai, Actor::Human, Actor::Customer, Actor::System];

/// Every timeline of up to four events out of `alphabet`, from the epoch on, each at the time of the one before or a `wait` later.
pub fn every_timeline<E: Clone>(alphabet: &[E], wait: Duration) -> Vec<Timeline<E>> {
    let epoch = Timestamp::from_micros(0);
    let mut all: Vec<Vec<(Timestamp, Actor, E)>> = vec![Vec::new()];
    let mut longest = all.clone();
    for _ in 0..EVENTS_MAX {
        let longer = |events: &Vec<(Timestamp, Actor, E)>| {
            let last = events.last().map_or(epoch, |(at, _, _)| *at);
            let next = |at: Timestamp, event: &E| [events.as_slice(), &[(at, Actor::Unknown, event.clone())]].concat();
            alphabet.iter().flat_map(|event| [next(last, event), next(last + wait, event)]).collect::<Vec<_>>()
        };
        longest = longest.iter().flat_map(longer).collect();
        all.extend(longest.iter().cloned());
    }
    all.into_iter().map(Timeline::new).collect()
}

/// Timelines without end, of up to twelve events out of `alphabet`, by anybody, each at the time of the one before or one of `waits` later.
/// A seed gives the same ones on every machine.
pub fn random_timelines<E: Clone>(alphabet: &[E], waits: &[Duration], seed: u64) -> impl Iterator<Item = Timeline<E>> {
    let mut random = Random::new(seed);
    std::iter::repeat_with(move || {
        let mut at = Timestamp::from_micros(0);
        let drawn = (0..random.below(RANDOM_MAX + 1)).filter_map(|_| {
            let wait = if random.once_in(2) { None } else { random.one_of(waits) };
            at = at + wait.copied().unwrap_or(Duration::ZERO);
            let actor = random.one_of(&ACTORS).copied().unwrap_or(Actor::Unknown);
            random.one_of(alphabet).map(|event| (at, actor, event.clone()))
        });
        Timeline::new(drawn.collect::<Vec<_>>())
    })
}

/// Every beginning of a timeline, with the times of asking, multiples of `wait`, from its last event up to the event that comes
/// next, which may be at that very time.
pub fn beginnings<E: Clone>(whole: &Timeline<E>, wait: Duration) -> Vec<(Timeline<E>, Timestamp)> {
    let times = || std::iter::successors(Some(Timestamp::from_micros(0)), |at| Some(*at + wait)).take(ASKS + 1);
    let mut all = Vec::new();
    for length in 0..=whole.events.len() {
        let mut known = whole.clone();
        let next = known.events.split_off(length).first().map(|fact| fact.at);
        let last = known.events.last().map(|fact| fact.at);
        let fitting = times().filter(|at| last.is_none_or(|last| last <= *at) && next.is_none_or(|next| *at <= next));
        all.extend(fitting.map(|at| (known.clone(), at)));
    }
    all
}
