//! `cargo xtask bench evaluate`: evaluations per second of `resolved-ticket`, a fresh instance each time, on one and two threads,
//! beside the same instance reused and the same logic native.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use std::{
    hint::black_box,
    sync::Barrier,
    time::{Duration as Wall, Instant},
};

use assay_domain::{
    event::Actor,
    id::EventId,
    projection::InputEvent,
    time::{Duration, Timestamp},
    value::Value,
};
use assay_runtime::Question;
use assay_tests::components;
use resolved_ticket::{Settings, Ticket, resolved_ticket};

const ROUND: Wall = Wall::from_millis(300);
const ROUNDS: usize = 11;

fn main() {
    println!("| events | fresh, 1 thread | fresh, 2 threads | scaling | the machine's scaling | reused | native | fresh / reused |");
    println!("|---|---|---|---|---|---|---|---|");
    for events in [1, 10, 50] {
        let case = Case::new(events);
        // Every round measures everything, so that what else the machine does hits all alike.
        let round = |_| [case.fresh(1), case.fresh(2), case.reused(), case.native(), on_threads(2, || case.native())];
        let rounds: Vec<[f64; 5]> = (0..ROUNDS).map(round).collect();
        let [fresh, two, reused, native] = [0, 1, 2, 3].map(|n| median(rounds.iter().map(|round| round[n])));
        let ratio = |over: usize, under: usize| median(rounds.iter().map(|round| round[over] / round[under]));
        println!(
            "| {events} | {:.1} µs, {:.0}/s | {:.0}/s | {:.2} × | {:.2} × | {:.1} µs | {:.2} µs | {:.2} × |",
            1e6 / fresh,
            fresh,
            two,
            ratio(1, 0),
            ratio(4, 3),
            1e6 / reused,
            1e6 / native,
            ratio(2, 0)
        );
    }
}

/// A ticket with so many updates, resolved at the last.
struct Case {
    events: Vec<InputEvent>,
    parameters: Vec<Value>,
    as_of: Timestamp,
}

impl Case {
    fn new(events: i64) -> Self {
        let at = |hours: i64| Timestamp::from_micros(1_456_800_000_000_000 + hours * 3_600_000_000).expect("in range");
        let event = |n: i64| InputEvent {
            event: EventId(n),
            kind: 0,
            at: at(n),
            actor: Actor::Human,
            values: vec![Value::Text(if n + 1 == events { "Resolved" } else { "Active" }.into()), Value::Integer(0), Value::Integer(n / 3)],
        };
        let parameters = vec![Value::Duration(Duration::hours(24)), Value::Boolean(true), Value::Missing];
        Self { events: (0..events).map(event).collect(), parameters, as_of: at(events + 100) }
    }

    fn question(&self) -> Question<'_> {
        Question { opened_at: self.events[0].at, events: &self.events, parameters: &self.parameters, as_of: self.as_of }
    }

    /// Evaluations per second, all threads together.
    fn fresh(&self, threads: usize) -> f64 {
        let rule = components::resolved_ticket_rule();
        on_threads(threads, || rate(|| drop(black_box(rule.evaluate(&self.question()).expect("a verdict")))))
    }

    fn reused(&self) -> f64 {
        let mut instance = components::resolved_ticket_rule().reuse().expect("an instance");
        let mut calls = 0;
        rate(|| {
            // The guest's arena never frees; a new instance now and then keeps the reused one within its memory.
            calls += 1;
            if calls % 2_000 == 0 {
                instance = components::resolved_ticket_rule().reuse().expect("an instance");
            }
            drop(black_box(instance.evaluate(&self.question()).expect("a verdict")));
        })
    }

    fn native(&self) -> f64 {
        let settings = Settings { window: assay_sdk::Duration::hours(24), retry: true, max_reassignments: None };
        let as_of = assay_sdk::Timestamp::from_micros(self.as_of.micros());
        rate(|| {
            let timeline = assay_sdk::Timeline::new(
                self.events
                    .iter()
                    .map(|event| (assay_sdk::Timestamp::from_micros(event.at.micros()), assay_sdk::Actor::Human, ticket(event))),
            );
            drop(black_box(resolved_ticket(black_box(&timeline), &settings, as_of)));
        })
    }
}

fn ticket(event: &InputEvent) -> Ticket {
    match event.values.as_slice() {
        [Value::Text(state), Value::Integer(reopens), Value::Integer(reassignments)] => {
            Ticket::Incident { state: state.clone(), reopens: Some(*reopens), reassignments: Some(*reassignments) }
        }
        _ => unreachable!("every event of the case has these fields"),
    }
}

/// The sum of what several threads reach at the same time.
fn on_threads(threads: usize, measure: impl Fn() -> f64 + Sync) -> f64 {
    let start = Barrier::new(threads);
    let run = || {
        start.wait();
        measure()
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        running.into_iter().map(|thread| thread.join().expect("a rate")).sum()
    })
}

fn rate(mut call: impl FnMut()) -> f64 {
    let (started, mut calls) = (Instant::now(), 0u32);
    while started.elapsed() < ROUND {
        for _ in 0..64 {
            call();
        }
        calls += 64;
    }
    f64::from(calls) / started.elapsed().as_secs_f64()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
