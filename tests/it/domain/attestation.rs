//! What senders sign with event keys: bytes that stay the same for ever. The vectors were made by another program, from the documentation of the
//! API alone.

use assay_domain::{
    attestation::message,
    event::{Actor, NewEvent},
    time::{Duration, Timestamp},
};
use assay_receipt::signature::{PublicKey, SecretKey, Signature};

const KEY: &str = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
const TIME: &str = "2026-03-01T10:00:00.123456Z";

fn time() -> Timestamp {
    TIME.parse().unwrap()
}

/// An event that tells all there is to tell.
fn whole() -> NewEvent {
    NewEvent {
        source: "crm".into(),
        id: "T-1-resolved".into(),
        kind: "ticket.resolved".into(),
        subject: "T-1".into(),
        occurred_at: time(),
        sequence: 3,
        customer: Some("acme".into()),
        actor: Actor::Customer,
        data: r#"{ "tags": ["a", "b"], "score": 4.50, "agent": "zoë" }"#.into(),
    }
}

/// An event that tells as little as there can be.
fn bare() -> NewEvent {
    NewEvent {
        id: "T-1-opened".into(),
        kind: "ticket.opened".into(),
        sequence: 0,
        customer: None,
        actor: Actor::Unknown,
        data: "{}".into(),
        ..whole()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_signed_bytes_are_those_that_are_documented() {
    let rows = [
        (
            "all there is to tell",
            whole(),
            r#"{"agent":"zoë","score":4.5,"tags":["a","b"]}"#,
            "000000000000001361737361792e312e6174746573746174696f6e000000000000000363726d000000000000000c542d312d7265736f6c7665640000000000000020\
             1e75f5fdc77070bbb7e017bd0bf443d4a51fccd88fd1312b3a6ec5ce2c2ff5c8",
            "cea41808246952d3caf650dea03bc36c21971be113b816ade9e4513d5e987ad53241f8640e7eb4c8473f22b7ae3e48af3177e44c4d6bbef5f0561643b985ea00",
        ),
        (
            "as little as there can be",
            bare(),
            "{}",
            "000000000000001361737361792e312e6174746573746174696f6e000000000000000363726d000000000000000a542d312d6f70656e65640000000000000020\
             4c68bf1fe49d0fe0aaa7002659a7c3e146f456a37614e94ca5ea23ae02492a19",
            "f4aa3be4956134f7e32bd14bf33ee467a3d500794c530a8ca9ef18e45efde003dc278baea8e45a260373fec428d0f919ebe328064c2c53c47d5a6f5869a2210a",
        ),
    ];
    let secret = SecretKey::from_seed(std::array::from_fn(|place| place as u8));
    let key: PublicKey = KEY.parse().expect("a key");
    for (name, event, canonical, bytes, signature) in rows {
        let message = message(&event, canonical);
        assert_eq!(hexadecimal(&message), bytes, "{name}");
        let signature: Signature = signature.parse().expect("a signature");
        assert!(key.verify(&message, &signature).is_ok(), "{name}");
        assert_eq!(secret.sign(&message).to_string(), signature.to_string(), "{name}");
    }
}

#[test]
fn whatever_an_event_tells_is_signed() {
    type Change = fn(&mut NewEvent);
    let changes: [(&str, Change); 8] = [
        ("source", |event| event.source = "chat".into()),
        ("id", |event| event.id = "T-1-closed".into()),
        ("type", |event| event.kind = "ticket.closed".into()),
        ("subject", |event| event.subject = "T-2".into()),
        ("time", |event| event.occurred_at = event.occurred_at.plus(Duration::from_micros(1).unwrap())),
        ("sequence", |event| event.sequence = 4),
        ("customer", |event| event.customer = None),
        ("actor", |event| event.actor = Actor::Human),
    ];
    let told = message(&whole(), "{}");
    for (name, change) in changes {
        let mut event = whole();
        change(&mut event);
        assert_ne!(message(&event, "{}"), told, "{name}");
    }
    assert_ne!(message(&whole(), r#"{"agent":"ann"}"#), told, "data");
    let otherwise = NewEvent { data: "{}".into(), ..whole() };
    assert_eq!(message(&otherwise, "{}"), told, "how the data is written is not signed, only its canonical form");
}
