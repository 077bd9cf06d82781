//! The standing verdict against a slow transcription of its definition.

use std::collections::BTreeSet;

use assay_domain::{
    definition::Timing,
    outcome::OutcomeState,
    standing::{Seal, Standing, Walk},
    time::{Duration, Limit, Timestamp},
    verdict::{Answer, Decision},
};
use proptest::{collection::vec, prelude::*, sample::select};

use super::rules::{Event, Rule, rule};

const OPENED: Timestamp = Timestamp::EPOCH;

/// What stands, however it was found.
#[derive(Debug, Clone, PartialEq)]
struct Stands {
    answer: Answer,
    state: OutcomeState,
    events: usize,
    /// What holds it still, and from when on.
    seal: Option<(Seal, Timestamp)>,
}

impl Stands {
    fn of(standing: Standing, timing: &Timing, as_of: Timestamp) -> Self {
        let state = OutcomeState::of(&standing, timing, as_of);
        let Standing { answer, asked_at, events, seal, .. } = standing;
        Self { answer, state, events, seal: seal.map(|seal| (seal, asked_at)) }
    }
}

fn micros(limit: Limit) -> Option<i64> {
    match limit {
        Limit::Limited(length) => Some(length.micros()),
        Limit::Unlimited => None,
    }
}

fn known(events: &[Event], as_of: Timestamp) -> Vec<Event> {
    events.iter().copied().filter(|(at, _)| *at <= as_of).collect()
}

/// Where an answer that holds stands: a success is provisional until it settles, everything else stands as it was decided.
fn state(answer: &Answer, timing: &Timing, as_of: Timestamp) -> OutcomeState {
    let Answer::Verdict(verdict) = answer else { return OutcomeState::Indeterminate };
    match &verdict.decision {
        Decision::Success(success) if as_of.micros() < success.at.micros() + timing.settles_after.micros() => OutcomeState::Provisional,
        Decision::Success(_) => OutcomeState::Final,
        Decision::Failure => OutcomeState::Failed,
        Decision::Pending(_) => OutcomeState::Open,
        Decision::Indeterminate => OutcomeState::Indeterminate,
        Decision::NotEligible => OutcomeState::NotEligible,
    }
}

/// Every distinct event time and the deadline, in order, up to the time of asking; both seals at each.
fn transcribed(rule: &Rule, events: &[Event], timing: &Timing, as_of: Timestamp) -> Stands {
    let events = known(events, as_of);
    let deadline = micros(timing.deadline).map(|length| OPENED.micros() + length);
    let mut steps: BTreeSet<i64> = events.iter().map(|(at, _)| at.micros()).collect();
    steps.extend(deadline.filter(|deadline| *deadline <= as_of.micros()));
    let sealed = |answer: Answer, events: usize, seal: Seal, t: Timestamp| {
        let state = if seal == Seal::Expired { OutcomeState::Failed } else { state(&answer, timing, as_of) };
        Stands { answer, state, events, seal: Some((seal, t)) }
    };
    for step in steps {
        let t = Timestamp::from_micros(step).unwrap();
        let before: Vec<Event> = events.iter().copied().filter(|(at, _)| *at < t).collect();
        let is_event = events.iter().any(|(at, _)| *at == t);
        // The horizon, at an event and before it.
        if is_event && !before.is_empty() {
            let answer = rule(&before, t);
            let horizon = answer.success().zip(micros(timing.reversible_for)).map(|(success, length)| success.at.micros() + length);
            if horizon.is_some_and(|horizon| horizon < step) {
                return sealed(answer, before.len(), Seal::Horizon, t);
            }
        }
        // The deadline, and every event from then on.
        if deadline.is_some_and(|deadline| deadline <= step) {
            let until = known(&events, t);
            let answer = rule(&until, t);
            match (answer.success(), answer.pending()) {
                (Some(_), _) => {}
                (None, Some(_)) => return sealed(answer, until.len(), Seal::Expired, t),
                (None, None) => return sealed(answer, until.len(), Seal::Deadline, t),
            }
        }
    }
    let answer = rule(&events, as_of);
    Stands { state: state(&answer, timing, as_of), answer, events: events.len(), seal: None }
}

fn judged(rule: &Rule, events: &[Event], timing: &Timing, as_of: Timestamp) -> Standing {
    let known = known(events, as_of);
    let times: Vec<Timestamp> = known.iter().map(|(at, _)| *at).collect();
    let walk = Walk { opened_at: OPENED, times: &times, timing, as_of };
    walk.standing(|n, at| Ok::<_, ()>(rule(&known[..n], at))).unwrap()
}

fn day(day: i64) -> Duration {
    Duration::from_micros(day * Duration::days(1).micros()).unwrap()
}

fn limit(most: i64) -> impl Strategy<Value = Limit> {
    prop_oneof![1 => Just(Limit::Unlimited), 4 => (0..most).prop_map(|length| Limit::Limited(day(length)))]
}

fn rule_name() -> impl Strategy<Value = &'static str> {
    select(vec!["says", "stays:0", "stays:3", "quiet:2", "first:4"])
}

/// A history, a timing, and a time of asking from the first read event on; that one may come after the deadline.
fn case() -> impl Strategy<Value = (Vec<Event>, Timing, Timestamp)> {
    let letter = select(vec!['R', 'R', 'R', 'O', 'O', 'F', 'N', 'I', 'E', '.']);
    let events = vec((0..20i64, select(vec![0, 0, 0, 1, -1]), letter), 1..7);
    (events, limit(16), 0..6i64, limit(12), 0..30i64).prop_map(|(events, deadline, settles_after, reversible_for, as_of)| {
        let moment = |days: i64, micros: i64| OPENED.plus(day(days)).plus(Duration::from_micros(micros).unwrap()).max(OPENED);
        let mut events: Vec<Event> = events.into_iter().map(|(days, micros, letter)| (moment(days, micros), letter)).collect();
        events.sort_by_key(|(at, _)| *at);
        let as_of = OPENED.plus(day(as_of)).max(events[0].0);
        (events, Timing { deadline, settles_after: day(settles_after), reversible_for }, as_of)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_walk_finds_what_its_definition_says(name in rule_name(), (events, timing, as_of) in case()) {
        let rule = rule(name);
        let standing = judged(&rule, &events, &timing, as_of);
        prop_assert!(standing.asked_at <= as_of);
        prop_assert_eq!(Stands::of(standing, &timing, as_of), transcribed(&rule, &events, &timing, as_of));
    }

    #[test]
    fn what_is_sealed_stands_for_ever(name in rule_name(), (events, timing, as_of) in case(), later in 0..40i64) {
        let rule = rule(name);
        let sealed = judged(&rule, &events, &timing, as_of);
        prop_assume!(sealed.seal.is_some());
        let later = sealed.asked_at.plus(day(later));
        prop_assert_eq!(judged(&rule, &events, &timing, later), sealed);
    }

    /// Without new facts, what stands changes only when it is due: at a wake, at the deadline, or when the holdback is over.
    #[test]
    fn what_stands_stands_until_it_is_due(name in rule_name(), (events, timing, as_of) in case(), later in 0..20i64) {
        let (rule, events) = (rule(name), known(&events, as_of));
        let times: Vec<Timestamp> = events.iter().map(|(at, _)| *at).collect();
        let standing = judged(&rule, &events, &timing, as_of);
        let settles = standing.answer.success().map(|success| success.at.plus(timing.settles_after)).filter(|at| as_of < *at);
        let due = standing.due(&Walk { opened_at: OPENED, times: &times, timing: &timing, as_of }, 0).or(settles);
        prop_assert!(due.is_none_or(|due| as_of < due));
        let later = as_of.plus(day(later));
        prop_assume!(due.is_none_or(|due| later < due));
        let (now, then) = (Stands::of(standing, &timing, as_of), Stands::of(judged(&rule, &events, &timing, later), &timing, later));
        prop_assert_eq!((now.answer, now.state, now.events), (then.answer, then.state, then.events));
    }

    #[test]
    fn the_usual_case_takes_one_question(name in rule_name(), (mut events, timing, as_of) in case()) {
        let limits = [timing.deadline.after(OPENED), timing.reversible_for.after(OPENED)];
        events.retain(|(at, _)| limits.iter().flatten().all(|limit| at <= limit));
        prop_assume!(!events.is_empty() && events[0].0 <= as_of);
        let standing = judged(&rule(name), &events, &timing, as_of);
        let asked_at = limits[0].map_or(as_of, |deadline| deadline.min(as_of));
        prop_assert_eq!((standing.asks, standing.asked_at), (1, asked_at));
    }

    #[test]
    fn an_answer_comes_from_what_had_happened(name in rule_name(), (events, timing, as_of) in case()) {
        let rule = rule(name);
        let standing = judged(&rule, &events, &timing, as_of);
        let asked_about = &events[..standing.events];
        prop_assert!(asked_about.iter().all(|(at, _)| *at <= standing.asked_at));
        prop_assert_eq!(rule(asked_about, standing.asked_at), standing.answer);
    }
}
