//! Rules in other languages than Rust: what they are written in changes nothing that anybody is told.

use std::{path::Path, sync::OnceLock};

use assay_cli::fixtures;
use assay_domain::{
    event::Actor,
    fault::FaultCode,
    id::EventId,
    projection::{EvaluationInput, Reads},
    time::{Duration, Timestamp},
    timeline::{Fact, Timeline},
    value::Value,
    verdict::{Answer, Decision},
};
use assay_runtime::{Question, Rule};
use assay_tests::{
    components::{SISTERS, example, resolved_ticket_rule, root, scripted},
    fuzz::Random,
};
use serde_json::json;

use super::support::engine;

/// The rules that are written in other languages too. Their code is not kept: no two builds of a script are the same.
fn sisters() -> &'static [(&'static str, Rule); 2] {
    static ADMITTED: OnceLock<[(&str, Rule); 2]> = OnceLock::new();
    ADMITTED.get_or_init(|| SISTERS.map(|name| (name, engine().admit(example(name)).expect("an example rule is admitted"))))
}

fn pass(name: &str, rule: &Rule, folder: &Path, least: usize) {
    let report = fixtures::run(rule, folder).unwrap();
    let failed: Vec<_> = report.asks.iter().filter(|ask| !ask.differences.is_empty()).collect();
    assert!(failed.is_empty(), "{name}: {failed:#?}");
    assert!(report.asks.len() >= least, "{name}: only {} questions", report.asks.len());
}

#[test]
fn a_rule_passes_the_same_fixtures_in_every_language() {
    for (name, rule) in sisters() {
        pass(name, rule, &root().join("example-plugins").join(name).join("fixtures"), 30);
    }
}

const KINDS: [&str; 6] = ["incident.updated", "ticket.opened", "ticket.reassigned", "ticket.resolved", "ticket.closed", "ticket.reopened"];

/// Up to a dozen events, some at one time, some with counts that are missing, fall, or are written as texts.
fn timeline(random: &mut Random) -> Timeline {
    let mut at = 1_456_800_000_000_000;
    let count = 1 + random.index(12);
    let facts = (1..).take(count).map(|n| {
        at += *random.one_of(&[0, 60, 3_600, 43_200, 86_400]) * 1_000_000;
        let kind = *random.one_of(&KINDS);
        let state = *random.one_of(&["New", "Active", "Resolved", "Closed", "-100"]);
        let data = match (kind, random.below(3)) {
            ("incident.updated", 0) => json!({ "incident_state": state }),
            ("incident.updated", 1) => {
                json!({ "incident_state": state, "reopen_count": random.below(3), "reassignment_count": random.below(4) })
            }
            ("incident.updated", _) => json!({ "incident_state": state, "reopen_count": random.below(3).to_string() }),
            _ => json!({}),
        };
        fact(n, kind, at, data.to_string())
    });
    Timeline::new(facts.collect(), None)
}

fn fact(n: i64, kind: &str, at: i64, data: String) -> Fact {
    Fact {
        event: EventId(n),
        source: "test".into(),
        source_id: n.to_string(),
        kind: kind.into(),
        occurred_at: Timestamp::from_micros(at).expect("a time in range"),
        sequence: n,
        customer: None,
        actor: Actor::Unknown,
        data,
        superseded_by: None,
    }
}

fn parameters(random: &mut Random) -> Vec<Value> {
    let window = Duration::hours(*random.one_of(&[0, 1, 24, 48]));
    let most = random.one_of(&[Value::Missing, Value::Missing, Value::Integer(0), Value::Integer(2)]).clone();
    vec![Value::Duration(window), Value::Boolean(random.once_in(2)), most]
}

/// What a rule answers about a timeline as of every event, between them, and long after.
fn answers(rule: &Rule, timeline: &Timeline, parameters: &[Value]) -> Vec<Answer> {
    let reads = Reads::new(&rule.configure(parameters).expect("parameters that make sense"));
    let times: Vec<Timestamp> = timeline.facts().iter().map(|fact| fact.occurred_at).collect();
    let later = times.iter().flat_map(|at| [*at, at.plus(Duration::hours(1)), at.plus(Duration::days(400))]);
    let ask = |as_of: Timestamp| {
        let input = EvaluationInput::project(times[0], timeline.known(as_of), &reads);
        rule.evaluate(&Question { opened_at: times[0], events: &input.events, parameters, as_of }).expect("an answer").answer
    };
    later.map(ask).collect()
}

#[test]
fn a_rule_answers_alike_in_every_language() {
    let mut decisions = [0; 3];
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let (timeline, parameters) = (timeline(&mut random), parameters(&mut random));
        let expect = answers(resolved_ticket_rule(), &timeline, &parameters);
        for (name, rule) in sisters() {
            assert_eq!(answers(rule, &timeline, &parameters), expect, "{name}, seed {seed}: {timeline:#?} with {parameters:?}");
        }
        for answer in &expect {
            match answer {
                Answer::Verdict(verdict) => match verdict.decision {
                    Decision::Success(_) => decisions[0] += 1,
                    Decision::Failure => decisions[1] += 1,
                    _ => decisions[2] += 1,
                },
                other => panic!("seed {seed}: {other:?}"),
            }
        }
    }
    assert!(decisions.iter().all(|count| *count > 50), "every decision is compared: {decisions:?}");
}

#[test]
fn parameters_are_refused_alike_in_every_language() {
    let refused = |rule: &Rule| {
        let window = |hours: i64| Value::Duration(Duration::from_micros(hours * 3_600_000_000).expect("a length of time"));
        let rows = [
            vec![window(-1), Value::Boolean(true), Value::Missing],
            vec![window(1), Value::Boolean(true), Value::Integer(-1)],
            vec![window(1), Value::Boolean(true), Value::Integer(0)],
        ];
        rows.map(|parameters| rule.configure(&parameters))
    };
    let expect = refused(resolved_ticket_rule());
    assert_eq!(expect.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, false, true]);
    for (name, rule) in sisters() {
        assert_eq!(refused(rule), expect, "{name}");
    }
}

/// The files that the tests of the SDK read in node too.
#[test]
fn scripts_answer_in_the_sandbox_as_they_do_in_node() {
    for name in ["ambient", "answered"] {
        let rule = engine().admit(&scripted(name)).expect("a script is admitted");
        pass(name, &rule, &root().join("guest-sdk/js/tests/rules").join(name).join("fixtures"), 10);
    }
}

/// A mistake is no word of the rule: it ends the call, and decides nothing.
#[test]
fn an_exception_in_a_script_is_a_trap() {
    let rule = engine().admit(&scripted("ambient")).expect("a script is admitted");
    let reads = Reads::new(&rule.default_reads().expect("what it reads"));
    let ask = |what: &str| {
        let fact = fact(1, "use", 1_456_800_000_000_000, json!({ "what": what }).to_string());
        let input = EvaluationInput::project(fact.occurred_at, std::slice::from_ref(&fact), &reads);
        let as_of = fact.occurred_at;
        rule.evaluate(&Question { opened_at: as_of, events: &input.events, parameters: &[], as_of }).map_err(|fault| fault.code)
    };
    assert_eq!(ask("nothing known").err(), Some(FaultCode::TrapUnreachable));
    assert!(ask("BigInt").is_ok_and(|evaluated| evaluated.answer.success().is_some()), "another question is answered");
}
