//! A month of two customers, from what was told to what they are billed, and the bundles that they are given of it.
//!
//! `acme` signs its definition and its events; `globex` does neither. `acme` has four tickets, of which one is reopened after it had
//! counted: four attempts, three outcomes in two tiers, a fee and a tax. In April the log has another key, and another of its tickets is
//! reopened late.

use assay_app::{AgreementRequest, ApprovalKeyRequest, ApprovalRequest, EventKeyRequest, ProposalRequest, Signed, Submitted};
use assay_domain::{
    approval::Parties,
    attestation::{EventSignature, message},
    definition::Timing,
    event::{Actor, Disposition, NewEvent},
    time::Timestamp,
};
use assay_rating::card::RateCard;
use assay_receipt::{bundle::Bundle, signature::SecretKey};
use serde_json::json;

use crate::assay::{Installation, at};

/// What `acme` approves definitions with, and signs its events with.
pub fn acme() -> SecretKey {
    SecretKey::from_seed([1; 32])
}

/// An installation in which March 2016 is billed.
pub async fn march() -> Installation {
    let installation = Installation::new("2016-03-01T00:00:00Z").await;
    let Installation { assay, caller, clock, .. } = &installation;
    installation.define(caller, "fixed", &[], Timing::default(), "2016-01-01T00:00:00Z").await;
    agree(&installation).await;
    approve(&installation).await;
    let request = EventKeyRequest { source: "desk".into(), customer: Some("acme".into()), public_key: acme().public().to_string() };
    assay.add_event_key(caller, &request).await.expect("an event key");
    clock.set(at("2016-03-10T00:00:00Z"));
    tell(&installation, (1..=4).flat_map(|n| ticket("acme", n)).chain(ticket("globex", 5)).collect()).await;
    clock.set(at("2016-03-11T00:00:00Z"));
    tell(&installation, vec![update("acme", 3, "2016-03-02T20:00:00Z", "Active", 1)]).await;
    clock.set(at("2016-04-02T00:00:00Z"));
    assay.bill(caller, "2016-03".parse().expect("a month"), |_| {}).await.expect("a bill");
    installation
}

/// The month after it, in which an outcome of March is taken back and the log's key hands over to another.
pub async fn april(installation: &Installation) {
    let Installation { assay, caller, clock, .. } = installation;
    clock.set(at("2016-04-05T00:00:00Z"));
    assay.rotate_log_key(caller).await.expect("another key");
    clock.set(at("2016-04-10T00:00:00Z"));
    tell(installation, vec![update("acme", 1, "2016-03-02T21:00:00Z", "Active", 1)]).await;
    clock.set(at("2016-05-02T00:00:00Z"));
    assay.bill(caller, "2016-04".parse().expect("a month"), |_| {}).await.expect("a bill");
}

/// A fee of 500, two resolutions at 0.99 and more at 0.79, 0.10 for each ticket, and a tax.
pub fn card() -> RateCard {
    let resolutions = json!({ "code": "resolutions", "label": "Resolved tickets", "model": "graduated", "meter": { "outcome-of": "fixed" },
                              "tiers": [{ "up-to": "2", "price": "0.99" }, { "price": "0.79" }] });
    let attempts = json!({ "code": "attempts", "label": "Tickets", "model": "unit", "meter": { "attempts-at": "fixed" }, "price": "0.10" });
    let platform = json!({ "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500" });
    let card = json!({ "name": "standard", "currency": "USD", "charges": [platform, resolutions, attempts],
                       "taxes": [{ "code": "vat", "label": "VAT", "rate": "0.19" }] });
    serde_json::from_value(card).expect("a rate card")
}

/// Agreements with both from March on; `acme` has to sign what it is judged by.
async fn agree(installation: &Installation) {
    let Installation { assay, caller, .. } = installation;
    assay.create_rate_card(caller, &card()).await.expect("a card");
    for (customer, parties) in [("acme", Parties::Two), ("globex", Parties::One)] {
        assay.create_customer(caller, customer).await.expect("a customer");
        let request = AgreementRequest {
            customer: customer.into(),
            definitions: vec![("fixed".into(), None)],
            parties,
            rate_card: "standard".into(),
            overrides: Default::default(),
            from: at("2016-03-01T00:00:00Z"),
            until: None,
        };
        assay.create_agreements(caller, &[request]).await.expect("an agreement");
    }
}

async fn approve(installation: &Installation) {
    let Installation { assay, caller, .. } = installation;
    let key = ApprovalKeyRequest { name: "head of support".into(), public_key: acme().public().to_string() };
    assay.add_approval_key(caller, "acme", &key).await.expect("a key");
    let request = ProposalRequest { customer: Some("acme".into()), from: at("2016-03-01T00:00:00Z") };
    let proposal = assay.propose_version(caller, "fixed", 1, &request).await.expect("a proposal");
    let document = assay.proposal_document(caller, proposal.id, Some("acme")).await.expect("a document");
    let signature = acme().sign(&document.consent().message()).to_string();
    let signed = Some(Signed { key: acme().public().to_string(), signature });
    let request = ApprovalRequest { customer: "acme".into(), from: document.from, hash: Some(document.proposed.hash), signed };
    assay.approve_version(caller, "fixed", 1, &request).await.expect("an approval");
}

/// A ticket that is opened in the night of 2 March and resolved ten hours later.
fn ticket(customer: &str, n: u32) -> [NewEvent; 2] {
    let time = |hour: u32| format!("2016-03-02T{hour:02}:00:00Z");
    [update(customer, n, &time(n), "New", 0), update(customer, n, &time(n + 10), "Resolved", 0)]
}

/// What a desk tells of a ticket; the data is in canonical form.
fn update(customer: &str, n: u32, time: &str, state: &str, reopens: u32) -> NewEvent {
    NewEvent {
        source: "desk".into(),
        id: format!("T{n}-{state}"),
        kind: "incident.updated".into(),
        subject: format!("T{n}"),
        occurred_at: at(time),
        sequence: 0,
        customer: Some(customer.into()),
        actor: Actor::Ai,
        data: format!(r#"{{"incident_state":"{state}","reopen_count":{reopens}}}"#),
    }
}

/// Records events, those of `acme` signed, and has them judged.
async fn tell(installation: &Installation, events: Vec<NewEvent>) {
    let Installation { assay, caller, .. } = installation;
    let now: Timestamp = assay.now();
    let submitted = events.into_iter().map(|event| {
        let signature = signature(&event);
        Submitted::new(event, signature, now)
    });
    let checked = assay.verify(caller, submitted.collect()).await.expect("a batch");
    let dispositions = assay.record(caller, checked).await.expect("a batch");
    assert!(dispositions.iter().all(|disposition| *disposition == Disposition::Accepted), "{dispositions:?}");
    assay.drain(caller, |_| {}).await.expect("judged");
}

fn signature(event: &NewEvent) -> Option<EventSignature> {
    let is_mine = event.customer.as_deref() == Some("acme");
    is_mine.then(|| EventSignature { key: acme().public().to_string(), value: acme().sign(&message(event, &event.data)).to_string() })
}

/// What a customer is given of a document.
pub async fn bundle(installation: &Installation, number: &str) -> Bundle {
    let Installation { assay, caller, .. } = installation;
    assay.invoice_bundle(caller, number).await.expect("a bundle")
}
