//! What is an event, and when two tellings are the same.

use assay_domain::{
    event::{Actor, DATA_BYTES_MAX, NAME_BYTES_MAX, NewEvent},
    number::EXACT_MAX,
    time::{Duration, Timestamp},
};

const NOW: &str = "2016-03-01T10:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn event() -> NewEvent {
    NewEvent {
        source: "csv".into(),
        id: "INC0000045-0".into(),
        kind: "incident.updated".into(),
        subject: "INC0000045".into(),
        occurred_at: at(NOW),
        sequence: -2,
        customer: Some("Ort 143".into()),
        actor: Actor::Ai,
        data: r#"{"incident_state": "Resolved"}"#.into(),
    }
}

/// The field that is wrong after a change, if any.
fn check(change: impl FnOnce(&mut NewEvent), expect: Option<&str>) {
    let mut event = event();
    change(&mut event);
    let found = event.check(at(NOW)).err().map(|violation| violation.field);
    assert_eq!(found.as_deref(), expect, "{event:?}");
}

#[test]
fn an_event_names_what_it_is_about() {
    let long = "x".repeat(NAME_BYTES_MAX);
    let too_long = "é".repeat(NAME_BYTES_MAX / 2 + 1);
    check(|_| (), None);
    for (name, field) in [(0, "source"), (1, "id"), (2, "type"), (3, "subject"), (4, "customer")] {
        let set = |text: &str| {
            let text = text.to_owned();
            move |event: &mut NewEvent| match name {
                0 => event.source = text,
                1 => event.id = text,
                2 => event.kind = text,
                3 => event.subject = text,
                _ => event.customer = Some(text),
            }
        };
        check(set(&long), None);
        check(set("Zürich, 北京 / #1"), None);
        for wrong in ["", "a\0b", "a\nb", "\u{7f}", "\u{85}", too_long.as_str()] {
            check(set(wrong), Some(field));
        }
    }
    check(|event| event.customer = None, None);
}

#[test]
fn an_event_has_happened_or_is_about_to() {
    let now = at(NOW);
    check(|event| event.occurred_at = at("1684-07-28T00:12:25.259008Z"), None);
    check(|event| event.occurred_at = now.plus(Duration::seconds(300)), None);
    check(|event| event.occurred_at = at("2016-03-01T10:05:00.000001Z"), Some("time"));
    check(|event| event.occurred_at = at("2255-01-01T00:00:00Z"), Some("time"));
}

#[test]
fn an_event_stays_within_its_limits() {
    check(|event| event.sequence = EXACT_MAX, None);
    check(|event| event.sequence = -EXACT_MAX, None);
    check(|event| event.sequence = EXACT_MAX + 1, Some("sequence"));
    check(|event| event.sequence = i64::MIN, Some("sequence"));
    check(|event| event.data = " ".repeat(DATA_BYTES_MAX), None);
    check(|event| event.data = " ".repeat(DATA_BYTES_MAX + 1), Some("data"));
    assert_eq!((NAME_BYTES_MAX, DATA_BYTES_MAX), (256, 262_144));
}

#[test]
fn everything_but_the_identity_is_content() {
    fn same(change: impl FnOnce(&mut NewEvent)) -> bool {
        let mut changed = event();
        change(&mut changed);
        changed.content_digest() == event().content_digest()
    }
    assert!(same(|_| ()));
    assert!(same(|event| event.id = "other".into()));
    assert!(same(|event| event.source = "other".into()));
    assert!(!same(|event| event.kind = "other".into()));
    assert!(!same(|event| event.subject = "other".into()));
    assert!(!same(|event| event.occurred_at = at("2016-03-01T10:00:00.000001Z")));
    assert!(!same(|event| event.sequence = -1));
    assert!(!same(|event| event.customer = None));
    assert!(!same(|event| event.customer = Some(String::new())));
    assert!(!same(|event| event.actor = Actor::Human));
    assert!(!same(|event| event.data = r#"{"incident_state":"Resolved"}"#.into()));
    assert!(!same(|event| {
        event.kind = "incident.updatedI".into();
        event.subject = "NC0000045".into();
    }));
}

/// The digests were computed by a second implementation, in another language.
#[test]
fn the_encoding_never_changes() {
    assert_eq!(event().content_digest().to_string(), "df82595f4c6026f58a116ffc266ea95342eadd70baf742ecf7381c3b5e896281");
    let anonymous = NewEvent { customer: None, actor: Actor::Unknown, ..event() };
    assert_eq!(anonymous.content_digest().to_string(), "8e1e9cf97cd0291a2514279945373b4dcb9085a799d81e09c49ff0080871187e");
}
