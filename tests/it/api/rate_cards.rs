//! Rate cards: written down once, and shown as they were written.

use assay_domain::{definition::Timing, key::Role};
use serde_json::{Value, json};

use super::support::{Answer, Service};

const CARDS: &str = "/v1/rate-cards";

/// A service with the definition `fixed`, and a key for billing.
async fn with_definition() -> (Service, String) {
    let service = Service::start().await;
    service.installation.define(&service.installation.caller, "fixed", &[], Timing::default(), "2026-01-01T00:00:00Z").await;
    let key = service.key(&[Role::Billing]).await;
    (service, key)
}

/// A card with a charge of each model.
fn card(name: &str) -> Value {
    json!({
        "name": name,
        "currency": "USD",
        "rounding": "half-up",
        "charges": [
            { "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500" },
            {
                "code": "resolutions", "label": "Resolved tickets", "model": "unit",
                "meter": { "outcome-of": "fixed" }, "price": "0.99", "included": "100",
            },
            {
                "code": "attempts", "label": "Attempts", "model": "graduated", "meter": { "attempts-at": "fixed" },
                "tiers": [
                    { "up-to": "100", "edge": "exclusive", "price": "0.1", "flat-fee": "10" },
                    { "edge": "inclusive", "price": "0.05", "flat-fee": "0" },
                ],
            },
        ],
    })
}

/// A card with one charge.
fn charging(charge: Value) -> Value {
    json!({ "name": "one", "currency": "USD", "charges": [charge] })
}

async fn post(service: &Service, key: &str, body: Value) -> Answer {
    service.call("POST", CARDS, key, body).await
}

async fn send(service: &Service, key: &str, kind: &str, text: &str) -> Answer {
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
    service.send("POST", CARDS, &headers, text.as_bytes().to_vec()).await
}

#[tokio::test]
async fn a_card_is_shown_as_it_was_written() {
    let (service, key) = with_definition().await;
    let answer = post(&service, &key, card("standard")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let created = &answer.body;
    let id = created["id"].as_str().expect("an id");
    assert!(id.starts_with("rcd_"), "{created}");
    assert_eq!((&created["name"], &created["currency"]), (&json!("standard"), &json!("USD")));
    assert_eq!(created["card"], card("standard"));
    for name in ["standard", id] {
        assert_eq!(service.read(&format!("{CARDS}/{name}"), &key).await, *created);
    }
    assert_eq!(service.read(CARDS, &key).await["data"], json!([created]));
}

#[tokio::test]
async fn a_card_may_say_everything_there_is() {
    let (service, key) = with_definition().await;
    let success = json!({ "outcome-of": "fixed", "class": "booked" });
    let tokens = json!({ "events": "llm.call", "aggregate": "sum", "field": "tokens" });
    let few = json!({ "up-to": "10", "edge": "inclusive", "price": "2", "flat-fee": "0" });
    let tiers = [few, json!({ "edge": "inclusive", "price": "1", "flat-fee": "0" })];
    let of_humans = json!({ "outcome-of": "fixed", "credit-to": "human" });
    let whole = json!({
        "name": "whole", "currency": "EUR", "rounding": "up", "cycle": "anniversary", "time-zone": "Europe/Berlin",
        "charges": [
            { "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500", "due": "in-advance" },
            { "code": "shared", "label": "Shared", "model": "volume", "meter": of_humans, "tiers": tiers },
            { "code": "tokens", "label": "Tokens", "model": "package", "meter": tokens, "size": "1000", "price": "2.5", "included": "100" },
            {
                "code": "savings", "label": "Savings", "model": "percentage",
                "meter": success, "rate": "0.02", "minimum": "1", "maximum": "25",
            },
        ],
        "commitment": { "amount": "1000", "overage-factor": "1.5" }, "cap": "5000",
        "taxes": [{ "code": "vat", "label": "VAT 19 %", "rate": "0.19" }],
    });
    assert_eq!(service.create(CARDS, &key, whole.clone()).await["card"], whole);
}

#[tokio::test]
async fn what_is_not_said_takes_its_default() {
    let (service, key) = with_definition().await;
    let meter = json!({ "outcome-of": "fixed" });
    let unit = json!({ "code": "a", "label": "A", "model": "unit", "meter": meter, "price": "1.50" });
    let graduated = json!({ "code": "b", "label": "B", "model": "graduated", "meter": meter, "tiers": [{ "price": "0" }] });
    let created = service.create(CARDS, &key, json!({ "name": "bare", "currency": "JPY", "charges": [unit, graduated] })).await;
    assert_eq!(created["card"]["rounding"], "half-even");
    assert_eq!((&created["card"]["charges"][0]["price"], &created["card"]["charges"][0]["included"]), (&json!("1.5"), &json!("0")));
    assert_eq!(created["card"]["charges"][1]["tiers"], json!([{ "edge": "inclusive", "price": "0", "flat-fee": "0" }]));
}

#[tokio::test]
async fn what_is_wrong_with_a_card_is_said() {
    let (service, key) = with_definition().await;
    let flat = |amount: Value| charging(json!({ "code": "platform", "label": "Platform fee", "model": "flat", "amount": amount }));
    let counted = |meter: Value| charging(json!({ "code": "units", "label": "Units", "model": "unit", "meter": meter, "price": "0.99" }));
    let tiered = |tiers: Value| {
        let meter = json!({ "outcome-of": "fixed" });
        charging(json!({ "code": "units", "label": "Units", "model": "graduated", "meter": meter, "tiers": tiers }))
    };
    let twice = json!({ "code": "platform", "label": "Platform fee", "model": "flat", "amount": "1" });
    for (body, field) in [
        (json!({ "name": "A card", "currency": "USD", "charges": [twice] }), "name"),
        (json!({ "name": "one", "currency": "USD", "charges": [] }), "charges"),
        (json!({ "name": "one", "currency": "USD" }), "charges"),
        (json!({ "name": "one", "currency": "USD", "charges": [twice, twice] }), "charges[1].code"),
        (flat(json!("-1")), "charges[0].amount"),
        (flat(json!("0.0000000001")), "charges[0].amount"),
        (tiered(json!([])), "charges[0].tiers"),
        (tiered(json!([{ "up-to": "10", "price": "1" }])), "charges[0].tiers[0].up-to"),
        (tiered(json!([{ "price": "1" }, { "price": "1" }])), "charges[0].tiers[0].up-to"),
        (counted(json!({ "attempts-at": "fixed", "class": "booked" })), "card"),
        (flat(json!(500)), "card"),
        (flat(json!("much")), "card"),
        (counted(json!({})), "card"),
        (counted(json!({ "outcome-of": "fixed", "attempts-at": "fixed" })), "card"),
        (charging(json!({ "code": "a", "label": "A", "model": "stairs" })), "card"),
        (charging(json!({ "code": "a", "label": "A", "model": "flat", "amount": "1", "price": "1" })), "card"),
        (json!({ "name": "one", "currency": "XXX", "charges": [twice] }), "card"),
        (json!({ "name": "one", "currency": "USD", "charges": [twice], "colour": "red" }), "card"),
        (json!([]), "body"),
    ] {
        let answer = post(&service, &key, body.clone()).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    assert!(service.read(CARDS, &key).await["data"].as_array().is_some_and(Vec::is_empty), "nothing was written down");
}

#[tokio::test]
async fn a_card_comes_as_json() {
    let (service, key) = with_definition().await;
    let text = card("standard").to_string();
    send(&service, &key, "application/toml", &text).await.problem(415, "unsupported-media-type");
    let twice = format!("{text}{text}");
    for broken in ["", "name = \"standard\"", &text[1..], &twice] {
        send(&service, &key, "application/json", broken).await.problem(400, "malformed");
    }
    assert_eq!(send(&service, &key, "application/json; charset=utf-8", &format!("\n  {text}\n")).await.status, 201);
}

#[tokio::test]
async fn a_card_stands_on_definitions_and_never_changes() {
    let (service, key) = with_definition().await;
    let other = json!({ "code": "units", "label": "Units", "model": "unit", "meter": { "outcome-of": "other" }, "price": "0.99" });
    assert!(post(&service, &key, charging(other)).await.problem(404, "not-found").contains("definition \"other\""));
    post(&service, &key, card("standard")).await;
    post(&service, &key, card("standard")).await.problem(409, "conflict");
    let changed = json!({ "name": "standard", "currency": "USD", "charges": [card("")["charges"][0]] });
    post(&service, &key, changed).await.problem(409, "conflict");
    assert_eq!(service.read(&format!("{CARDS}/standard"), &key).await["card"], card("standard"));
    for unknown in ["nobody", "rcd_000000000zzzz", "rcd_"] {
        service.call("GET", &format!("{CARDS}/{unknown}"), &key, Value::Null).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn only_billing_writes_and_only_readers_read() {
    let (service, key) = with_definition().await;
    post(&service, &key, card("standard")).await;
    for role in [Role::Ingest, Role::Author, Role::Viewer] {
        post(&service, &service.key(&[role]).await, card("second")).await.problem(403, "forbidden");
    }
    assert_eq!(post(&service, &service.key(&[Role::Admin]).await, card("second")).await.status, 201);
    for path in [CARDS, "/v1/rate-cards/standard"] {
        for role in [Role::Author, Role::Billing, Role::Viewer, Role::Admin] {
            service.read(path, &service.key(&[role]).await).await;
        }
        for key in [service.key(&[Role::Ingest]).await, service.operator().await] {
            service.call("GET", path, &key, Value::Null).await.problem(403, "forbidden");
        }
    }
}

#[tokio::test]
async fn another_side_and_another_tenant_see_nothing_of_it() {
    let (service, key) = with_definition().await;
    let created = service.create(CARDS, &key, card("standard")).await;
    for key in [service.test_key(&[Role::Admin]).await, service.other_tenant_key(&[Role::Admin]).await] {
        for name in [&created["name"], &created["id"]] {
            let path = format!("{CARDS}/{}", name.as_str().expect("a name"));
            service.call("GET", &path, &key, Value::Null).await.problem(404, "not-found");
        }
        assert!(service.read(CARDS, &key).await["data"].as_array().is_some_and(Vec::is_empty));
        post(&service, &key, card("standard")).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_repeated_request_writes_one_card() {
    let (service, key) = with_definition().await;
    let once = [("idempotency-key", "standard")];
    let first = service.call_with("POST", CARDS, &key, &once, card("standard")).await;
    let again = service.call_with("POST", CARDS, &key, &once, card("standard")).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(again.body, first.body);
    service.call_with("POST", CARDS, &key, &once, card("second")).await.problem(422, "idempotency-key-reused");
    assert_eq!(service.read(CARDS, &key).await["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn the_list_is_read_in_pieces() {
    let (service, key) = with_definition().await;
    for name in ["b", "c", "a"] {
        service.create(CARDS, &key, card(name)).await;
    }
    let first = service.call("GET", "/v1/rate-cards?limit=2", &key, Value::Null).await;
    let cursor = first.body["next_cursor"].as_str().expect("a cursor");
    let second = service.call("GET", &format!("{CARDS}?limit=2&cursor={cursor}"), &key, Value::Null).await;
    let names: Vec<&Value> = first.data().iter().chain(second.data()).map(|card| &card["name"]).collect();
    assert_eq!(names, [&json!("b"), &json!("c"), &json!("a")]);
    assert_eq!(second.body["next_cursor"], Value::Null);
}
