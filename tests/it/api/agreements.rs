//! Agreements: customers bound to definitions and rate cards, one at a time.

use assay_domain::{definition::Timing, key::Role};
use serde_json::{Value, json};

use super::support::{Answer, Service};

const AGREEMENTS: &str = "/v1/agreements";

/// A service with the definitions `fixed` and `other`, cards that charge for the first, and three customers; and a key for billing.
async fn in_business() -> (Service, String) {
    let service = Service::start().await;
    for definition in ["fixed", "other"] {
        service.installation.define(&service.installation.caller, definition, &[], Timing::default(), "2026-01-01T00:00:00Z").await;
    }
    let key = service.key(&[Role::Billing]).await;
    let charge = json!({ "code": "units", "label": "Units", "model": "unit", "meter": { "outcome-of": "fixed" }, "price": "0.99" });
    service.create("/v1/rate-cards", &key, json!({ "name": "standard", "currency": "USD", "charges": [charge] })).await;
    for customer in ["acme", "globex", "initech"] {
        service.create("/v1/customers", &key, json!({ "key": customer })).await;
    }
    (service, key)
}

/// The charge of the card, at another price.
fn units(price: &str) -> Value {
    json!({ "code": "units", "label": "Units", "model": "unit", "meter": { "outcome-of": "fixed" }, "price": price })
}

/// A fee of 10.
fn fee(code: &str) -> Value {
    json!({ "code": code, "label": "A fee", "model": "flat", "amount": "10" })
}

/// An agreement on `fixed` from March on.
fn with(customer: &str) -> Value {
    json!({ "customer": customer, "definitions": [{ "definition": "fixed" }], "rate_card": "standard", "from": "2026-03-01T00:00:00Z" })
}

/// The same with one member changed.
fn but(member: &str, value: Value) -> Value {
    let mut body = with("acme");
    body[member] = value;
    body
}

async fn post(service: &Service, key: &str, body: Value) -> Answer {
    service.call("POST", AGREEMENTS, key, body).await
}

#[tokio::test]
async fn an_agreement_shows_what_was_agreed_on() {
    let (service, key) = in_business().await;
    let answer = post(&service, &key, with("acme")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let id = answer.body["id"].as_str().expect("an id");
    assert!(id.starts_with("agr_"), "{id}");
    let expected = json!({
        "id": id, "customer": "acme", "definitions": [{ "definition": "fixed", "version": null }], "approval": "one-party",
        "rate_card": "standard", "overrides": {}, "from": "2026-03-01T00:00:00Z", "until": null,
    });
    assert_eq!(answer.body, expected);
    assert_eq!(service.read(&format!("{AGREEMENTS}/{id}"), &key).await, expected);
    assert_eq!(service.read(AGREEMENTS, &key).await["data"], json!([expected]));
    assert_eq!(service.read("/v1/customers/acme", &key).await["standing"], "confirmed");
}

#[tokio::test]
async fn an_agreement_may_demand_two_parties_and_then_names_no_version() {
    let (service, key) = in_business().await;
    let answer = post(&service, &key, but("approval", json!("two-party"))).await;
    assert_eq!((answer.status, &answer.body["approval"]), (201, &json!("two-party")), "{}", answer.text);
    let mut pinned = with("globex");
    pinned["approval"] = json!("two-party");
    pinned["definitions"] = json!([{ "definition": "fixed", "version": 1 }]);
    let refused = post(&service, &key, pinned).await;
    assert!(refused.problem(422, "invalid").contains("propose the version to the customer"), "{}", refused.text);
    assert_eq!(refused.field(), "definition");
    let unknown = post(&service, &key, but("approval", json!("three-party"))).await;
    unknown.problem(422, "invalid");
    assert_eq!(unknown.field(), "approval");
}

#[tokio::test]
async fn a_customer_may_have_its_own_version_and_an_end() {
    let (service, key) = in_business().await;
    let body = json!({
        "customer": "acme", "definitions": [{ "definition": "other", "version": 1 }, { "definition": "fixed", "version": null }],
        "rate_card": "standard", "from": "2026-03-01T01:00:00+01:00", "until": "2026-06-01T00:00:00Z",
    });
    let created = service.create(AGREEMENTS, &key, body).await;
    assert_eq!((&created["from"], &created["until"]), (&json!("2026-03-01T00:00:00Z"), &json!("2026-06-01T00:00:00Z")));
    let definitions = created["definitions"].as_array().expect("definitions");
    assert!(definitions.contains(&json!({ "definition": "other", "version": 1 })), "{created}");
    assert!(definitions.contains(&json!({ "definition": "fixed", "version": null })), "{created}");
}

#[tokio::test]
async fn what_one_customer_pays_otherwise_is_agreed_with_it() {
    let (service, key) = in_business().await;
    let tax = json!({ "code": "vat", "label": "VAT 19 %", "rate": "0.19" });
    let overrides =
        json!({ "charges": [fee("units")], "commitment": { "amount": "100", "overage-factor": "1.5" }, "cap": "500", "taxes": [tax] });
    let created = service.create(AGREEMENTS, &key, but("overrides", overrides.clone())).await;
    assert_eq!(created["overrides"], overrides);
    let place = format!("{AGREEMENTS}/{}", created["id"].as_str().expect("an id"));
    assert_eq!(service.read(&place, &key).await, created);
    for (customer, overrides) in [("globex", json!({})), ("initech", Value::Null)] {
        let mut body = with(customer);
        body["overrides"] = overrides;
        assert_eq!(service.create(AGREEMENTS, &key, body).await["overrides"], json!({}), "{customer}");
    }
    service.bill("2026-03").await;
    let invoice = service.read("/v1/invoices/INV-000001", &key).await;
    let lines: Vec<_> =
        invoice["lines"].as_array().expect("lines").iter().map(|line| [&line["charge"], &line["amount"]["amount"]]).collect();
    assert_eq!(json!(lines), json!([["units", "10.00"], ["commitment", "90.00"], ["tax-vat", "19.00"]]));
}

#[tokio::test]
async fn what_is_wrong_with_an_agreement_is_said_by_field() {
    let (service, key) = in_business().await;
    for (body, field) in [
        (but("definitions", json!([])), "definition"),
        (but("definitions", json!([{ "definition": "other" }])), "definition"),
        (but("definitions", json!([{ "definition": "fixed" }, { "definition": "fixed", "version": 1 }])), "definition"),
        (but("until", json!("2026-03-01T00:00:00Z")), "until"),
        (but("until", json!("2026-02-01T00:00:00Z")), "until"),
        (but("until", json!("never")), "until"),
        (but("from", json!("March")), "from"),
        (but("from", json!(1_772_323_200)), "from"),
        (but("from", Value::Null), "from"),
        (but("definitions", json!(["fixed"])), "definitions[0]"),
        (but("definitions", json!([{ "definition": "fixed", "version": -1 }])), "definitions[0].version"),
        (but("definitions", json!([{ "definition": "fixed", "number": 1 }])), "definitions[0].number"),
        (but("colour", json!("red")), "colour"),
        (but("overrides", json!([])), "overrides"),
        (but("overrides", json!("cheaper")), "overrides"),
        (but("overrides", json!({ "colour": "red" })), "overrides.colour"),
        (but("overrides", json!({ "cap": 5 })), "overrides.cap"),
        (but("overrides", json!({ "commitment": { "amount": "much" } })), "overrides.commitment.amount"),
        (but("overrides", json!({ "cap": "1.005" })), "overrides.cap"),
        (but("overrides", json!({ "charges": [units("-1")] })), "overrides.charges[0].price"),
        (but("overrides", json!({ "charges": [fee("other")] })), "overrides.charges[0].code"),
        (json!({}), "body"),
    ] {
        let answer = post(&service, &key, body.clone()).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    assert!(service.read(AGREEMENTS, &key).await["data"].as_array().is_some_and(Vec::is_empty), "nothing was agreed on");
}

#[tokio::test]
async fn what_an_agreement_names_must_be_there() {
    let (service, key) = in_business().await;
    for (body, missing) in [
        (with("nobody"), "customer \"nobody\""),
        (but("rate_card", json!("nothing")), "rate card \"nothing\""),
        (but("definitions", json!([{ "definition": "nothing" }])), "definition \"nothing\""),
        (but("definitions", json!([{ "definition": "fixed", "version": 9 }])), "version \"fixed@9\""),
    ] {
        let answer = post(&service, &key, body).await;
        assert!(answer.problem(404, "not-found").contains(missing), "{}", answer.text);
    }
    for unknown in ["agr_000000000zzzz", "agr_0000000000000", "agr_1", "acme", "cus_0000000000001"] {
        service.call("GET", &format!("{AGREEMENTS}/{unknown}"), &key, Value::Null).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_customer_has_one_agreement_at_a_time() {
    let (service, key) = in_business().await;
    service.create(AGREEMENTS, &key, but("until", json!("2026-06-01T00:00:00Z"))).await;
    post(&service, &key, with("acme")).await.problem(409, "conflict");
    post(&service, &key, but("from", json!("2026-05-31T23:59:59Z"))).await.problem(409, "conflict");
    assert_eq!(post(&service, &key, with("globex")).await.status, 201);
    assert_eq!(post(&service, &key, but("from", json!("2026-06-01T00:00:00Z"))).await.status, 201, "it starts when the old one ends");
}

#[tokio::test]
async fn only_billing_agrees_and_only_readers_read() {
    let (service, key) = in_business().await;
    for role in [Role::Ingest, Role::Author, Role::Viewer] {
        post(&service, &service.key(&[role]).await, with("acme")).await.problem(403, "forbidden");
    }
    let created = service.create(AGREEMENTS, &service.key(&[Role::Admin]).await, with("acme")).await;
    post(&service, "", with("globex")).await.problem(401, "unauthenticated");
    assert_eq!(service.read(AGREEMENTS, &key).await["data"], json!([created]));
    for path in [AGREEMENTS.to_owned(), format!("{AGREEMENTS}/{}", created["id"].as_str().expect("an id"))] {
        for role in [Role::Author, Role::Billing, Role::Viewer, Role::Admin] {
            service.read(&path, &service.key(&[role]).await).await;
        }
        for key in [service.key(&[Role::Ingest]).await, service.operator().await] {
            service.call("GET", &path, &key, Value::Null).await.problem(403, "forbidden");
        }
    }
}

#[tokio::test]
async fn another_side_and_another_tenant_see_nothing_of_it() {
    let (service, key) = in_business().await;
    let created = service.create(AGREEMENTS, &key, with("acme")).await;
    let path = format!("{AGREEMENTS}/{}", created["id"].as_str().expect("an id"));
    for key in [service.test_key(&[Role::Admin]).await, service.other_tenant_key(&[Role::Admin]).await] {
        service.call("GET", &path, &key, Value::Null).await.problem(404, "not-found");
        assert!(service.read(AGREEMENTS, &key).await["data"].as_array().is_some_and(Vec::is_empty));
        post(&service, &key, with("globex")).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_repeated_request_agrees_once() {
    let (service, key) = in_business().await;
    let once = [("idempotency-key", "acme in March")];
    let first = service.call_with("POST", AGREEMENTS, &key, &once, with("acme")).await;
    let again = service.call_with("POST", AGREEMENTS, &key, &once, with("acme")).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(again.body, first.body);
    service.call_with("POST", AGREEMENTS, &key, &once, with("globex")).await.problem(422, "idempotency-key-reused");
    assert_eq!(service.read(AGREEMENTS, &key).await["data"].as_array().map(Vec::len), Some(1));
    post(&service, &key, with("acme")).await.problem(409, "conflict");
}

#[tokio::test]
async fn the_list_is_read_in_pieces() {
    let (service, key) = in_business().await;
    for customer in ["globex", "initech", "acme"] {
        service.create(AGREEMENTS, &key, with(customer)).await;
    }
    let first = service.call("GET", "/v1/agreements?limit=2", &key, Value::Null).await;
    let cursor = first.body["next_cursor"].as_str().expect("a cursor");
    let second = service.call("GET", &format!("{AGREEMENTS}?limit=2&cursor={cursor}"), &key, Value::Null).await;
    let customers: Vec<&Value> = first.data().iter().chain(second.data()).map(|agreement| &agreement["customer"]).collect();
    assert_eq!(customers, [&json!("globex"), &json!("initech"), &json!("acme")]);
    assert_eq!(second.body["next_cursor"], Value::Null);
}
