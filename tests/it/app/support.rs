//! Events, cards and looks behind the scenes.

use std::fmt::Debug;

use assay_app::{AppError, Caller, Drained};
use assay_domain::{
    event::{Actor, Disposition, NewEvent},
    period::BillingPeriod,
    time::{Duration, Timestamp},
};
use assay_rating::card::RateCard;
use assay_tests::assay::{Installation, at};
use serde_json::{Value, json};

/// An event without data.
pub fn event(subject: &str, id: &str, kind: &str, occurred_at: Timestamp, customer: Option<&str>) -> NewEvent {
    NewEvent {
        source: "test".into(),
        id: id.into(),
        kind: kind.into(),
        subject: subject.into(),
        occurred_at,
        sequence: 0,
        customer: customer.map(Into::into),
        actor: Actor::Unknown,
        data: "{}".into(),
    }
}

/// Tickets of a customer, opened a minute after each other from 2016-03-02 on; the first of them are resolved an hour later.
pub fn tickets(customer: &str, opened: u32, resolved: u32) -> Vec<NewEvent> {
    let from = at("2016-03-02T00:00:00Z");
    let ticket = |n: u32| {
        let (subject, opens) = (format!("{customer}-{n}"), from.plus(Duration::seconds(60 * n)));
        let opening = event(&subject, &format!("{subject}-opened"), "ticket.opened", opens, Some(customer));
        let resolution = event(&subject, &format!("{subject}-resolved"), "ticket.resolved", opens.plus(Duration::hours(1)), None);
        [Some(opening), (n < resolved).then_some(resolution)]
    };
    (0..opened).flat_map(ticket).flatten().collect()
}

/// What became of each event, in short: `accepted`, `rejected subject`.
pub async fn ingest(installation: &Installation, caller: &Caller, events: Vec<NewEvent>) -> Vec<String> {
    let dispositions = installation.assay.ingest(caller, events).await.expect("a batch");
    let short = |disposition: &Disposition| match disposition {
        Disposition::Accepted => "accepted".to_owned(),
        Disposition::Duplicate => "duplicate".to_owned(),
        Disposition::Conflict => "conflict".to_owned(),
        Disposition::Rejected(violation) => format!("rejected {}", violation.field),
    };
    dispositions.iter().map(short).collect()
}

/// Records events that are all new.
pub async fn accept(installation: &Installation, caller: &Caller, events: Vec<NewEvent>) {
    let found = ingest(installation, caller, events).await;
    assert!(found.iter().all(|disposition| disposition == "accepted"), "{found:?}");
}

/// Judges what waits.
pub async fn drain(installation: &Installation, caller: &Caller) -> Drained {
    installation.assay.drain(caller, |_| {}).await.expect("judged")
}

/// The canonical dump.
pub async fn dump(installation: &Installation, caller: &Caller) -> String {
    let mut bytes = Vec::new();
    installation.assay.dump(caller, &mut bytes).await.expect("a dump");
    String::from_utf8(bytes).expect("text")
}

/// A card in US dollars.
pub fn card(name: &str, charges: Value) -> RateCard {
    let card: RateCard = serde_json::from_value(json!({ "name": name, "currency": "USD", "charges": charges })).expect("the card reads");
    assert_eq!(card.check(), Ok(()));
    card
}

/// A fee of 500 a month and 0.99 for each outcome of `fixed`.
pub fn standard() -> RateCard {
    let resolutions = json!({ "code": "resolutions", "label": "Resolved tickets", "model": "unit",
                              "meter": { "outcome-of": "fixed" }, "price": "0.99" });
    card("standard", json!([{ "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500" }, resolutions]))
}

/// A month from its text.
pub fn month(text: &str) -> BillingPeriod {
    text.parse().expect("a month")
}

/// Bills a month to the end.
pub async fn bill(installation: &Installation, caller: &Caller, text: &str) {
    installation.assay.bill(caller, month(text), |_| {}).await.expect("a bill");
}

/// What a use case that must not happen says.
pub fn complaint<T: Debug>(result: Result<T, AppError>) -> String {
    result.expect_err("a refusal").to_string()
}

/// The number that a query finds, past every use case.
pub async fn number(installation: &Installation, sql: &str) -> i64 {
    installation.raw().await.number(sql).await
}

/// Changes something behind the back of every use case, whatever guards it.
pub async fn alter(installation: &Installation, sql: &str) {
    let mut raw = installation.raw().await;
    raw.unguarded().await;
    assert!(raw.run(sql).await > 0, "{sql} alters nothing");
}
