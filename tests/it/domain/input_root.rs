//! The input root: what it depends on, what it does not, and that it never changes by itself.

use assay_domain::{
    event::Actor,
    id::{CustomerId, EventId},
    projection::{EvaluationInput, InputEvent, MissingField, Reads},
    time::{Duration, Timestamp},
    timeline::{Fact, Timeline},
    value::Value,
};

use super::projection::{event_type, fact};

/// The root of what a rule reads: fields `s` and `n` of `read`, and events of the kind `seen`.
fn root(facts: Vec<Fact>, parameters: &[Value]) -> String {
    let reads = Reads::new(&[event_type("read", &["/s text", "/n integer"]), event_type("seen", &[])]);
    let timeline = Timeline::new(facts, None);
    let opened_at = timeline.facts()[0].occurred_at;
    EvaluationInput::project(opened_at, timeline.facts(), &reads).root(parameters).to_string()
}

/// Two events at one time, the second by its sequence.
fn facts() -> Vec<Fact> {
    let first = fact(10, "read", r#"{"s":"x","n":1,"unread":1}"#);
    let second = Fact { occurred_at: first.occurred_at, sequence: 1, ..fact(11, "read", r#"{"s":"y","n":1}"#) };
    vec![first, second, fact(12, "seen", "{}")]
}

fn parameters() -> Vec<Value> {
    vec![Value::Duration(Duration::hours(24)), Value::Missing]
}

/// Whether a change of the facts leaves the root as it was.
fn stays(change: impl FnOnce(&mut Vec<Fact>)) -> bool {
    let mut changed = facts();
    change(&mut changed);
    root(changed, &parameters()) == root(facts(), &parameters())
}

#[test]
fn what_a_rule_does_not_read_leaves_the_root_as_it_was() {
    assert!(stays(|_| ()));
    assert!(stays(|facts| facts.reverse()));
    assert!(stays(|facts| facts.push(fact(11, "unread", r#"{"s":"z"}"#))));
    assert!(stays(|facts| facts.push(fact(99, "unread", "{}"))));
    assert!(stays(|facts| facts[0].data = r#"{"n":1,"s":"x","unread":2}"#.into()));
    assert!(stays(|facts| facts[0].data = r#" { "s" : "\u0078" , "n" : "1" } "#.into()));
    assert!(stays(|facts| facts[2].data = r#"{"n":7}"#.into()));
    assert!(stays(|facts| facts[0].customer = Some(CustomerId(1))));
    assert!(stays(|facts| facts[0].event = EventId(77)));
    assert!(stays(|facts| facts[2].source = "other".into()));
    assert!(stays(|facts| facts[1].sequence = 5));
}

#[test]
fn everything_a_rule_reads_changes_the_root() {
    assert!(!stays(|facts| facts[0].data = r#"{"s":"X","n":1}"#.into()));
    assert!(!stays(|facts| facts[0].data = r#"{"s":"x","n":2}"#.into()));
    assert!(!stays(|facts| facts[0].data = r#"{"n":1}"#.into()));
    assert!(!stays(|facts| facts[0].data = r#"{"s":"","n":1}"#.into()));
    assert!(!stays(|facts| facts[2].occurred_at = facts[2].occurred_at.plus(Duration::seconds(1))));
    assert!(!stays(|facts| facts[0].actor = Actor::Ai));
    assert!(!stays(|facts| facts[0].sequence = 2));
    assert!(!stays(|facts| facts[2].kind = "read".into()));
    assert!(!stays(|facts| facts[2].kind = "unread".into()));
    assert!(!stays(|facts| facts.push(fact(13, "seen", "{}"))));
    assert!(!stays(|facts| drop(facts.pop())));
}

#[test]
fn an_earlier_opening_changes_the_root() {
    assert!(!stays(|facts| facts.push(fact(9, "unread", "{}"))));
}

#[test]
fn parameters_change_the_root() {
    let other = |set: &[Value]| root(facts(), set) != root(facts(), &parameters());
    let day = Value::Duration(Duration::hours(24));
    assert!(!other(&[day.clone(), Value::Missing]));
    assert!(other(&[Value::Duration(Duration::hours(25)), Value::Missing]));
    assert!(other(&[Value::Missing, day.clone()]));
    assert!(other(&[Value::Integer(Duration::hours(24).micros()), Value::Missing]));
    assert!(other(std::slice::from_ref(&day)));
    assert!(other(&[day, Value::Missing, Value::Missing]));
}

#[test]
fn values_of_different_kinds_never_hash_alike() {
    let values = [
        Value::Missing,
        Value::Boolean(false),
        Value::Integer(0),
        Value::Decimal("0".parse().unwrap()),
        Value::Text(String::new()),
        Value::Timestamp(Timestamp::EPOCH),
        Value::Duration(Duration::ZERO),
        Value::Boolean(true),
        Value::Integer(1),
        Value::Decimal("0.1".parse().unwrap()),
        Value::Decimal("1".parse().unwrap()),
        Value::Text("0".into()),
    ];
    let mut roots: Vec<String> = values.iter().map(|value| root(facts(), std::slice::from_ref(value))).collect();
    roots.sort_unstable();
    roots.dedup();
    assert_eq!(roots.len(), values.len());
}

/// The digests were computed by a second implementation, in another language.
#[test]
fn the_encoding_never_changes() {
    let opened_at: Timestamp = "2016-03-01T10:00:00Z".parse().unwrap();
    let first = InputEvent {
        event: EventId(1),
        kind: 1,
        at: opened_at,
        actor: Actor::Human,
        values: vec![Value::Text("Gelöst".into()), Value::Integer(-3), Value::Missing, Value::Boolean(true)],
    };
    let second = InputEvent {
        event: EventId(2),
        kind: 0,
        at: opened_at.plus(Duration::seconds(1)),
        actor: Actor::Unknown,
        values: vec![Value::Decimal("-1.25".parse().unwrap()), Value::Timestamp(opened_at), Value::Duration(Duration::hours(24))],
    };
    let parameters = [Value::Duration(Duration::hours(24)), Value::Missing, Value::Boolean(false), Value::Decimal("3".parse().unwrap())];
    let mut input = EvaluationInput { opened_at, events: vec![first, second], missing: None };
    assert_eq!(input.root(&parameters).to_string(), "8bfb3d8f8b854207fd4099902dc4c301e704fa77c17e7b80b3e14c598db633a9");
    input.missing = Some(MissingField { event: 0, field: "incident.updated/state".into() });
    assert_eq!(input.root(&parameters).to_string(), "3fc5902f9f9dbbd4711464690ebe9f988975e770d731243b7507cf0c75a11ac7");
    let empty = EvaluationInput { opened_at: Timestamp::EPOCH, events: vec![], missing: None };
    assert_eq!(empty.root(&[]).to_string(), "1d95bb3f02e11320a2fc343b075fe3e18ad69972b5a2e76e4d387cadeda691f3");
}
