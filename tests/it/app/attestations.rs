//! Who vouches for events: what is signed is checked when it comes, and what somebody vouched for stands.

use assay_app::{Assay, Caller, EventKeyRequest, EventKeyView, Page, Submitted, Voucher};
use assay_domain::{
    attestation::{EventSignature, message},
    event::{Actor, Disposition, NewEvent},
    time::Duration,
    violation::Violation,
};
use assay_receipt::signature::SecretKey;
use assay_tests::{
    assay::{Installation, at},
    components,
};

use super::support::{accept, complaint, event, number};

const NOW: &str = "2016-03-01T12:00:00Z";
const DATA: &str = r#"{"agent":"zoë","score":4.5}"#;

fn secret(seed: u8) -> SecretKey {
    SecretKey::from_seed([seed; 32])
}

/// One resolution, its data in canonical form.
fn told(id: &str) -> NewEvent {
    NewEvent { data: DATA.into(), ..event("T1", id, "ticket.resolved", at("2016-03-01T08:00:00Z"), Some("acme")) }
}

/// The signature of an event whose data is in canonical form.
fn signed(secret: &SecretKey, event: &NewEvent) -> Option<EventSignature> {
    let value = secret.sign(&message(event, &event.data)).to_string();
    Some(EventSignature { key: secret.public().to_string(), value })
}

/// An installation where the source `test` has a key, and so has its customer `acme`.
async fn installed() -> Installation {
    let installation = Installation::new(NOW).await;
    installation.assay.create_customer(&installation.caller, "acme").await.expect("a customer");
    add(&installation, 1, "test", None).await;
    add(&installation, 2, "test", Some("acme")).await;
    installation
}

fn request(seed: u8, source: &str, customer: Option<&str>) -> EventKeyRequest {
    let public_key = secret(seed).public().to_string();
    EventKeyRequest { source: source.into(), customer: customer.map(Into::into), public_key }
}

async fn add(installation: &Installation, seed: u8, source: &str, customer: Option<&str>) -> EventKeyView {
    let Installation { assay, caller, .. } = installation;
    assay.add_event_key(caller, &request(seed, source, customer)).await.expect("a key")
}

/// What becomes of events with their signatures, in short.
async fn tell(assay: &Assay, caller: &Caller, batch: Vec<(NewEvent, Option<EventSignature>)>) -> Vec<String> {
    let now = assay.now();
    let submitted = batch.into_iter().map(|(event, signature)| Submitted::new(event, signature, now)).collect();
    let checked = assay.verify(caller, submitted).await.expect("a batch");
    let dispositions = assay.record(caller, checked).await.expect("a batch");
    let short = |disposition: &Disposition| match disposition {
        Disposition::Rejected(Violation { field, .. }) => format!("rejected {field}"),
        other => other.name().to_owned(),
    };
    dispositions.iter().map(short).collect()
}

/// What becomes of one event.
async fn tell_one(installation: &Installation, event: NewEvent, signature: Option<EventSignature>) -> String {
    tell(&installation.assay, &installation.caller, vec![(event, signature)]).await.remove(0)
}

/// Of each event of T1 the sender's id, and whose keys vouch for it.
async fn vouched(installation: &Installation) -> Vec<String> {
    let shown = installation.assay.interaction(&installation.caller, "T1").await.expect("an interaction");
    let by = |voucher: &Voucher| match voucher {
        Voucher::Key { customer: Some(customer), .. } => customer.clone(),
        Voucher::Key { source, .. } => source.clone(),
        Voucher::Webhook { .. } => "a webhook".to_owned(),
    };
    let line = |id: &str, vouchers: Vec<String>| format!("{id}: {}", vouchers.join(" "));
    shown.events.iter().map(|event| line(&event.source_id, event.attested.iter().map(|row| by(&row.by)).collect())).collect()
}

#[tokio::test]
async fn a_signature_vouches_for_its_event_and_for_no_other() {
    let installation = installed().await;
    let (a, b, c) = (told("a"), told("b"), told("c"));
    let batch = vec![(a.clone(), signed(&secret(1), &a)), (b, None), (c.clone(), signed(&secret(2), &c))];
    assert_eq!(tell(&installation.assay, &installation.caller, batch).await, ["accepted"; 3]);
    assert_eq!(vouched(&installation).await, ["a: test", "b: ", "c: acme"]);
    let shown = installation.assay.interaction(&installation.caller, "T1").await.expect("an interaction");
    let Voucher::Key { public_key, signature, .. } = &shown.events[0].attested[0].by else { panic!("{shown:?}") };
    let expected = signed(&secret(1), &a).expect("a signature");
    assert_eq!((public_key, signature), (&expected.key, &expected.value), "it can be checked again by anybody");
    assert_eq!(shown.events[0].attested[0].recorded_at, at(NOW));
}

#[tokio::test]
async fn one_bad_signature_rejects_its_event_and_no_neighbour() {
    let installation = installed().await;
    let line = |n: usize| {
        let event = told(&format!("e{n:03}"));
        let signature = match n % 4 {
            0 => None,
            1 => signed(&secret(1), &told("another")),
            _ => signed(&secret(1), &event),
        };
        (event, signature)
    };
    let found = tell(&installation.assay, &installation.caller, (0..300).map(line).collect()).await;
    for (n, disposition) in found.iter().enumerate() {
        assert_eq!(disposition, if n % 4 == 1 { "rejected signature.value" } else { "accepted" }, "event {n}");
    }
    assert_eq!(number(&installation, "select count(*) from events").await, 225);
    assert_eq!(number(&installation, "select count(*) from key_attestations").await, 150);
}

#[tokio::test]
async fn whatever_is_told_otherwise_than_it_was_signed_is_rejected() {
    type Change = fn(&mut NewEvent);
    let changes: [(&str, Change, &str); 12] = [
        ("nothing", |_| {}, "accepted"),
        ("type", |event| event.kind = "ticket.closed".into(), "rejected signature.value"),
        ("subject", |event| event.subject = "T2".into(), "rejected signature.value"),
        ("time", |event| event.occurred_at = event.occurred_at.plus(Duration::from_micros(1).unwrap()), "rejected signature.value"),
        ("sequence", |event| event.sequence = 1, "rejected signature.value"),
        ("customer", |event| event.customer = Some("globex".into()), "rejected signature.value"),
        ("no customer", |event| event.customer = None, "rejected signature.value"),
        ("actor", |event| event.actor = Actor::Ai, "rejected signature.value"),
        ("data", |event| event.data = r#"{"agent":"zoë","score":5}"#.into(), "rejected signature.value"),
        ("a member more", |event| event.data = r#"{"agent":"zoë","score":4.5,"x":null}"#.into(), "rejected signature.value"),
        ("id", |event| event.id += "-again", "rejected signature.value"),
        ("source", |event| event.source = "other".into(), "rejected signature.key"),
    ];
    let installation = installed().await;
    for (n, (what, change, expected)) in changes.into_iter().enumerate() {
        let mut event = told(&format!("e{n}"));
        let signature = signed(&secret(1), &event);
        change(&mut event);
        assert_eq!(tell_one(&installation, event, signature).await, expected, "{what}");
    }
    assert_eq!(number(&installation, "select count(*) from events").await, 1);
}

#[tokio::test]
async fn data_may_be_written_otherwise_than_it_was_signed() {
    let installation = installed().await;
    let spellings =
        ["{ \"score\" : 4.50,\n \"agent\" : \"zoë\" }", r#"{"agent":"zo\u00eb","score":45e-1}"#, r#"{"score":0.45e1,"\u0061gent":"zoë"}"#];
    for (n, data) in spellings.into_iter().enumerate() {
        let event = told(&format!("e{n}"));
        let signature = signed(&secret(1), &event);
        assert_eq!(tell_one(&installation, NewEvent { data: data.into(), ..event }, signature).await, "accepted", "{data}");
    }
    assert_eq!(vouched(&installation).await, ["e0: test", "e1: test", "e2: test"]);
}

#[tokio::test]
async fn what_is_no_signature_names_the_field() {
    let installation = installed().await;
    let right = signed(&secret(1), &told("a")).expect("a signature");
    let (key, value) = (right.key.as_str(), right.value.as_str());
    let (stranger, neighbour) = (secret(9).public().to_string(), signed(&secret(2), &told("a")).expect("a signature").value);
    let (letters, zeros) = ("z".repeat(128), "0".repeat(128));
    let rows = [
        ("no key", "", value, "signature.key"),
        ("a key that is none", "zz", value, "signature.key"),
        ("a key that nobody registered", stranger.as_str(), value, "signature.key"),
        ("no value", key, "", "signature.value"),
        ("half a value", key, &value[..64], "signature.value"),
        ("digits that are none", key, letters.as_str(), "signature.value"),
        ("zeros", key, zeros.as_str(), "signature.value"),
        ("another key's signature", key, neighbour.as_str(), "signature.value"),
    ];
    for (name, key, value, field) in rows {
        let signature = EventSignature { key: key.to_owned(), value: value.to_owned() };
        let expected = format!("rejected {field}");
        assert_eq!(tell_one(&installation, told("a"), Some(signature)).await, expected, "{name}");
    }
    let upper = EventSignature { key: key.to_ascii_uppercase(), value: right.value.clone() };
    assert_eq!(tell_one(&installation, told("a"), Some(upper)).await, "accepted", "the digits of a key are read in either case");
}

#[tokio::test]
async fn a_customers_key_vouches_for_events_that_name_the_customer() {
    let installation = installed().await;
    for (name, customer, expected) in
        [("its own", Some("acme"), "accepted"), ("another's", Some("globex"), "rejected customer"), ("nobody's", None, "rejected customer")]
    {
        let event = NewEvent { customer: customer.map(Into::into), ..told(name) };
        let signature = signed(&secret(2), &event);
        assert_eq!(tell_one(&installation, event, signature).await, expected, "{name}");
    }
}

#[tokio::test]
async fn an_event_that_is_told_again_is_vouched_for_by_whoever_signs_it_then() {
    let installation = installed().await;
    let Installation { assay, caller, .. } = &installation;
    accept(&installation, caller, vec![told("a")]).await;
    for (name, signature, expected, stands) in [
        ("the same", None, "duplicate", "a: "),
        ("signed by the source", signed(&secret(1), &told("a")), "duplicate", "a: test"),
        ("once more", signed(&secret(1), &told("a")), "duplicate", "a: test"),
        ("signed by the customer", signed(&secret(2), &told("a")), "duplicate", "a: test acme"),
        ("signed wrong", signed(&secret(2), &told("b")), "rejected signature.value", "a: test acme"),
    ] {
        assert_eq!(tell_one(&installation, told("a"), signature).await, expected, "{name}");
        assert_eq!(vouched(&installation).await, [stands], "{name}");
    }
    let other = NewEvent { data: "{}".into(), ..told("a") };
    let signature = signed(&secret(1), &other);
    assert_eq!(tell_one(&installation, other, signature).await, "conflict", "a signature does not replace what was told first");
    let (first, again) = (told("n"), told("n"));
    let batch = vec![(first, None), (again.clone(), signed(&secret(1), &again)), (told("m"), None)];
    assert_eq!(tell(assay, caller, batch).await, ["accepted", "duplicate", "accepted"]);
    assert_eq!(vouched(&installation).await, ["a: test acme", "m: ", "n: test"]);
    let logged =
        installation.raw().await.texts("select after from operations where action = 'events.ingest' order by id desc limit 1").await;
    assert_eq!(logged, [r#"{"accepted":2,"duplicate":1,"conflict":0,"attested":1}"#]);
}

#[tokio::test]
async fn a_revoked_key_vouches_for_nothing_more_and_for_what_it_did() {
    let installation = installed().await;
    let Installation { assay, caller, clock, .. } = &installation;
    let event = told("a");
    assert_eq!(tell_one(&installation, event.clone(), signed(&secret(1), &event)).await, "accepted");
    let key = assay.event_keys(caller, Page::ALL).await.expect("keys").remove(0);
    clock.set(at("2016-03-01T13:00:00Z"));
    let revoked = assay.revoke_event_key(caller, key.id, "it was lost").await.expect("revoked");
    assert_eq!(revoked, EventKeyView { revoked_at: Some(at("2016-03-01T13:00:00Z")), ..key.clone() });
    let later = told("b");
    assert_eq!(tell_one(&installation, later.clone(), signed(&secret(1), &later)).await, "rejected signature.key");
    assert_eq!(tell_one(&installation, event.clone(), signed(&secret(1), &event)).await, "rejected signature.key");
    assert_eq!(vouched(&installation).await, ["a: test"]);
    assert!(complaint(assay.revoke_event_key(caller, key.id, "again").await).contains("was revoked at 2016-03-01T13:00:00Z"));
    let back = complaint(assay.add_event_key(caller, &request(1, "test", None)).await);
    assert!(back.contains("had this key before") && back.contains("does not come back"), "{back}");
}

#[tokio::test]
async fn another_process_follows_a_change_within_a_second() {
    let installation = installed().await;
    let Installation { assay, caller, clock, .. } = &installation;
    let other = Assay::new(installation.open().await, components::engine().clone(), installation.world(), 1).expect("a service");
    let told_there = async |id: &str, seed: u8| {
        let event = told(id);
        tell(&other, caller, vec![(event.clone(), signed(&secret(seed), &event))]).await.remove(0)
    };
    assert_eq!(told_there("a", 1).await, "accepted");
    let key = assay.event_keys(caller, Page::ALL).await.expect("keys").remove(0);
    assay.revoke_event_key(caller, key.id, "it was lost").await.expect("revoked");
    add(&installation, 3, "test", None).await;
    assert_eq!((told_there("b", 1).await.as_str(), told_there("b", 3).await.as_str()), ("accepted", "rejected signature.key"));
    clock.set(at(NOW).plus(Duration::seconds(1)));
    assert_eq!((told_there("c", 1).await.as_str(), told_there("c", 3).await.as_str()), ("rejected signature.key", "accepted"));
    clock.set(at("2016-03-01T11:00:00Z"));
    add(&installation, 4, "test", None).await;
    assert_eq!(told_there("d", 4).await, "accepted", "a clock that was set back keeps nothing");
}

#[tokio::test]
async fn where_nothing_is_signed_nobody_is_asked() {
    let installation = installed().await;
    let Installation { assay, caller, .. } = &installation;
    assay.close().await;
    let submitted = |signature| vec![Submitted::new(told("a"), signature, assay.now())];
    assert_eq!(assay.verify(caller, submitted(None)).await.expect("a batch").len(), 1);
    assay.verify(caller, submitted(signed(&secret(1), &told("a")))).await.expect_err("the database is closed");
}

#[tokio::test]
async fn a_key_is_registered_once_for_a_source() {
    let installation = installed().await;
    let Installation { assay, caller, .. } = &installation;
    let elsewhere = add(&installation, 1, "other", None).await;
    assert_eq!((elsewhere.source.as_str(), elsewhere.customer, elsewhere.revoked_at), ("other", None, None));
    for (name, request, expected) in [
        ("twice", request(1, "test", None), "had this key before"),
        ("twice, for a customer", request(1, "test", Some("acme")), "had this key before"),
        ("no source", request(7, "", None), "source: it is empty"),
        ("nobody's", request(7, "test", Some("nobody")), "there is no customer \"nobody\""),
        ("no key", EventKeyRequest { public_key: "ab".into(), ..request(7, "test", None) }, "public_key: it is no ed25519 public key"),
    ] {
        let refused = complaint(assay.add_event_key(caller, &request).await);
        assert!(refused.contains(expected), "{name}: {refused}");
    }
    let keys = assay.event_keys(caller, Page::ALL).await.expect("keys");
    let shown: Vec<_> = keys.iter().map(|key| (key.source.as_str(), key.customer.as_deref())).collect();
    assert_eq!(shown, [("test", None), ("test", Some("acme")), ("other", None)]);
}

#[tokio::test]
async fn a_key_vouches_on_its_own_side_of_its_own_tenant() {
    let installation = installed().await;
    let (test, other) = (installation.test_side(&installation.caller).await, installation.tenant("other").await);
    for caller in [&test, &other] {
        let event = told("a");
        let signature = signed(&secret(1), &event);
        assert_eq!(tell(&installation.assay, caller, vec![(event, signature)]).await, ["rejected signature.key"]);
        let key = installation.assay.event_keys(&installation.caller, Page::ALL).await.expect("keys").remove(0);
        let refused = complaint(installation.assay.revoke_event_key(caller, key.id, "why not").await);
        assert!(refused.contains("there is no event key"), "{refused}");
    }
}
