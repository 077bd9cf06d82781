//! Recording events over HTTP: each has an answer of its own, and what is answered is recorded.

use std::io::Write as _;

use assay_api::Limits;
use assay_domain::key::Role;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use super::support::{Answer, Service, event, lines};

const PATH: &str = "/v1/events";
const TIME: &str = "2026-03-01T10:00:00Z";

/// One opening.
fn opened(id: &str) -> Value {
    event(id, "T-1", "ticket.opened", TIME)
}

/// The same with an attribute set, or taken away where it is null.
fn with(mut event: Value, name: &str, value: Value) -> Value {
    let members = event.as_object_mut().expect("an object");
    if value.is_null() {
        members.remove(name)
    } else {
        members.insert(name.to_owned(), value)
    };
    event
}

fn gzip(text: &str) -> Vec<u8> {
    let mut to = GzEncoder::new(Vec::new(), Compression::default());
    to.write_all(text.as_bytes()).expect("written");
    to.finish().expect("finished")
}

/// Number, id and disposition of each line, and the field that is wrong with it.
fn told(answer: &Answer) -> Vec<String> {
    let line = |line: &Value| {
        let [id, disposition, field] = ["/id", "/disposition", "/violation/field"].map(|at| line.pointer(at).and_then(Value::as_str));
        let text = format!("{} {} {} {}", line["line"], id.unwrap_or("-"), disposition.unwrap_or("-"), field.unwrap_or(""));
        text.trim_end().to_owned()
    };
    answer.body["lines"].as_array().expect("lines").iter().map(line).collect()
}

/// How many were accepted, duplicates, conflicts and rejected.
fn counts(answer: &Answer) -> [u64; 4] {
    ["accepted", "duplicates", "conflicts", "rejected"].map(|name| answer.body[name].as_u64().expect("a count"))
}

/// How many events the first tenant has.
async fn recorded(service: &Service) -> u64 {
    let report = service.read("/v1/reports/outcomes", &service.key(&[Role::Viewer]).await).await;
    report["events"].as_u64().expect("a count")
}

#[tokio::test]
async fn one_event_is_accepted_then_a_duplicate_and_with_other_content_a_conflict() {
    let service = Service::start().await;
    let key = service.key(&[Role::Ingest]).await;
    let first = service.call("POST", PATH, &key, opened("a")).await;
    assert_eq!((first.status, first.body), (201, json!({ "id": "a", "disposition": "accepted" })));
    let again = service.call("POST", PATH, &key, opened("a")).await;
    assert_eq!((again.status, again.body), (200, json!({ "id": "a", "disposition": "duplicate" })));
    let other = service.call("POST", PATH, &key, with(opened("a"), "type", json!("ticket.closed"))).await;
    assert!(other.problem(409, "event-conflict").contains("\"a\""), "{}", other.text);
    let elsewhere = service.call("POST", PATH, &key, with(opened("a"), "source", json!("chat"))).await;
    assert_eq!(elsewhere.status, 201, "another source has ids of its own");
    assert_eq!(recorded(&service).await, 2);
}

#[tokio::test]
async fn what_was_kept_aside_can_be_seen() {
    let service = Service::start().await;
    let (key, reader) = (service.key(&[Role::Ingest]).await, service.key(&[Role::Viewer]).await);
    assert_eq!(service.read("/v1/event-conflicts", &reader).await, json!({ "data": [], "next_cursor": null }));
    service.accept(&key, &[opened("a")]).await;
    for _ in 0..2 {
        let other = with(with(opened("a"), "type", json!("ticket.closed")), "data", json!({ "by": "bot" }));
        service.call("POST", PATH, &key, other).await.problem(409, "event-conflict");
    }
    let list = service.read("/v1/event-conflicts", &reader).await;
    let [kept] = list["data"].as_array().expect("a list").as_slice() else { panic!("it is kept once: {list}") };
    assert_eq!((&kept["source"], &kept["source_id"]), (&json!("helpdesk"), &json!("a")));
    assert_eq!(kept["recorded_at"], super::support::NOW);
    assert_eq!((&kept["event"]["type"], &kept["event"]["data"]), (&json!("ticket.closed"), &json!({ "by": "bot" })));
}

#[tokio::test]
async fn each_event_of_an_array_has_its_answer() {
    let service = Service::start().await;
    let key = service.key(&[Role::Ingest]).await;
    let late = with(opened("d"), "time", json!("2026-04-15T12:06:00Z"));
    let nameless = with(opened("b"), "subject", Value::Null);
    let array = json!([opened("a"), nameless, opened("a"), with(opened("a"), "sequence", json!(1)), late, opened("c"), 7]);
    let answer = service.call("POST", PATH, &key, array.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let expected = [
        "1 a accepted",
        "2 b rejected subject",
        "3 a duplicate",
        "4 a conflict",
        "5 d rejected time",
        "6 c accepted",
        "7 - rejected event",
    ];
    assert_eq!(told(&answer), expected);
    assert_eq!(counts(&answer), [2, 1, 1, 3]);
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/cloudevents-batch+json; charset=utf-8")];
    let again = service.send("POST", PATH, &headers, array.to_string().into_bytes()).await;
    assert_eq!(counts(&again), [0, 3, 1, 3], "{}", again.text);
    let none = service.call("POST", PATH, &key, json!([])).await;
    assert_eq!((none.status, counts(&none)), (200, [0; 4]));
}

#[tokio::test]
async fn a_bad_line_stops_no_other() {
    let service = Service::start().await;
    let key = service.key(&[Role::Ingest]).await;
    let unfinished = opened("c").to_string();
    let body = format!("{}\n\n{{\"id\":\n   \n{}\r\n\r\n{} {{}}\n{unfinished}", opened("a"), opened("b"), opened("x"));
    let answer = service.lines(&key, &[], body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(told(&answer), ["1 a accepted", "3 - rejected event", "5 b accepted", "7 - rejected event", "8 c accepted"]);
    assert_eq!(recorded(&service).await, 3);
}

#[tokio::test]
async fn no_lines_are_no_mistake() {
    let service = Service::start().await;
    let key = service.key(&[Role::Ingest]).await;
    for body in ["", "\n", "\r\n \n\n"] {
        let answer = service.lines(&key, &[], body).await;
        assert_eq!((answer.status, counts(&answer), told(&answer).len()), (200, [0; 4], 0), "{body:?}");
    }
}

#[tokio::test]
async fn lines_may_come_compressed() {
    let service = Service::start().await;
    let key = service.key(&[Role::Ingest]).await;
    let answer = service.lines(&key, &[("content-encoding", "gzip")], gzip(&lines(&[opened("a"), opened("b")]))).await;
    assert_eq!((answer.status, counts(&answer)), (200, [2, 0, 0, 0]), "{}", answer.text);
    let members = [gzip(&lines(&[opened("c")])), gzip(&lines(&[opened("d")]))].concat();
    let answer = service.lines(&key, &[("content-encoding", "gzip")], members).await;
    assert_eq!((answer.status, counts(&answer)), (200, [2, 0, 0, 0]), "files of gzip may be put together: {}", answer.text);
    let answer = service.lines(&key, &[("content-encoding", "br")], "").await;
    assert!(answer.problem(415, "unsupported-media-type").contains("gzip"));
    assert_eq!(recorded(&service).await, 4);
}

#[tokio::test]
async fn compressed_lines_that_break_off_can_be_sent_again() {
    let service = Service::start().await;
    let key = service.key(&[Role::Ingest]).await;
    let events: Vec<Value> = (0..50).map(|n| opened(&format!("e{n}"))).collect();
    let whole = gzip(&lines(&events));
    for part in [&whole[..whole.len() / 2], &whole[..whole.len() - 1]] {
        let answer = service.lines(&key, &[("content-encoding", "gzip")], part).await;
        answer.problem(400, "malformed");
        assert_eq!(answer.body["recorded_lines"], recorded(&service).await, "{}", answer.text);
    }
    let answer = service.lines(&key, &[("content-encoding", "gzip")], b"not gzip".as_slice()).await;
    answer.problem(400, "malformed");
    assert_eq!(answer.body["recorded_lines"], 0, "{}", answer.text);
    let answer = service.lines(&key, &[("content-encoding", "gzip")], whole).await;
    let [accepted, duplicates, ..] = counts(&answer);
    assert_eq!((answer.status, accepted + duplicates, recorded(&service).await), (200, 50, 50));
}

#[tokio::test]
async fn an_overlong_line_stops_no_other() {
    let service = Service::with_limits(Limits { line_bytes_max: 1_000, ..Limits::default() }).await;
    let key = service.key(&[Role::Ingest]).await;
    // One that lies within a piece of the body, one that goes on over several, one at the end.
    for (round, length) in [1_001, 3 << 20].into_iter().enumerate() {
        let (a, b) = (opened(&format!("a{round}")), opened(&format!("b{round}")));
        let long = "x".repeat(length);
        let answer = service.lines(&key, &[], format!("{a}\n{long}\n{b}\n{long}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let expected = [
            format!("1 a{round} accepted"),
            "2 - rejected line".to_owned(),
            format!("3 b{round} accepted"),
            "4 - rejected line".to_owned(),
        ];
        assert_eq!(told(&answer), expected, "a line of {length} bytes");
    }
}

#[tokio::test]
async fn an_overlong_line_is_answered_wherever_it_ends() {
    let service = Service::with_limits(Limits { line_bytes_max: 1_000, ..Limits::default() }).await;
    let key = service.key(&[Role::Ingest]).await;
    for length in [(1 << 20) - 1, 1 << 20, (1 << 20) + 1, 2 << 20] {
        for end in ["", "\n"] {
            let answer = service.lines(&key, &[], "x".repeat(length) + end).await;
            assert_eq!(told(&answer), ["1 - rejected line"], "{length} bytes and {end:?}");
        }
    }
}

#[tokio::test]
async fn a_line_as_long_as_allowed_is_one() {
    let event = opened("a").to_string();
    let service = Service::with_limits(Limits { line_bytes_max: event.len(), ..Limits::default() }).await;
    let key = service.key(&[Role::Ingest]).await;
    assert_eq!(told(&service.lines(&key, &[], format!("{event}\n{event}")).await), ["1 a accepted", "2 a duplicate"]);
    assert_eq!(told(&service.lines(&key, &[], format!("{event} \n{event}")).await), ["1 - rejected line", "2 a duplicate"]);
}

#[tokio::test]
async fn more_than_the_limit_says_how_much_is_recorded() {
    let service = Service::with_limits(Limits { events_body_bytes_max: 3 << 19, ..Limits::default() }).await;
    let key = service.key(&[Role::Ingest]).await;
    let padded = |n: usize| with(opened(&format!("e{n}")), "data", json!({ "text": "x".repeat(1_000) }));
    let events: Vec<Value> = (0..2_000).map(padded).collect();
    let answer = service.lines(&key, &[], lines(&events)).await;
    assert!(answer.problem(413, "too-large").contains("1572864 bytes"), "{}", answer.text);
    let told = answer.body["recorded_lines"].as_u64().expect("a number");
    assert!(told > 0 && told < 2_000, "{told}");
    assert_eq!(recorded(&service).await, told, "line by line");
    let compressed = service.lines(&key, &[("content-encoding", "gzip")], gzip(&lines(&events))).await;
    compressed.problem(413, "too-large");
    let (head, rest) = events.split_at(1_000);
    for part in [head, rest] {
        assert_eq!(service.lines(&key, &[], lines(part)).await.status, 200);
    }
    assert_eq!(recorded(&service).await, 2_000, "sent again in pieces, nothing is lost and nothing counted twice");
}

#[tokio::test]
async fn a_json_body_has_its_limit_too() {
    let service = Service::with_limits(Limits { events_body_bytes_max: 300, ..Limits::default() }).await;
    let key = service.key(&[Role::Ingest]).await;
    assert_eq!(service.call("POST", PATH, &key, opened("a")).await.status, 201);
    let padded = with(opened("b"), "data", json!({ "text": "x".repeat(300) }));
    service.call("POST", PATH, &key, padded).await.problem(413, "too-large");
    assert_eq!(recorded(&service).await, 1);
}

#[tokio::test]
async fn what_is_no_event_is_told_field_by_field() {
    let service = Service::start().await;
    let key = service.key(&[Role::Ingest]).await;
    let cases = [
        ("id", Value::Null, "id"),
        ("source", Value::Null, "source"),
        ("type", Value::Null, "type"),
        ("subject", Value::Null, "subject"),
        ("time", Value::Null, "time"),
        ("subject", json!(""), "subject"),
        ("subject", json!("x".repeat(257)), "subject"),
        ("subject", json!("a\nb"), "subject"),
        ("id", json!(7), "id"),
        ("time", json!("yesterday"), "time"),
        ("time", json!("2026-03-01T10:00:00"), "time"),
        ("time", json!("2026-04-15T12:05:01Z"), "time"),
        ("specversion", json!("0.3"), "specversion"),
        ("datacontenttype", json!("text/plain"), "datacontenttype"),
        ("actor", json!("robot"), "actor"),
        ("sequence", json!(true), "sequence"),
        ("sequence", json!("first"), "sequence"),
        ("sequence", json!(1.5), "sequence"),
        ("mode", json!("staging"), "mode"),
        ("data", json!([1]), "data"),
        ("data", json!("text"), "data"),
        ("data", json!({ "text": "\0" }), "data"),
        ("custmer", json!("acme"), "custmer"),
    ];
    for (name, value, field) in cases {
        let answer = service.call("POST", PATH, &key, with(opened("a"), name, value.clone())).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{name} = {value}: {}", answer.text);
    }
    assert_eq!(recorded(&service).await, 0);
    for (name, value) in [
        ("time", json!("2026-04-15T12:05:00Z")),
        ("specversion", json!("1.0")),
        ("datacontenttype", json!("application/json; charset=utf-8")),
        ("actor", json!("ai")),
        ("sequence", json!(-3)),
        ("data", Value::Null),
        ("customer", Value::Null),
        ("dataschema", json!("https://example.com/ticket")),
        ("traceparent", json!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")),
    ] {
        let answer = service.call("POST", PATH, &key, with(opened(name), name, value)).await;
        assert_eq!(answer.status, 201, "{name}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_sequence_may_be_text() {
    let service = Service::start().await;
    let key = service.key(&[Role::Ingest, Role::Viewer]).await;
    let sequence = |id: &str, sequence: Value| with(opened(id), "sequence", sequence);
    service.accept(&key, &[sequence("a", json!("20")), sequence("b", json!(3)), sequence("c", json!("-1"))]).await;
    let again = service.lines(&key, &[], lines(&[sequence("a", json!(20)), sequence("b", json!("3"))])).await;
    assert_eq!(counts(&again), [0, 2, 0, 0], "the number and its text say the same");
    let interaction = service.read("/v1/interactions/T-1", &key).await;
    let order: Vec<&Value> = interaction["timeline"].as_array().expect("a list").iter().map(|event| &event["sequence"]).collect();
    assert_eq!(order, [&json!(-1), &json!(3), &json!(20)]);
}

#[tokio::test]
async fn a_mark_must_be_what_the_key_is_for() {
    let service = Service::start().await;
    let (live, test) = (service.key(&[Role::Ingest]).await, service.test_key(&[Role::Ingest]).await);
    let marked = |id: &str, mode: &str| with(opened(id), "mode", json!(mode));
    for (key, right, wrong) in [(&live, "live", "test"), (&test, "test", "live")] {
        assert_eq!(service.call("POST", PATH, key, marked("a", right)).await.status, 201);
        let answer = service.call("POST", PATH, key, marked("b", wrong)).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), "mode");
        let answer = service.lines(key, &[], lines(&[marked("b", wrong), marked("c", right)])).await;
        assert_eq!(told(&answer), ["1 b rejected mode", "2 c accepted"]);
    }
    assert_eq!(recorded(&service).await, 2, "each side has its own");
}

#[tokio::test]
async fn another_format_is_none() {
    let service = Service::start().await;
    let bearer = format!("Bearer {}", service.key(&[Role::Ingest]).await);
    for kind in ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""] {
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend((!kind.is_empty()).then_some(("content-type", kind)));
        let answer = service.send("POST", PATH, &headers, opened("a").to_string().into_bytes()).await;
        assert!(answer.problem(415, "unsupported-media-type").contains("application/x-ndjson"), "{kind}");
    }
    assert_eq!(recorded(&service).await, 0);
}

#[tokio::test]
async fn a_minimal_answer_lists_what_was_not_accepted() {
    let service = Service::start().await;
    let key = service.key(&[Role::Ingest]).await;
    service.accept(&key, &[opened("a")]).await;
    let body = lines(&[opened("a"), opened("b"), json!({}), opened("c")]);
    let answer = service.lines(&key, &[("prefer", "return=minimal")], body).await;
    assert_eq!(answer.header("preference-applied"), "return=minimal");
    assert_eq!(told(&answer), ["1 a duplicate", "3 - rejected id"]);
    assert_eq!(counts(&answer), [2, 1, 0, 1]);
    let usual = service.lines(&key, &[], lines(&[opened("d")])).await;
    assert_eq!((usual.header("preference-applied"), told(&usual)), ("", vec!["1 d accepted".to_owned()]));
}

#[tokio::test]
async fn the_same_event_at_the_same_time_is_counted_once() {
    let service = Service::start().await;
    let key = service.key(&[Role::Ingest]).await;
    for n in 0..10 {
        let event = opened(&format!("e{n}"));
        let (one, other) = tokio::join!(service.call("POST", PATH, &key, event.clone()), service.call("POST", PATH, &key, event));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 201], "{} {}", one.text, other.text);
    }
    assert_eq!(recorded(&service).await, 10);
}

#[tokio::test]
async fn tenants_and_sides_have_identities_of_their_own() {
    let service = Service::start().await;
    let keys =
        [service.key(&[Role::Ingest]).await, service.test_key(&[Role::Ingest]).await, service.other_tenant_key(&[Role::Ingest]).await];
    for key in &keys {
        assert_eq!(service.call("POST", PATH, key, opened("a")).await.status, 201);
    }
    assert_eq!(recorded(&service).await, 1);
}
