//! Wallets over HTTP: credit that is granted, what is left of it, and when more is asked for.

use assay_domain::key::Role;
use serde_json::{Value, json};

use super::support::{Answer, NOW, Service, resolved};

const WALLET: &str = "/v1/customers/acme/wallets/USD";
const GRANTS: &str = "/v1/customers/acme/grants";

/// A service with the customer `acme`, and a key for billing.
async fn with_acme() -> (Service, String) {
    let service = Service::start().await;
    let key = service.key(&[Role::Billing]).await;
    service.create("/v1/customers", &key, json!({ "key": "acme" })).await;
    (service, key)
}

fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

fn grant(key: &str, amount: &str) -> Value {
    json!({ "key": key, "amount": usd(amount) })
}

/// A grant with one member changed.
fn but(member: &str, value: Value) -> Value {
    let mut body = grant("order-17", "100");
    body[member] = value;
    body
}

/// Settings with a mark.
fn asking(below: Value, amount: Value) -> Value {
    json!({ "hard_stop": false, "top_up": { "below": below, "amount": amount } })
}

async fn put(service: &Service, key: &str, body: Value) -> Answer {
    service.call("PUT", WALLET, key, body).await
}

/// The keys of the lots of the wallet, in order.
fn lots(wallet: &Value) -> Vec<&str> {
    wallet["lots"].as_array().expect("lots").iter().map(|lot| lot["key"].as_str().expect("a key")).collect()
}

#[tokio::test]
async fn a_grant_is_a_lot_of_the_wallet() {
    let (service, key) = with_acme().await;
    let empty = json!({
        "customer": "acme", "currency": "USD", "balance": usd("0.00"), "held": usd("0.00"), "available": usd("0.00"),
        "stopped": false, "hard_stop": false, "top_up": null, "lots": [],
    });
    assert_eq!(service.read(WALLET, &key).await, empty);
    let body =
        json!({ "key": "order-17", "amount": usd("100"), "priority": 50, "expires_at": "2027-01-01T01:00:00+01:00", "note": "welcome" });
    let answer = service.call("POST", GRANTS, &key, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let lot = answer.body;
    let expected = json!({
        "id": lot["id"], "key": "order-17", "kind": "grant", "amount": usd("100.00"), "remaining": usd("100.00"), "priority": 50,
        "expires_at": "2027-01-01T00:00:00Z", "origin": null, "note": "welcome", "created_at": NOW,
    });
    assert_eq!(lot, expected);
    let wallet = service.read(WALLET, &key).await;
    assert_eq!((&wallet["balance"], &wallet["available"], &wallet["lots"]), (&usd("100.00"), &usd("100.00"), &json!([lot])));
    let acme = service.read("/v1/customers/acme", &key).await;
    let by_id = format!("/v1/customers/{}/wallets/USD", acme["id"].as_str().expect("an id"));
    assert_eq!(service.read(&by_id, &key).await, wallet);
    assert_eq!(service.read("/v1/customers/acme/wallets/EUR", &key).await["lots"], json!([]), "every currency has a wallet of its own");
}

#[tokio::test]
async fn lots_are_shown_in_the_order_in_which_they_are_drawn() {
    let (service, key) = with_acme().await;
    for (name, priority, expires_at) in [
        ("ordinary", Value::Null, Value::Null),
        ("expiring", json!(100), json!("2026-12-01T00:00:00Z")),
        ("last", json!(200), json!("2026-05-01T00:00:00Z")),
        ("first", json!(-1), Value::Null),
    ] {
        let body = json!({ "key": name, "amount": usd("1"), "priority": priority, "expires_at": expires_at });
        service.create(GRANTS, &key, body).await;
    }
    assert_eq!(lots(&service.read(WALLET, &key).await), ["first", "expiring", "ordinary", "last"]);
}

#[tokio::test]
async fn the_same_grant_is_made_once() {
    let (service, key) = with_acme().await;
    let first = service.create(GRANTS, &key, grant("order-17", "100")).await;
    assert_eq!(service.create(GRANTS, &key, grant("order-17", "100.00")).await, first);
    let other = service.call("POST", GRANTS, &key, grant("order-17", "101")).await;
    assert!(other.problem(409, "conflict").contains("was used for another grant; use a new key"), "{}", other.text);
    let once = async |body: Value| service.call_with("POST", GRANTS, &key, &[("idempotency-key", "k")], body).await;
    let second = once(grant("order-18", "5")).await;
    assert_eq!((second.status, once(grant("order-18", "5")).await.body), (201, second.body));
    once(grant("order-19", "5")).await.problem(422, "idempotency-key-reused");
    assert_eq!(service.read(WALLET, &key).await["balance"], usd("105.00"));
}

#[tokio::test]
async fn a_wallet_says_stop_and_asks_for_more() {
    let (service, key) = with_acme().await;
    let settings = json!({ "hard_stop": true, "top_up": { "below": usd("50"), "amount": usd("200") } });
    let answer = put(&service, &key, settings).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!((&answer.body["hard_stop"], &answer.body["stopped"]), (&json!(true), &json!(true)));
    assert_eq!(answer.body["top_up"], json!({ "below": usd("50.00"), "amount": usd("200.00") }));
    assert_eq!(service.read("/v1/top-ups", &key).await["data"], json!([]));
    service.create(GRANTS, &key, grant("order-17", "40")).await;
    assert_eq!(service.read(WALLET, &key).await["stopped"], false);
    let asked = service.read("/v1/top-ups", &key).await;
    let expected = json!([{ "id": asked["data"][0]["id"], "customer": "acme", "available": usd("40.00"), "amount": usd("200.00"), "requested_at": NOW }]);
    assert_eq!(asked["data"], expected);
    let reset = put(&service, &key, json!({ "hard_stop": false })).await;
    assert_eq!((&reset.body["hard_stop"], &reset.body["top_up"]), (&json!(false), &Value::Null), "what is not said is off");
}

#[tokio::test]
async fn a_repetition_that_comes_late_undoes_nothing() {
    let (service, key) = with_acme().await;
    let once = async |name: &str, hard_stop: bool| -> Answer {
        service.call_with("PUT", WALLET, &key, &[("idempotency-key", name)], json!({ "hard_stop": hard_stop })).await
    };
    assert_eq!((once("k-1", true).await.status, once("k-2", false).await.status), (200, 200));
    let late = once("k-1", true).await;
    assert_eq!((late.status, &late.body["hard_stop"]), (200, &json!(false)));
    once("k-1", false).await.problem(422, "idempotency-key-reused");
}

#[tokio::test]
async fn what_is_wrong_with_a_grant_is_said_by_field() {
    let (service, key) = with_acme().await;
    for (body, field) in [
        (but("key", json!("")), "key"),
        (but("key", json!("order\n17")), "key"),
        (but("amount", usd("0")), "amount"),
        (but("amount", usd("-5")), "amount"),
        (but("amount", usd("much")), "amount.amount"),
        (but("amount", usd("1.005")), "amount.amount"),
        (but("amount", json!({ "amount": 5, "currency": "USD" })), "amount.amount"),
        (but("amount", json!({ "amount": "5", "currency": "usd" })), "amount.currency"),
        (but("amount", json!({ "amount": "5.5", "currency": "JPY" })), "amount.amount"),
        (but("amount", json!({ "amount": "5" })), "amount"),
        (but("amount", json!("5 USD")), "amount"),
        (but("priority", json!("first")), "priority"),
        (but("expires_at", json!("never")), "expires_at"),
        (but("expires_at", json!(NOW)), "expires_at"),
        (but("note", json!("two\nlines")), "note"),
        (but("colour", json!("red")), "colour"),
        (json!({}), "body"),
    ] {
        let answer = service.call("POST", GRANTS, &key, body.clone()).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    service.call("POST", "/v1/customers/nobody/grants", &key, grant("order-17", "5")).await.problem(404, "not-found");
    assert_eq!(service.read(WALLET, &key).await["lots"], json!([]), "nothing was granted");
}

#[tokio::test]
async fn what_is_wrong_with_settings_is_said_by_field() {
    let (service, key) = with_acme().await;
    for (body, field) in [
        (json!({}), "body"),
        (json!({ "hard_stop": "yes" }), "hard_stop"),
        (json!({ "hard_stop": true, "stopped": false }), "stopped"),
        (json!({ "hard_stop": true, "top_up": { "below": usd("5") } }), "top_up"),
        (asking(usd("much"), usd("5")), "top_up.below.amount"),
        (asking(usd("5"), json!({ "amount": "5", "currency": "dollars" })), "top_up.amount.currency"),
        (asking(usd("5"), json!({ "amount": "5", "currency": "EUR" })), "top_up"),
        (asking(usd("-1"), usd("5")), "top_up"),
        (asking(usd("5"), usd("0")), "top_up"),
    ] {
        let answer = put(&service, &key, body.clone()).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    for (method, body) in [("GET", Value::Null), ("PUT", json!({ "hard_stop": true }))] {
        let wrong = service.call(method, "/v1/customers/acme/wallets/dollars", &key, body.clone()).await;
        wrong.problem(422, "invalid");
        assert_eq!(wrong.field(), "currency", "{method}: {}", wrong.text);
        service.call(method, "/v1/customers/nobody/wallets/USD", &key, body).await.problem(404, "not-found");
    }
    service.call("DELETE", WALLET, &key, Value::Null).await.problem(405, "method-not-allowed");
    let wallet = service.read(WALLET, &key).await;
    assert_eq!((&wallet["hard_stop"], &wallet["top_up"]), (&json!(false), &Value::Null), "nothing was changed");
}

#[tokio::test]
async fn credit_pays_an_invoice_and_comes_back_when_it_is_voided() {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.sell(&key).await;
    service.accept(&key, &resolved("T-1", "2026-03-02")).await;
    service.judge().await;
    let granted = service.create(GRANTS, &key, grant("order-17", "100")).await;
    service.bill("2026-03").await;
    let invoice = service.read("/v1/invoices/INV-000001", &key).await;
    assert_eq!((&invoice["total"], &invoice["prepaid"], &invoice["due"]), (&usd("500.99"), &usd("100.00"), &usd("400.99")));
    let spent = service.read(WALLET, &key).await;
    assert_eq!((&spent["balance"], &spent["lots"][0]["remaining"]), (&usd("0.00"), &usd("0.00")));
    service.create("/v1/invoices/INV-000001/void", &key, json!({ "reason": "the wrong address" })).await;
    let wallet = service.read(WALLET, &key).await;
    let back = ["kind", "amount", "remaining", "origin"].map(|name| &wallet["lots"][1][name]);
    assert_eq!(json!(back), json!(["return", usd("100.00"), usd("100.00"), granted["id"]]), "{wallet}");
    assert_eq!(wallet["balance"], usd("100.00"));
}
