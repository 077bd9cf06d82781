//! What is no event: each field's limits, what the refusal says, and what lies just within.

use assay_domain::{
    event::{DATA_BYTES_MAX, Disposition, NAME_BYTES_MAX, NewEvent},
    time::{Duration, Timestamp},
    violation::Violation,
};
use assay_tests::assay::{Installation, at};

use super::support::{accept, event, number};

const NOW: &str = "2016-03-01T12:00:00Z";

fn good() -> NewEvent {
    event("T1", "e1", "ticket.opened", at("2016-03-01T08:00:00Z"), Some("acme"))
}

/// What the refusal of an event says.
async fn refusal(installation: &Installation, event: NewEvent) -> Violation {
    let dispositions = installation.assay.ingest(&installation.caller, vec![event]).await.expect("a batch");
    match dispositions.into_iter().next() {
        Some(Disposition::Rejected(violation)) => violation,
        other => panic!("it is {other:?}"),
    }
}

fn ahead(micros: i64) -> Timestamp {
    Timestamp::from_micros(at(NOW).micros() + micros).expect("a time")
}

#[tokio::test]
async fn a_refusal_names_the_field_and_the_remedy() {
    type Change = fn(&mut NewEvent);
    let cases: [(Change, &str, &str); 14] = [
        (|event| event.subject.clear(), "subject", "give one"),
        (|event| event.id.clear(), "id", "give one"),
        (|event| event.source.clear(), "source", "give one"),
        (|event| event.kind.clear(), "type", "give one"),
        (|event| event.customer = Some(String::new()), "customer", "give one"),
        (|event| event.subject = "x".repeat(NAME_BYTES_MAX + 1), "subject", "send a shorter one"),
        (|event| event.id = "é".repeat(NAME_BYTES_MAX / 2 + 1), "id", "send a shorter one"),
        (|event| event.subject = "a\u{0}b".into(), "subject", "send printable text"),
        (|event| event.customer = Some("a\nb".into()), "customer", "send printable text"),
        (|event| event.sequence = (1 << 53) + 1, "sequence", "send an integer within ±2^53"),
        (|event| event.sequence = i64::MIN, "sequence", "send an integer within ±2^53"),
        (|event| event.occurred_at = ahead(300_000_001), "time", "check the sender's clock"),
        (|event| event.occurred_at = at("2017-03-01T12:00:00Z"), "time", "check the sender's clock"),
        (|event| event.data = too_large(1), "data", "send only the fields that rules read"),
    ];
    let installation = Installation::new(NOW).await;
    for (change, field, remedy) in cases {
        let mut event = good();
        change(&mut event);
        let violation = refusal(&installation, event).await;
        assert_eq!(violation.field, field, "{violation}");
        assert!(violation.remedy.contains(remedy), "{violation} does not advise {remedy:?}");
    }
    assert_eq!(number(&installation, "select count(*) from events").await, 0);
    assert_eq!(number(&installation, "select count(*) from interactions").await, 0);
}

/// An object that is this much over the limit.
fn too_large(by: usize) -> String {
    let frame = r#"{"a":""}"#.len();
    format!(r#"{{"a":"{}"}}"#, "x".repeat(DATA_BYTES_MAX + by - frame))
}

#[tokio::test]
async fn what_lies_within_the_limits_is_accepted() {
    let installation = Installation::new(NOW).await;
    let changes: [fn(&mut NewEvent); 8] = [
        |event| event.subject = "x".repeat(NAME_BYTES_MAX),
        |event| event.subject = "Straße 7, 東京".into(),
        |event| event.sequence = 1 << 53,
        |event| event.sequence = -(1 << 53),
        |event| event.occurred_at = ahead(300_000_000),
        |event| event.occurred_at = Timestamp::EPOCH.plus(Duration::seconds(1)),
        |event| event.customer = None,
        |event| event.data = too_large(0),
    ];
    for (n, change) in changes.into_iter().enumerate() {
        let mut event = NewEvent { id: format!("e{n}"), ..good() };
        change(&mut event);
        accept(&installation, &installation.caller, vec![event]).await;
    }
}

#[tokio::test]
async fn data_that_readers_would_read_differently_is_refused() {
    let cases = [
        ("", "send an object"),
        ("[]", "send an object"),
        ("1", "send an object"),
        ("null", "send an object"),
        (r#""{}""#, "send an object"),
        ("{", "valid JSON"),
        ("{} {}", "valid JSON"),
        (r#"{"a":}"#, "valid JSON"),
        (r#"{"a":01}"#, "valid JSON"),
        (r#"{"a":1,}"#, "valid JSON"),
        (r#"{'a':1}"#, "valid JSON"),
        (r#"{"a":NaN}"#, "valid JSON"),
        ("{\"a\":\"\u{0}\"}", "valid JSON"),
        (r#"{"a":"\u0000"}"#, "leave it out"),
        (r#"{"a":"x\u0000y"}"#, "leave it out"),
        (r#"{"\u0000":1}"#, "leave it out"),
        (r#"{"a":[{"b":"\\\u0000"}]}"#, "leave it out"),
        (r#"{"a":12345678901234567890}"#, "send it as a string"),
        (r#"{"a":-12345678901234567890}"#, "send it as a string"),
        (r#"{"a":9007199254740993}"#, "send it as a string"),
        (r#"{"a":0.10000000000000000001}"#, "send it as a string"),
        (r#"{"a":1e400}"#, ""),
        (r#"{"a":1,"a":1}"#, "valid JSON"),
        (r#"{"a":[{"b":{"c":1,"d":2,"\u0063":3}}]}"#, "valid JSON"),
        (r#"{"a":"\ud800"}"#, "valid JSON"),
        (r#"{"a":[{"b":1},{"b":12345678901234567890}]}"#, "send it as a string"),
    ];
    let installation = Installation::new(NOW).await;
    for (data, remedy) in cases {
        let violation = refusal(&installation, NewEvent { data: data.into(), ..good() }).await;
        assert_eq!(violation.field, "data", "{data:?}");
        assert!(violation.remedy.contains(remedy), "{data:?}: {violation} does not advise {remedy:?}");
    }
}

#[tokio::test]
async fn data_that_every_reader_reads_alike_is_accepted() {
    let cases = [
        "{}",
        " \n{ } ",
        r#"{"a":0.1}"#,
        r#"{"a":1e3}"#,
        r#"{"a":0.30000000000000004}"#,
        r#"{"a":1.10}"#,
        r#"{"a":-0.0}"#,
        r#"{"a":5e-324}"#,
        r#"{"a":9007199254740992}"#,
        r#"{"a":9007199254740994}"#,
        r#"{"a":12345678901234567000}"#,
        r#"{"a":"12345678901234567890"}"#,
        r#"{"a":"\\u0000"}"#,
        r#"{"a":"\\\\u0000"}"#,
        r#"{"a":"u0000 \" 99999999999999999999"}"#,
        r#"{"99999999999999999999":null}"#,
        r#"{"a":{"b":[[],{},"",false,null]}}"#,
        r#"{"a":{"a":[{"a":1},{"a":2}]},"A":3}"#,
        r#"{"a":"\ud83d\ude00"}"#,
    ];
    let installation = Installation::new(NOW).await;
    for (n, data) in cases.into_iter().enumerate() {
        let event = NewEvent { id: format!("e{n}"), data: data.into(), ..good() };
        let found = installation.assay.ingest(&installation.caller, vec![event]).await.expect("a batch");
        assert_eq!(found, [Disposition::Accepted], "{data:?}");
    }
}
