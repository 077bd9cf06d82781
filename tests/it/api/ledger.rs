//! The ledger over HTTP: transfers, what they add up to, and whether all of it is true.

use assay_domain::key::Role;
use serde_json::{Value, json};

use super::support::{NOW, Service, resolved};

/// March of `acme`, billed: 500.00 and 0.99.
async fn billed() -> (Service, String) {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.sell(&key).await;
    service.accept(&key, &resolved("T-1", "2026-03-02")).await;
    service.judge().await;
    service.bill("2026-03").await;
    (service, key)
}

fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

/// The transfers of `acme`, in short.
async fn transfers(service: &Service, key: &str) -> Vec<String> {
    let list = service.read("/v1/transfers?customer=acme", key).await;
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let short = |row: &Value| {
        let [kind, debit, credit, key] = ["kind", "debit", "credit", "key"].map(|name| text(&row[name]));
        format!("{kind} {debit} from {credit} {} {key}", text(&row["amount"]["amount"]))
    };
    list["data"].as_array().expect("a list").iter().map(short).collect()
}

/// The balances of `acme`, in short.
async fn balances(service: &Service, key: &str) -> Vec<String> {
    let list = service.read("/v1/balances?customer=acme", key).await;
    let rows = list["data"].as_array().expect("a list").iter();
    rows.map(|row| format!("{} {}", row["account"].as_str().expect("text"), row["balance"]["amount"].as_str().expect("text"))).collect()
}

#[tokio::test]
async fn what_is_billed_is_owed_until_it_is_paid() {
    let (service, key) = billed().await;
    let lines = ["post receivable from revenue 500.00 line/INV-000001/1", "post receivable from revenue 0.99 line/INV-000001/2"];
    assert_eq!(transfers(&service, &key).await, lines);
    let all = service.read("/v1/transfers", &key).await;
    let agreements = service.read("/v1/agreements", &key).await;
    let first = &all["data"][0];
    let expected = json!({
        "id": first["id"], "key": "line/INV-000001/1", "kind": "post", "customer": "acme", "debit": "receivable", "credit": "revenue",
        "amount": usd("500.00"), "agreement": agreements["data"][0]["id"], "period": "2026-03", "charge": "platform",
        "invoice": "INV-000001", "lot": null, "corrects": null, "reason": null, "posted_at": NOW,
    });
    assert_eq!(*first, expected);
    let owed = service.read("/v1/balances", &key).await;
    let receivable =
        json!({ "customer": "acme", "account": "receivable", "debits": usd("500.99"), "credits": usd("0.00"), "balance": usd("500.99") });
    assert_eq!((&owed["data"][0], &owed["next_cursor"]), (&receivable, &Value::Null));
    assert_eq!(balances(&service, &key).await, ["receivable 500.99", "revenue -500.99"]);
    service.create("/v1/invoices/INV-000001/pay", &key, json!({ "reference": "transfer 17" })).await;
    assert_eq!(transfers(&service, &key).await[2..], ["post external from receivable 500.99 pay/INV-000001"]);
    assert_eq!(balances(&service, &key).await, ["external 500.99", "receivable 0.00", "revenue -500.99"]);
}

#[tokio::test]
async fn what_undoes_a_transfer_names_it() {
    let (service, key) = billed().await;
    service.create("/v1/invoices/INV-000001/void", &key, json!({ "reason": "the wrong address" })).await;
    let voids = ["void revenue from receivable 500.00 void/INV-000001/1", "void revenue from receivable 0.99 void/INV-000001/2"];
    assert_eq!(transfers(&service, &key).await[2..], voids);
    let list = service.read("/v1/transfers?customer=acme", &key).await;
    let (posted, voided) = (&list["data"][1], &list["data"][3]);
    assert_eq!((&voided["corrects"], &voided["reason"]), (&posted["id"], &json!("the wrong address")));
    assert_eq!(balances(&service, &key).await, ["receivable 0.00", "revenue 0.00"]);
}

#[tokio::test]
async fn a_customer_sees_its_own_transfers_piece_by_piece() {
    let (service, key) = billed().await;
    service.create("/v1/customers", &key, json!({ "key": "globex" })).await;
    let usd = json!({ "key": "welcome", "amount": usd("5") });
    service.create("/v1/customers/globex/grants", &key, usd).await;
    let first = service.read("/v1/transfers?customer=acme&limit=1", &key).await;
    let cursor = first["next_cursor"].as_str().expect("there is more");
    let rest = service.read(&format!("/v1/transfers?customer=acme&limit=1&cursor={cursor}"), &key).await;
    let keys = [&first["data"][0]["key"], &rest["data"][0]["key"], &rest["next_cursor"]];
    assert_eq!(json!(keys), json!(["line/INV-000001/1", "line/INV-000001/2", null]));
    let globex = service.read("/v1/transfers?customer=globex", &key).await;
    let [granted] = globex["data"].as_array().expect("a list").as_slice() else { panic!("{globex}") };
    let members = ["debit", "credit", "key"].map(|name| &granted[name]);
    assert_eq!(json!(members), json!(["external", "wallet", "grant/welcome"]));
    assert!(granted["lot"].as_str().is_some_and(|lot| lot.starts_with("lot_")), "{granted}");
    assert_eq!(service.read("/v1/transfers", &key).await["data"].as_array().map(Vec::len), Some(3));
    for path in ["/v1/transfers?customer=nobody", "/v1/balances?customer=nobody"] {
        service.call("GET", path, &key, Value::Null).await.problem(404, "not-found");
    }
    service.call("GET", "/v1/balances?limit=1", &key, Value::Null).await.problem(400, "malformed");
}

/// The checks that find something, and how much.
fn finding(audit: &Value) -> Vec<(&str, u64)> {
    let checks = audit["checks"].as_array().expect("checks").iter();
    let counted = checks.map(|check| (check["check"].as_str().expect("a name"), check["violations"].as_u64().expect("a number")));
    counted.filter(|(_, count)| *count > 0).collect()
}

#[tokio::test]
async fn the_audit_names_every_check_and_whatever_is_wrong() {
    let (service, admin) = billed().await;
    let key = service.key(&[Role::Viewer]).await;
    let sound = service.read("/v1/reports/ledger", &key).await;
    assert_eq!((&sound["holds"], &sound["transfers"], &sound["violations"]), (&json!(true), &json!(2), &json!([])));
    assert_eq!((sound["checks"].as_array().map(Vec::len), finding(&sound)), (Some(9), vec![]));
    let mut raw = service.installation.raw().await;
    assert_eq!(raw.run("update balances set debits = debits + 1 where account = 'receivable'").await, 1);
    let found = service.read("/v1/reports/ledger", &admin).await;
    assert_eq!((&found["holds"], finding(&found)), (&json!(false), vec![("accounts", 1), ("balances", 1)]), "{found}");
    let violations = found["violations"].as_array().expect("violations");
    let checks: Vec<&Value> = violations.iter().map(|violation| &violation["check"]).collect();
    assert_eq!(checks, [&json!("accounts"), &json!("balances")]);
    assert!(violations.iter().all(|violation| violation["found"] != violation["expected"]), "{found}");
}
