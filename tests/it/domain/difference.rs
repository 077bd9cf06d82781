//! Differences between versions, in words.

use assay_domain::{
    canon::Digest,
    definition::{Timing, VersionContent},
    difference::{Described, differences},
    manifest::{EventType, Field, Reason},
    time::{Duration, Limit},
    value::{Value, ValueKind},
};

fn field(name: &str, path: &str, required: bool) -> Field {
    Field { name: name.into(), path: path.into(), kind: ValueKind::Text, required }
}

fn described() -> Described {
    let reads = vec![
        EventType { kind: "incident.updated".into(), fields: vec![field("state", "/state", true), field("reopens", "/reopens", false)] },
        EventType { kind: "ticket.closed".into(), fields: Vec::new() },
    ];
    let content = VersionContent {
        component: Digest::from_bytes([1; 32]),
        contract: "assay:rule@0.1.0".into(),
        parameters: vec![Value::Duration(Duration::hours(24)), Value::Boolean(true), Value::Missing],
        reads,
        timing: Timing::default(),
    };
    let reason = |code: &str, help: &str| Reason { code: code.into(), help: help.into() };
    Described {
        number: 1,
        hash: content.hash(),
        content,
        parameters: ["window", "retry", "most"].map(str::to_owned).into(),
        reasons: vec![reason("resolved", "It was resolved."), reason("reopened", "It was reopened.")],
    }
}

/// What is said of a change.
fn check(change: impl FnOnce(&mut Described), expect: &[&str]) {
    let (before, mut after) = (described(), described());
    change(&mut after);
    after.hash = after.content.hash();
    let found: Vec<String> = differences(Some(&before), &after).iter().map(ToString::to_string).collect();
    assert_eq!(found, expect);
}

#[test]
fn a_parameter_is_said_in_words() {
    check(|_| (), &[]);
    for (place, value, expect) in [
        (0, Value::Duration(Duration::hours(36)), "parameter window: 1 day → 1 day 12 hours"),
        (0, Value::Duration(Duration::ZERO), "parameter window: 1 day → no time"),
        (0, Value::Duration(Duration::seconds(61).negated()), "parameter window: 1 day → minus 1 minute 1 second"),
        (1, Value::Boolean(false), "parameter retry: yes → no"),
        (2, Value::Integer(3), "parameter most: not set → 3"),
        (2, Value::Text("a b".into()), "parameter most: not set → \"a b\""),
    ] {
        check(|after| after.content.parameters[place] = value, &[expect]);
    }
}

#[test]
fn what_comes_and_goes_is_said_so() {
    check(
        |after| {
            after.parameters[2] = "least".into();
            after.content.parameters[2] = Value::Integer(2);
        },
        &["parameter least: new, 2", "parameter most: gone, was not set"],
    );
    check(|after| after.content.reads.truncate(1), &["read ticket.closed: gone, was the event itself"]);
    check(|after| after.content.reads[1].fields.push(field("by", "/by", true)), &["read ticket.closed by: new, text at /by, required"]);
    check(|after| after.reasons.truncate(1), &["reason reopened: gone, was It was reopened."]);
}

#[test]
fn every_part_is_compared() {
    check(
        |after| after.content.component = Digest::from_bytes([2; 32]),
        &[&format!("rule component: {} → {}", "01".repeat(32), "02".repeat(32))],
    );
    check(|after| after.content.contract = "assay:rule@0.2.0".into(), &["contract version: assay:rule@0.1.0 → assay:rule@0.2.0"]);
    check(|after| after.content.timing.deadline = Limit::Unlimited, &["timing deadline: 90 days → without end"]);
    check(|after| after.content.timing.settles_after = Duration::hours(1), &["timing settles after: no time → 1 hour"]);
    check(|after| after.content.timing.reversible_for = Limit::Limited(Duration::days(1)), &["timing reversible for: 30 days → 1 day"]);
    check(
        |after| after.content.reads[0].fields[1] = field("reopens", "/count", true),
        &["read incident.updated reopens: text at /reopens, optional → text at /count, required"],
    );
    check(|after| after.reasons[0].help = "Resolved.".into(), &["reason resolved: It was resolved. → Resolved."]);
}

/// The hash covers the order too, so two versions of different hashes never seem to be the same.
#[test]
fn what_differs_in_order_alone_is_said_to_differ() {
    check(|after| after.content.reads.swap(0, 1), &["read of events: in one order → in another"]);
}

#[test]
fn everything_is_new_where_nothing_was() {
    let found = differences(None, &described());
    assert!(found.iter().all(|difference| difference.before.is_none() && difference.after.is_some()), "{found:?}");
    assert_eq!(found.len(), 2 + 3 + 3 + 4 + 2, "rule and contract, timing, parameters, what is read, reasons");
}

#[test]
fn a_hash_that_is_not_that_of_the_content_is_refused() {
    assert_eq!(described().check(), Ok(()));
    let forged = Described { hash: Digest::of(b"other"), ..described() };
    assert_eq!(forged.check().expect_err("a forgery").field, "hash");
}
