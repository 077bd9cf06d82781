//! From the JSON of events to exactly what a rule reads of it.

use assay_domain::{
    event::Actor,
    id::EventId,
    manifest::{EventType, Field},
    projection::{EvaluationInput, InputEvent, Reads},
    time::Timestamp,
    timeline::Fact,
    value::{Value, ValueKind},
};
use serde_json::json;

/// An event that carries some data.
pub fn fact(event: i64, kind: &str, data: &str) -> Fact {
    Fact {
        event: EventId(event),
        source: "desk".into(),
        source_id: event.to_string(),
        kind: kind.into(),
        occurred_at: Timestamp::from_micros(event).unwrap(),
        sequence: 0,
        customer: None,
        actor: Actor::Human,
        data: data.into(),
        superseded_by: None,
    }
}

/// `path kind`, with `!` after a kind that is required.
pub fn event_type(kind: &str, fields: &[&str]) -> EventType {
    let field = |text: &&str| {
        let (path, kind) = text.rsplit_once(' ').unwrap();
        let name = path.rsplit('/').next().unwrap().to_owned();
        Field { name, path: path.into(), kind: kind.trim_end_matches('!').parse().unwrap(), required: kind.ends_with('!') }
    };
    EventType { kind: kind.into(), fields: fields.iter().map(field).collect() }
}

fn project(fields: &[&str], data: &str) -> (Vec<Value>, Option<String>) {
    let reads = Reads::new(&[event_type("x", fields)]);
    let mut input = EvaluationInput::project(Timestamp::EPOCH, &[fact(1, "x", data)], &reads);
    (input.events.remove(0).values, input.missing.map(|missing| missing.field))
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// What one field holds.
fn check(field: &str, data: &str, expect: Value) {
    assert_eq!(project(&[field], data), (vec![expect], None), "{field} of {data}");
}

#[test]
fn a_path_leads_through_objects() {
    check("/a text", r#"{"a":"x"}"#, text("x"));
    check("/a/b/c integer", r#"{"a":{"b":{"c":7}}}"#, Value::Integer(7));
    check("/a/b text", r#"{"z":{"a":{"b":"no"}},"a":{"z":0,"b":"yes"},"b":"no"}"#, text("yes"));
    check("/a text", "{ \"b\" : [ 1 , {\"a\":\"no\"} ] ,\n\t\"a\" : \"x\" }", text("x"));
    check("/a/b text", r#"{"a":{}}"#, Value::Missing);
    check("/a/b text", r#"{"b":"no"}"#, Value::Missing);
    for parent in ["null", "true", "-3", "7", "\"b\"", "[]"] {
        check("/a/b text", &format!(r#"{{"a":{parent}}}"#), Value::Missing);
    }
    check("/a text", "{}", Value::Missing);
    check("/a text", r#"{"A":"no","a ":"no"}"#, Value::Missing);
}

#[test]
fn a_path_escapes_slash_and_tilde() {
    check("/a~1b text", r#"{"a/b":"x","a":{"b":"no"}}"#, text("x"));
    check("/m~0n text", r#"{"m~n":"x"}"#, text("x"));
    check("/~01 text", r#"{"~1":"x","/":"no"}"#, text("x"));
    check("/~10 text", r#"{"/0":"x"}"#, text("x"));
    check("/ text", r#"{"":"x"}"#, text("x"));
    check("/a/ text", r#"{"a":{"":"x"}}"#, text("x"));
    check("/a b text", r#"{"a b":"x"}"#, text("x"));
}

#[test]
fn a_path_leads_into_arrays() {
    check("/tags/0 text", r#"{"tags":["x","y"]}"#, text("x"));
    check("/tags/1 text", r#"{"tags":["x","y"]}"#, text("y"));
    check("/tags/2 text", r#"{"tags":["x","y"]}"#, Value::Missing);
    check("/tags/- text", r#"{"tags":["x"]}"#, Value::Missing);
    check("/tags/1/name text", r#"{"tags":[{"name":"no"},{"id":3,"name":"yes"},{"name":"no"}]}"#, text("yes"));
    check("/tags/0 text", r#"{"tags":{"0":"x"}}"#, text("x"));
    check("/m/1/0 integer", r#"{"m":[[1,2],[3,4]]}"#, Value::Integer(3));
    let found = project(&["/t/1 text", "/u text"], r#"{"t":["a","b","c"],"u":"d"}"#);
    assert_eq!(found.0, [text("b"), text("d")]);
}

#[test]
fn an_array_index_has_one_spelling() {
    for path in ["/tags/01 text", "/tags/+1 text"] {
        check(path, r#"{"tags":["x","y"]}"#, Value::Missing);
    }
}

#[test]
fn escapes_in_strings_and_keys_are_read() {
    check("/a text", r#"{"a":"line\nbreak \"q\" \u00e9 \ud83d\ude00 \\"}"#, text("line\nbreak \"q\" é 😀 \\"));
    check("/ab text", r#"{"\u0061b":"x"}"#, text("x"));
    check("/a~1b text", r#"{"a\/b":"x"}"#, text("x"));
    check("/a integer", r#"{"a":"\u0033"}"#, Value::Integer(3));
    check("/a/b text", r#"{"a":{"b":"\t"}}"#, text("\t"));
}

#[test]
fn a_value_is_read_as_its_kind() {
    check("/a boolean", r#"{"a":true}"#, Value::Boolean(true));
    check("/a boolean", r#"{"a":false}"#, Value::Boolean(false));
    check("/a integer", r#"{"a":-3}"#, Value::Integer(-3));
    check("/a integer", r#"{"a":"-3"}"#, Value::Integer(-3));
    check("/a decimal", r#"{"a":1.50}"#, Value::Decimal("1.5".parse().unwrap()));
    check("/a timestamp", r#"{"a":"1970-01-01T00:00:01Z"}"#, Value::Timestamp(Timestamp::from_micros(1_000_000).unwrap()));
    check("/a duration", r#"{"a":"PT24H"}"#, Value::Duration("24h".parse().unwrap()));
    check("/a text", r#"{"a":null}"#, Value::Missing);
    for data in [r#"{"a":"three"}"#, r#"{"a":1.5}"#, r#"{"a":[3]}"#, r#"{"a":{"a":3}}"#, r#"{"a":true}"#] {
        check("/a integer", data, Value::Missing);
    }
}

#[test]
fn several_fields_are_found_in_one_pass_and_given_in_declared_order() {
    let data = r#"{"z":1,"n":{"y":2.5,"x":"t"},"a":"b"}"#;
    let found = project(&["/a text", "/n/x text", "/n/y decimal", "/z integer", "/z decimal", "/q text"], data);
    let half = "2.5".parse().unwrap();
    let expect = [text("b"), text("t"), Value::Decimal(half), Value::Integer(1), Value::Decimal("1".parse().unwrap()), Value::Missing];
    assert_eq!(found, (expect.to_vec(), None));
}

#[test]
fn a_path_may_be_the_start_of_another() {
    for fields in [["/a text", "/a/b integer"], ["/a/b integer", "/a text"]] {
        let check = |data: &str, a: Value, b: Value| {
            let mut expect = vec![a, b];
            if fields[0].starts_with("/a/b") {
                expect.reverse();
            }
            assert_eq!(project(&fields, data), (expect, None), "{fields:?} of {data}");
        };
        check(r#"{"a":{"b":1}}"#, Value::Missing, Value::Integer(1));
        check(r#"{"a":"x"}"#, text("x"), Value::Missing);
        check(r#"{"a":null}"#, Value::Missing, Value::Missing);
        check(r#"{"a":["x"]}"#, Value::Missing, Value::Missing);
        check("{}", Value::Missing, Value::Missing);
    }
    let found = project(&["/a text", "/a/b text", "/a/b/c integer", "/d text"], r#"{"a":{"b":{"c":1}},"d":"x"}"#);
    assert_eq!(found.0, [Value::Missing, Value::Missing, Value::Integer(1), text("x")]);
}

#[test]
fn what_stands_in_place_of_an_object_hides_nothing_after_it() {
    for parent in [json!(1.5), json!(-0.0), json!(1e300), json!(u64::MAX), json!(i64::MIN), json!("x"), json!(null), json!([[1.5]])] {
        let data = format!(r#"{{"a":{parent},"c":"x"}}"#);
        assert_eq!(project(&["/a/b integer", "/c text!"], &data), (vec![Value::Missing, text("x")], None), "of {data}");
        assert_eq!(project(&["/a boolean", "/a/b integer", "/c text!"], &data).0[2], text("x"), "of {data}");
    }
}

#[test]
fn a_required_field_must_be_there_and_of_its_kind() {
    fn check(data: &str, expect: Option<&str>) {
        let found = project(&["/o text", "/r integer!", "/n/s text!"], data);
        assert_eq!(found.1.as_deref(), expect, "of {data}");
    }
    check(r#"{"r":3,"n":{"s":""}}"#, None);
    check(r#"{"o":7,"r":"3","n":{"s":"x"}}"#, None);
    check(r#"{"n":{"s":"x"}}"#, Some("x/r"));
    check(r#"{"r":null,"n":{"s":"x"}}"#, Some("x/r"));
    check(r#"{"r":"three","n":{"s":"x"}}"#, Some("x/r"));
    check(r#"{"r":[3],"n":{"s":"x"}}"#, Some("x/r"));
    check(r#"{"r":3}"#, Some("x/n/s"));
    check(r#"{"r":3,"n":"s"}"#, Some("x/n/s"));
    check(r#"{"r":3,"n":{"s":3}}"#, Some("x/n/s"));
    check("{}", Some("x/r"));
}

#[test]
fn only_what_a_rule_reads_reaches_it() {
    let types = [event_type("resolved", &["/by text"]), event_type("reopened", &[])];
    let facts = [
        fact(1, "opened", r#"{"by":"a"}"#),
        fact(2, "resolved", r#"{"by":"b","secret":"c"}"#),
        fact(3, "Resolved", r#"{"by":"d"}"#),
        fact(4, "reopened", r#"{"by":"e"}"#),
        fact(5, "resolved", "{}"),
    ];
    let reads = Reads::new(&types);
    let input = EvaluationInput::project(Timestamp::EPOCH, &facts, &reads);
    let event = |n: i64, kind: u32, values: Vec<Value>| InputEvent {
        event: EventId(n),
        kind,
        at: Timestamp::from_micros(n).unwrap(),
        actor: Actor::Human,
        values,
    };
    let events = vec![event(2, 0, vec![text("b")]), event(4, 1, vec![]), event(5, 0, vec![Value::Missing])];
    assert_eq!(input, EvaluationInput { opened_at: Timestamp::EPOCH, events, missing: None });
    assert!(reads.includes("resolved") && reads.includes("reopened") && !reads.includes("opened"));
    assert_eq!(reads.names(0).collect::<Vec<_>>(), ["by"]);
    assert_eq!((reads.names(1).count(), reads.names(2).count()), (0, 0));
}

#[test]
fn the_first_event_that_lacks_a_field_is_named() {
    let reads = Reads::new(&[event_type("a", &["/r integer!", "/s text!"]), event_type("b", &[])]);
    let facts = [fact(1, "z", "{}"), fact(2, "b", "{}"), fact(3, "a", r#"{"r":1}"#), fact(4, "a", r#"{"s":"x"}"#)];
    let input = EvaluationInput::project(Timestamp::EPOCH, &facts, &reads);
    assert_eq!(input.missing.as_ref().map(|missing| (missing.event, missing.field.as_str())), Some((1, "a/s")));
    assert_eq!(input.events.len(), 3);
    let kinds: Vec<_> = input.events.iter().map(|event| event.values.iter().map(Value::kind).collect::<Vec<_>>()).collect();
    assert_eq!(kinds, [vec![], vec![Some(ValueKind::Integer), None], vec![None, Some(ValueKind::Text)]]);
}
