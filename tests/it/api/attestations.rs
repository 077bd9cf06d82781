//! Event keys over HTTP: registered, listed and revoked; and events that bear their signatures.

use assay_domain::{
    attestation::message,
    event::{Actor, NewEvent},
    key::Role,
};
use assay_receipt::signature::SecretKey;
use assay_tests::assay::at;
use serde_json::{Value, json};

use super::support::{Answer, NOW, Service, event, lines};

const KEYS: &str = "/v1/event-keys";
const EVENTS: &str = "/v1/events";
const TIME: &str = "2026-03-01T10:00:00Z";

fn secret(seed: u8) -> SecretKey {
    SecretKey::from_seed([seed; 32])
}

/// One opening, with a key's signature of it.
fn signed(secret: &SecretKey, id: &str) -> Value {
    let told = NewEvent {
        source: "helpdesk".into(),
        id: id.into(),
        kind: "ticket.opened".into(),
        subject: "T-1".into(),
        occurred_at: at(TIME),
        sequence: 0,
        customer: Some("acme".into()),
        actor: Actor::Unknown,
        data: "{}".into(),
    };
    let value = secret.sign(&message(&told, "{}")).to_string();
    let mut sent = event(id, "T-1", "ticket.opened", TIME);
    sent["signature"] = json!({ "key": secret.public().to_string(), "value": value });
    sent
}

/// The same, told otherwise than it was signed.
fn forged(secret: &SecretKey, id: &str) -> Value {
    let mut sent = signed(secret, id);
    sent["actor"] = json!("ai");
    sent
}

/// A service, and an admin's key, where the source `helpdesk` has the key of seed 1.
async fn service() -> (Service, String) {
    let service = Service::start().await;
    let admin = service.key(&[Role::Admin]).await;
    service.create(KEYS, &admin, new(1)).await;
    (service, admin)
}

fn new(seed: u8) -> Value {
    json!({ "source": "helpdesk", "public_key": secret(seed).public().to_string() })
}

/// What became of each line, and which field is wrong with it.
fn told(answer: &Answer) -> Vec<String> {
    let line = |line: &Value| {
        let [id, disposition, field] = ["/id", "/disposition", "/violation/field"].map(|at| line.pointer(at).and_then(Value::as_str));
        format!("{} {} {}", id.unwrap_or("-"), disposition.unwrap_or("-"), field.unwrap_or("")).trim_end().to_owned()
    };
    answer.body["lines"].as_array().expect("lines").iter().map(line).collect()
}

/// The attestations of an event of T-1.
async fn attestations(service: &Service, key: &str, id: &str) -> Value {
    let shown = service.read("/v1/interactions/T-1", key).await;
    let found = shown["timeline"].as_array().expect("a timeline").iter().find(|event| event["source_id"] == id);
    found.expect("the event")["attestations"].clone()
}

#[tokio::test]
async fn a_key_is_registered_listed_and_revoked() {
    let service = Service::start().await;
    let admin = service.key(&[Role::Admin]).await;
    service.create("/v1/customers", &admin, json!({ "key": "acme" })).await;
    let of_source = service.create(KEYS, &admin, new(1)).await;
    let expected = json!({
        "id": of_source["id"], "source": "helpdesk", "customer": null, "public_key": secret(1).public().to_string(),
        "created_at": NOW, "revoked_at": null,
    });
    assert_eq!(of_source, expected);
    assert!(of_source["id"].as_str().is_some_and(|id| id.starts_with("evk_")), "{of_source}");
    let body = json!({ "source": "helpdesk", "customer": "acme", "public_key": secret(2).public().to_string().to_ascii_uppercase() });
    let of_customer = service.create(KEYS, &admin, body).await;
    assert_eq!((&of_customer["customer"], &of_customer["public_key"]), (&json!("acme"), &json!(secret(2).public().to_string())));
    let revocation = format!("{KEYS}/{}/revocation", of_source["id"].as_str().expect("an id"));
    let revoked = service.create(&revocation, &admin, json!({ "reason": "it was lost" })).await;
    assert_eq!(revoked["revoked_at"], NOW);
    assert_eq!(*service.call("GET", KEYS, &admin, Value::Null).await.data(), [revoked, of_customer]);
    service.call("POST", &revocation, &admin, json!({ "reason": "again" })).await.problem(409, "conflict");
    service.call("POST", KEYS, &admin, new(1)).await.problem(409, "conflict");
    let first = service.call("GET", &format!("{KEYS}?limit=1"), &admin, Value::Null).await;
    assert_eq!((first.data().len(), &first.body["next_cursor"]), (1, &of_source["id"]));
}

#[tokio::test]
async fn what_is_wrong_with_a_key_is_said_by_field() {
    let service = Service::start().await;
    let admin = service.key(&[Role::Admin]).await;
    let digits = secret(1).public().to_string();
    for (body, field) in [
        (json!({ "source": "", "public_key": digits }), "source"),
        (json!({ "source": "x".repeat(257), "public_key": digits }), "source"),
        (json!({ "source": "helpdesk", "public_key": "" }), "public_key"),
        (json!({ "source": "helpdesk", "public_key": digits[1..] }), "public_key"),
        (json!({ "source": "helpdesk", "public_key": format!("{digits}00") }), "public_key"),
        (json!({ "source": "helpdesk", "public_key": 7 }), "public_key"),
        (json!({ "source": "helpdesk", "public_key": digits, "secret": "mine" }), "secret"),
        (json!({ "source": "helpdesk" }), "body"),
    ] {
        let answer = service.call("POST", KEYS, &admin, body.clone()).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    let of_nobody = json!({ "source": "helpdesk", "customer": "nobody", "public_key": digits });
    service.call("POST", KEYS, &admin, of_nobody).await.problem(404, "not-found");
    assert!(service.call("GET", KEYS, &admin, Value::Null).await.data().is_empty());
}

#[tokio::test]
async fn a_repeated_request_registers_one_key() {
    let service = Service::start().await;
    let admin = service.key(&[Role::Admin]).await;
    let once = [("idempotency-key", "k")];
    let first = service.call_with("POST", KEYS, &admin, &once, new(1)).await;
    let again = service.call_with("POST", KEYS, &admin, &once, new(1)).await;
    assert_eq!((first.status, again.status, &first.body), (201, 201, &again.body));
    let revocation = format!("{KEYS}/{}/revocation", first.body["id"].as_str().expect("an id"));
    let once = [("idempotency-key", "r")];
    let first = service.call_with("POST", &revocation, &admin, &once, json!({ "reason": "lost" })).await;
    let again = service.call_with("POST", &revocation, &admin, &once, json!({ "reason": "lost" })).await;
    assert_eq!((first.status, again.status, &first.body), (200, 200, &again.body));
}

#[tokio::test]
async fn a_signed_event_is_vouched_for_in_every_form_of_body() {
    let (service, admin) = service().await;
    let one = service.call("POST", EVENTS, &admin, signed(&secret(1), "one")).await;
    assert_eq!((one.status, &one.body["disposition"]), (201, &json!("accepted")), "{}", one.text);
    let array = json!([signed(&secret(1), "of-array"), event("plain", "T-1", "ticket.opened", TIME)]);
    assert_eq!(told(&service.call("POST", EVENTS, &admin, array).await), ["of-array accepted", "plain accepted"]);
    assert_eq!(told(&service.lines(&admin, &[], lines(&[signed(&secret(1), "line")])).await), ["line accepted"]);
    let key = service.call("GET", KEYS, &admin, Value::Null).await.data()[0].clone();
    for id in ["one", "of-array", "line"] {
        let expected = json!([{
            "kind": "event-key", "id": key["id"], "customer": null, "public_key": key["public_key"],
            "signature": signed(&secret(1), id)["signature"]["value"], "at": NOW,
        }]);
        assert_eq!(attestations(&service, &admin, id).await, expected, "{id}");
    }
    assert_eq!(attestations(&service, &admin, "plain").await, json!([]));
}

/// The example of the documentation, whose signature another program has made from it.
#[tokio::test]
async fn the_documented_example_is_vouched_for() {
    let service = Service::start().await;
    let admin = service.key(&[Role::Admin]).await;
    let key = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
    service.create(KEYS, &admin, json!({ "source": "crm", "public_key": key })).await;
    let value =
        "cea41808246952d3caf650dea03bc36c21971be113b816ade9e4513d5e987ad53241f8640e7eb4c8473f22b7ae3e48af3177e44c4d6bbef5f0561643b985ea00";
    let example = json!({
        "id": "T-1-resolved", "source": "crm", "type": "ticket.resolved", "subject": "T-1", "time": "2026-03-01T11:00:00.123456+01:00",
        "sequence": 3, "customer": "acme", "actor": "customer", "data": { "tags": ["a", "b"], "score": 4.5, "agent": "zoë" },
        "signature": { "key": key, "value": value },
    });
    assert_eq!(told(&service.lines(&admin, &[], lines(&[example])).await), ["T-1-resolved accepted"]);
    assert_eq!(attestations(&service, &admin, "T-1-resolved").await[0]["signature"], value);
}

#[tokio::test]
async fn a_bad_signature_stops_no_other_line() {
    let (service, admin) = service().await;
    let body = lines(&[
        signed(&secret(1), "a"),
        forged(&secret(1), "b"),
        signed(&secret(2), "c"),
        event("d", "T-1", "ticket.opened", TIME),
        signed(&secret(1), "e"),
    ]);
    let answer = service.lines(&admin, &[], body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(told(&answer), ["a accepted", "b rejected signature.value", "c rejected signature.key", "d accepted", "e accepted"]);
    let violation = &answer.body["lines"][1]["violation"];
    assert!(["problem", "remedy"].iter().all(|member| violation[member].as_str().is_some_and(|text| !text.is_empty())), "{violation}");
    let alone = service.call("POST", EVENTS, &admin, forged(&secret(1), "b")).await;
    alone.problem(422, "invalid");
    assert_eq!(alone.field(), "signature.value");
    let mended = service.lines(&admin, &[], lines(&[signed(&secret(1), "b"), signed(&secret(1), "d"), signed(&secret(1), "a")])).await;
    assert_eq!(told(&mended), ["b accepted", "d duplicate", "a duplicate"]);
    assert_eq!(attestations(&service, &admin, "d").await.as_array().map(Vec::len), Some(1), "told again, it is vouched for");
    assert_eq!(attestations(&service, &admin, "a").await.as_array().map(Vec::len), Some(1), "once");
    assert_eq!(service.read("/v1/reports/outcomes", &admin).await["events"], 4);
}

#[tokio::test]
async fn a_signature_is_a_key_and_a_value() {
    let (service, admin) = service().await;
    let right = signed(&secret(1), "a")["signature"].clone();
    for (signature, field) in [
        (json!({ "key": right["key"] }), "signature"),
        (json!({ "value": right["value"] }), "signature"),
        (json!({ "key": right["key"], "value": right["value"], "kind": "ed25519" }), "kind"),
        (json!({ "key": right["key"], "value": 7 }), "signature.value"),
        (json!({ "key": right["value"], "value": right["key"] }), "signature.key"),
        (json!({ "key": right["key"], "value": right["key"] }), "signature.value"),
        (right["value"].clone(), "signature"),
    ] {
        let mut sent = event("a", "T-1", "ticket.opened", TIME);
        sent["signature"] = signature.clone();
        let answer = service.call("POST", EVENTS, &admin, sent).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{signature}: {}", answer.text);
    }
    let mut unsigned = event("a", "T-1", "ticket.opened", TIME);
    unsigned["signature"] = Value::Null;
    assert_eq!(service.call("POST", EVENTS, &admin, unsigned).await.status, 201);
    assert_eq!(attestations(&service, &admin, "a").await, json!([]));
}

#[tokio::test]
async fn a_key_that_was_revoked_vouches_for_nothing_that_comes() {
    let (service, admin) = service().await;
    assert_eq!(service.call("POST", EVENTS, &admin, signed(&secret(1), "a")).await.status, 201);
    let key = service.call("GET", KEYS, &admin, Value::Null).await.data()[0]["id"].clone();
    let revocation = format!("{KEYS}/{}/revocation", key.as_str().expect("an id"));
    service.create(&revocation, &admin, json!({ "reason": "it was lost" })).await;
    let answer = service.call("POST", EVENTS, &admin, signed(&secret(1), "b")).await;
    answer.problem(422, "invalid");
    assert_eq!(answer.field(), "signature.key");
    assert_eq!(attestations(&service, &admin, "a").await[0]["id"], key, "what it vouched for stands");
}

#[tokio::test]
async fn a_key_of_another_side_or_tenant_vouches_for_nothing() {
    let (service, admin) = service().await;
    for (whom, key) in
        [("the test side", service.test_key(&[Role::Admin]).await), ("another tenant", service.other_tenant_key(&[Role::Admin]).await)]
    {
        let answer = service.call("POST", EVENTS, &key, signed(&secret(1), "a")).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), "signature.key", "{whom}");
        assert!(service.call("GET", KEYS, &key, Value::Null).await.data().is_empty(), "{whom}");
        service.create(KEYS, &key, new(1)).await;
        assert_eq!(service.call("POST", EVENTS, &key, signed(&secret(1), "a")).await.status, 201, "{whom} may register it too");
    }
    assert_eq!(service.call("GET", KEYS, &admin, Value::Null).await.data().len(), 1);
}

#[tokio::test]
async fn an_event_in_the_place_of_another_is_told_without_a_signature() {
    let (service, admin) = service().await;
    service.accept(&admin, &[event("wrong", "T-1", "ticket.closed", TIME)]).await;
    let path = "/v1/events/helpdesk%20wrong/supersede";
    let answer = service.call("POST", path, &admin, json!({ "event": signed(&secret(1), "right"), "reason": "told wrong" })).await;
    answer.problem(422, "invalid");
    assert_eq!(answer.field(), "signature");
    let replacement = event("right", "T-1", "ticket.opened", TIME);
    service.create(path, &admin, json!({ "event": replacement, "reason": "told wrong" })).await;
    assert_eq!(told(&service.lines(&admin, &[], lines(&[signed(&secret(1), "right")])).await), ["right duplicate"]);
    assert_eq!(attestations(&service, &admin, "right").await.as_array().map(Vec::len), Some(1), "afterwards it may be signed");
}
