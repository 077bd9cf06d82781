//! The same question has the same answer, bit for bit and at the same cost, however the engine is set up and whoever asks.

use std::collections::BTreeMap;

use assay_app::desk::Desk;
use assay_domain::{
    event::NewEvent,
    fault::Fault,
    id::EventId,
    projection::{EvaluationInput, Reads},
    time::Duration,
    timeline::{Fact, Timeline},
};
use assay_runtime::{Allocation, Engine, Evaluated, Optimisation, Question, Rule, Setup};
use assay_tests::{
    components::{OF_THE_DEMO, example},
    hostile::{Hostile, MANTISSA, Success, Verdict},
};

use super::support::{Case, OPENED, patient};

/// Interactions of every kind together.
const DESK: Desk = Desk::new(7, 3_000);

fn engines() -> Vec<(&'static str, Engine)> {
    let setup = || Setup { limits: patient(), ..Setup::default() };
    let on_demand = Setup { allocation: Allocation::OnDemand, ..setup() };
    let plain = Setup { optimisation: Optimisation::None, ..setup() };
    let both = Setup { allocation: Allocation::OnDemand, optimisation: Optimisation::None, ..setup() };
    let rows = [("pooled", setup()), ("on demand", on_demand), ("not optimised", plain), ("neither", both)];
    rows.into_iter().map(|(name, setup)| (name, Engine::start(setup).expect("an engine"))).collect()
}

/// The first telling of every event, by interaction.
fn timelines() -> Vec<Timeline> {
    let mut told: BTreeMap<String, BTreeMap<String, NewEvent>> = BTreeMap::new();
    for event in DESK.events() {
        told.entry(event.subject.clone()).or_default().entry(event.id.clone()).or_insert(event);
    }
    told.into_values().map(|events| Timeline::new(events.into_values().zip(1..).map(fact).collect(), None)).collect()
}

fn fact((event, n): (NewEvent, i64)) -> Fact {
    let NewEvent { source, id, kind, occurred_at, sequence, actor, data, .. } = event;
    Fact { event: EventId(n), source, source_id: id, kind, occurred_at, sequence, customer: None, actor, data, superseded_by: None }
}

/// What a rule says of every timeline, as of its last event, a day after, and long after.
fn answers(rule: &Rule, timelines: &[Timeline]) -> Vec<Result<Evaluated, Fault>> {
    let parameters = rule.manifest().defaults().expect("the example rules have defaults");
    let reads = Reads::new(&rule.configure(&parameters).expect("what it reads"));
    let mut answers = Vec::new();
    for timeline in timelines {
        let (first, last) = (timeline.facts()[0].occurred_at, timeline.facts()[timeline.facts().len() - 1].occurred_at);
        for as_of in [last, last.plus(Duration::hours(30)), last.plus(Duration::hours(1_000))] {
            let input = EvaluationInput::project(first, timeline.known(as_of), &reads);
            if input.events.is_empty() || input.missing.is_some() {
                continue;
            }
            answers.push(rule.evaluate(&Question { opened_at: first, events: &input.events, parameters: &parameters, as_of }));
        }
    }
    answers
}

fn same(name: &str, expect: &[Result<Evaluated, Fault>], found: &[Result<Evaluated, Fault>]) {
    assert_eq!(expect.len(), found.len(), "{name}");
    for (n, (expect, found)) in expect.iter().zip(found).enumerate() {
        assert_eq!(expect, found, "{name}, answer {n}");
    }
}

#[test]
fn every_engine_answers_alike_on_one_thread_and_on_many() {
    let (engines, timelines) = (engines(), timelines());
    for name in OF_THE_DEMO {
        let rules: Vec<(&str, Rule)> = engines.iter().map(|(setup, engine)| (*setup, engine.admit(example(name)).unwrap())).collect();
        let expect = answers(&rules[0].1, &timelines);
        assert!(expect.len() > 50, "{name}: only {} questions", expect.len());
        let decided = expect.iter().flatten().filter(|evaluated| evaluated.answer.success().is_some()).count();
        assert!(decided > 3, "{name}: only {decided} successes");
        for (setup, rule) in &rules {
            same(&format!("{name}, {setup}"), &expect, &answers(rule, &timelines));
        }
        std::thread::scope(|scope| {
            let asked: Vec<_> = (0..4).map(|n| (n, &rules[n % rules.len()].1)).collect();
            let threads: Vec<_> = asked.into_iter().map(|(n, rule)| (n, scope.spawn(|| answers(rule, &timelines)))).collect();
            for (n, thread) in threads {
                same(&format!("{name}, thread {n}"), &expect, &thread.join().expect("no panic"));
            }
        });
    }
}

/// Floats, traps and exhausted fuel end alike as well; only the depth of recursion is the engine's own.
#[test]
fn faults_and_floats_are_the_same_on_every_engine() {
    let floats = |expression: &str| {
        let mut rule = Hostile::unexamined();
        let told = rule.place(&Verdict::success(Success::at(OPENED)).answer());
        let bits = format!("(i64.shr_u (i64.reinterpret_f64 {expression}) (i64.const 40))");
        rule.evaluate(format!("(i64.store offset={MANTISSA} (i32.const {told}) {bits}) (return (i32.const {told}))"))
    };
    let zero = "(f64.load (i32.const 0))";
    let rows = [
        ("nan", floats(&format!("(f64.div {zero} {zero})"))),
        ("nan of two", floats(&format!("(f64.add (f64.const nan:0x4000000000123) {zero})"))),
        ("copysign", floats(&format!("(f64.copysign (f64.sqrt (f64.const -1)) {zero})"))),
        ("nearest", floats("(f64.nearest (f64.const 2.5))")),
        ("a loop", Hostile::unexamined().evaluate("(loop $l (br $l))")),
        ("a trap", Hostile::unexamined().evaluate("(unreachable)")),
        ("a division", Hostile::unexamined().evaluate("(drop (i32.div_u (i32.const 1) (i32.load (i32.const 0))))")),
        ("growth", Hostile::unexamined().evaluate("(drop (memory.grow (i32.const 2000)))")),
        ("a fill", Hostile::unexamined().evaluate("(memory.fill (i32.const 0) (i32.const 1) (i32.const 999))")),
    ];
    let (engines, case) = (engines(), Case::new(0));
    for (name, rule) in rows {
        let bytes = rule.build();
        let ask = |engine: &Engine| engine.admit(&bytes).unwrap().evaluate(&case.question());
        let expect = ask(&engines[0].1);
        for (setup, engine) in &engines {
            assert_eq!(ask(engine), expect, "{name}, {setup}");
        }
    }
}

/// What instructions cost is part of what a rule may do: these sums change only with a new engine, and then knowingly.
#[test]
fn instructions_cost_what_they_cost() {
    let rows = [
        ("nothing", "(nop)", 0),
        ("a drop", "(drop (i32.const 1))", 1),
        ("an addition", "(drop (i32.add (i32.const 1) (i32.const 2)))", 3),
        ("a fill of 1000", "(memory.fill (i32.const 0) (i32.const 1) (i32.const 1000))", 1004),
        ("a copy of 1000", "(memory.copy (i32.const 0) (i32.const 8) (i32.const 1000))", 1004),
        ("growth by two pages", "(drop (memory.grow (i32.const 2)))", 65),
        (
            "a hundred turns",
            "(local $n i32) (loop $l (local.set $n (i32.add (local.get $n) (i32.const 1))) (br_if $l (i32.lt_u (local.get $n) (i32.const 100))))",
            800,
        ),
    ];
    let (engine, case) = (Engine::new(patient()).unwrap(), Case::new(0));
    let fuel = |text: &str| {
        let rule = engine.admit(&Hostile::unexamined().evaluate(text).build()).unwrap();
        rule.evaluate(&case.question()).expect("an answer").fuel
    };
    let idle = fuel("");
    let found: Vec<_> = rows.iter().map(|(name, text, _)| (*name, fuel(text) - idle)).collect();
    assert_eq!(found, rows.map(|(name, _, cost)| (name, cost)));
}

#[test]
fn the_fingerprint_names_what_answers_depend_on_and_nothing_else() {
    let fingerprint = |setup: Setup| Engine::start(setup).unwrap().fingerprint();
    let limits = |change: fn(&mut assay_runtime::Limits)| {
        let mut limits = patient();
        change(&mut limits);
        Setup { limits, ..Setup::default() }
    };
    let plain = fingerprint(limits(|_| {}));
    let same = [
        fingerprint(limits(|_| {})),
        fingerprint(Setup { allocation: Allocation::OnDemand, ..limits(|_| {}) }),
        fingerprint(limits(|limits| limits.instances_max = 2)),
        fingerprint(limits(|limits| limits.wall_time_max = Duration::seconds(2))),
        fingerprint(limits(|limits| limits.component_bytes_max = 1 << 20)),
    ];
    assert!(same.iter().all(|other| *other == plain));
    let other = [
        fingerprint(Setup { optimisation: Optimisation::None, ..limits(|_| {}) }),
        fingerprint(limits(|limits| limits.evaluation_fuel_max += 1)),
        fingerprint(limits(|limits| limits.memory_bytes_max = 1 << 20)),
        fingerprint(limits(|limits| limits.stack_bytes_max = 256 << 10)),
        fingerprint(limits(|limits| limits.output_bytes_max += 1)),
        fingerprint(limits(|limits| limits.verdict.evidence_max = 1)),
    ];
    let all: std::collections::BTreeSet<_> = other.into_iter().chain([plain]).collect();
    assert_eq!(all.len(), 7);
}

/// Ticks come from a thread of their own; when they stop, wall time is unlimited.
#[test]
fn epochs_advance() {
    let engine = Engine::new(patient()).unwrap();
    let begun = engine.epochs();
    while engine.epochs() == begun {
        std::thread::yield_now();
    }
}
