//! Documents over HTTP: drafts before they are issued, what becomes of them afterwards, and the files they are handed out as.

use assay_domain::key::Role;
use assay_tests::assay::at;
use serde_json::{Value, json};

use super::support::{Answer, Service, resolved};

const INVOICE: &str = "/v1/invoices/INV-000001";

/// March of `acme`, judged and not billed: 500.00, and 2.97 for three resolved tickets.
async fn march() -> (Service, String) {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    let events = [resolved("T-1", "2026-03-02"), resolved("T-2", "2026-03-03"), resolved("T-3", "2026-03-03")].concat();
    service.accept(&key, &events).await;
    service.sell(&key).await;
    service.judge().await;
    (service, key)
}

/// March and April of `acme` and `globex`, billed: 500.00 each, on four invoices.
async fn four() -> (Service, String) {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.sell(&key).await;
    service.create("/v1/customers", &key, json!({ "key": "globex" })).await;
    let definitions = json!([{ "definition": "tickets" }]);
    let agreement = json!({ "customer": "globex", "definitions": definitions, "rate_card": "standard", "from": "2026-03-01T00:00:00Z" });
    service.create("/v1/agreements", &key, agreement).await;
    service.bill("2026-03").await;
    service.installation.clock.set(at("2026-05-02T00:00:00Z"));
    service.bill("2026-04").await;
    (service, key)
}

fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

/// What some members of each row say.
fn told<const N: usize>(rows: &Value, names: [&str; N]) -> Value {
    json!(rows.as_array().expect("a list").iter().map(|row| names.map(|name| &row[name]).to_vec()).collect::<Vec<_>>())
}

async fn get(service: &Service, key: &str, path: &str) -> Answer {
    service.call("GET", path, key, Value::Null).await
}

#[tokio::test]
async fn a_preview_says_what_the_run_then_issues_and_issues_nothing() {
    let (service, admin) = march().await;
    let key = service.key(&[Role::Viewer]).await;
    let drafts = service.read("/v1/invoices/preview?period=2026-03", &key).await;
    let head = told(&drafts["data"], ["id", "number", "state", "kind", "customer", "period", "issued_at", "note"]);
    assert_eq!(head, json!([[null, "DRAFT", "draft", "invoice", "acme", "2026-03", null, null]]));
    let draft = &drafts["data"][0];
    assert_eq!((&draft["total"], &draft["prepaid"], &draft["due"]), (&usd("502.97"), &usd("0.00"), &usd("502.97")));
    assert_eq!(told(&draft["lines"], ["charge", "quantity", "customer"]), json!([["platform", "1", "acme"], ["resolutions", "3", "acme"]]));
    assert_eq!(drafts["next_cursor"], Value::Null);
    assert_eq!(service.read("/v1/invoices", &key).await["data"], json!([]));
    assert_eq!(service.read("/v1/billing-runs", &key).await["data"], json!([]));
    service.bill("2026-03").await;
    let issued = service.read(INVOICE, &admin).await;
    assert_eq!((&issued["lines"], &issued["total"], &issued["state"]), (&draft["lines"], &draft["total"], &json!("issued")));
    let refused = get(&service, &key, "/v1/invoices/preview?period=2026-03").await;
    assert!(refused.problem(409, "conflict").contains("2026-03 is billed; "), "{}", refused.text);
}

#[tokio::test]
async fn a_preview_may_be_of_one_customer_and_of_a_month_that_is_running() {
    let (service, key) = march().await;
    service.create("/v1/customers", &key, json!({ "key": "globex" })).await;
    for (query, totals) in [
        ("period=2026-04", json!([["acme", usd("500.00")]])),
        ("period=2026-03&customer=acme", json!([["acme", usd("502.97")]])),
        ("period=2026-03&customer=globex", json!([])),
    ] {
        let drafts = service.read(&format!("/v1/invoices/preview?{query}"), &key).await;
        assert_eq!(told(&drafts["data"], ["customer", "total"]), totals, "{query}");
    }
    for query in ["", "?customer=acme", "?period=", "?period=March", "?period=2026-3"] {
        let answer = get(&service, &key, &format!("/v1/invoices/preview{query}")).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), "period", "{query}");
    }
    get(&service, &key, "/v1/invoices/preview?period=2026-03&customer=nobody").await.problem(404, "not-found");
    get(&service, &key, "/v1/invoices/preview?month=2026-03").await.problem(400, "malformed");
}

#[tokio::test]
async fn what_a_voided_invoice_billed_comes_with_the_next_one() {
    let (service, admin) = march().await;
    service.bill("2026-03").await;
    let key = service.key(&[Role::Billing]).await;
    let void = json!({ "reason": "the wrong address" });
    let place = format!("{INVOICE}/void");
    let first = service.call_with("POST", &place, &key, &[("idempotency-key", "k")], void.clone()).await;
    assert_eq!(first.status, 200, "{}", first.text);
    assert_eq!((&first.body["state"], &first.body["note"]), (&json!("voided"), &json!("the wrong address")));
    assert_eq!((&first.body["total"], &first.body["due"]), (&usd("502.97"), &usd("0.00")));
    assert_eq!(service.read(INVOICE, &admin).await, first.body);
    let again = service.call_with("POST", &place, &key, &[("idempotency-key", "k")], void.clone()).await;
    assert_eq!((again.status, again.body), (200, first.body));
    assert!(service.call("POST", &place, &key, void).await.problem(409, "conflict").contains("was voided at"));
    let paid = service.call("POST", &format!("{INVOICE}/pay"), &key, json!({ "reference": "transfer 17" })).await;
    assert!(paid.problem(409, "conflict").contains("was voided at"), "{}", paid.text);

    service.installation.clock.set(at("2026-05-02T00:00:00Z"));
    service.bill("2026-04").await;
    let next = service.read("/v1/invoices/INV-000002", &key).await;
    let expected = json!([
        ["charge", "platform", "2026-04", null],
        ["correction", "platform", "2026-03", "INV-000001"],
        ["correction", "resolutions", "2026-03", "INV-000001"],
    ]);
    assert_eq!(told(&next["lines"], ["kind", "charge", "period", "original"]), expected);
    let list = service.read("/v1/invoices", &key).await;
    assert_eq!(told(&list["data"], ["number", "state"]), json!([["INV-000001", "voided"], ["INV-000002", "issued"]]));
}

#[tokio::test]
async fn a_paid_invoice_stands() {
    let (service, _) = march().await;
    service.bill("2026-03").await;
    let key = service.key(&[Role::Billing]).await;
    let pay = json!({ "reference": "transfer 17" });
    let place = format!("{INVOICE}/pay");
    let first = service.call_with("POST", &place, &key, &[("idempotency-key", "k")], pay.clone()).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let members = ["state", "note", "total", "due"].map(|name| &first.body[name]);
    assert_eq!(json!(members), json!(["paid", "transfer 17", usd("502.97"), usd("0.00")]));
    let again = service.call_with("POST", &place, &key, &[("idempotency-key", "k")], pay.clone()).await;
    assert_eq!((again.status, again.body), (200, first.body));
    assert!(service.call("POST", &place, &key, pay).await.problem(409, "conflict").contains("was paid at"));
    let voided = service.call("POST", &format!("{INVOICE}/void"), &key, json!({ "reason": "a mistake" })).await;
    assert!(voided.problem(409, "conflict").contains("so it stands; "), "{}", voided.text);
}

#[tokio::test]
async fn what_is_wrong_with_a_void_or_a_payment_is_named() {
    let (service, key) = march().await;
    service.bill("2026-03").await;
    for (action, body, field) in [
        ("void", json!({ "reason": "" }), "reason"),
        ("void", json!({ "reason": "x".repeat(257) }), "reason"),
        ("void", json!({ "reason": 7 }), "reason"),
        ("void", json!({}), "body"),
        ("void", json!({ "reason": "a mistake", "date": "2026-04-01" }), "date"),
        ("pay", json!({ "reference": "" }), "reference"),
        ("pay", json!({ "reference": "transfer\n17" }), "reference"),
        ("pay", json!({ "reason": "transfer 17" }), "reason"),
    ] {
        let answer = service.call("POST", &format!("{INVOICE}/{action}"), &key, body.clone()).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{action} {body}: {}", answer.text);
    }
    for (action, body) in [("void", json!({ "reason": "a mistake" })), ("pay", json!({ "reference": "transfer 17" }))] {
        let unknown = service.call("POST", &format!("/v1/invoices/INV-000009/{action}"), &key, body).await;
        assert!(unknown.problem(404, "not-found").contains("INV-000009"), "{}", unknown.text);
    }
    assert_eq!(service.read(INVOICE, &key).await["state"], "issued");
}

#[tokio::test]
async fn a_list_is_narrowed_to_a_month_and_a_customer() {
    let (service, key) = four().await;
    let globex = service.read("/v1/customers/globex", &key).await;
    let by_id = format!("?customer={}", globex["id"].as_str().expect("an id"));
    for (query, numbers) in [
        ("", vec!["INV-000001", "INV-000002", "INV-000003", "INV-000004"]),
        ("?period=2026-04", vec!["INV-000003", "INV-000004"]),
        ("?customer=globex", vec!["INV-000002", "INV-000004"]),
        (&by_id, vec!["INV-000002", "INV-000004"]),
        ("?period=2026-04&customer=globex", vec!["INV-000004"]),
        ("?period=2026-02", vec![]),
    ] {
        let list = service.read(&format!("/v1/invoices{query}"), &key).await;
        let found: Vec<&Value> = list["data"].as_array().expect("a list").iter().map(|row| &row["number"]).collect();
        assert_eq!((json!(found), &list["next_cursor"]), (json!(numbers), &Value::Null), "{query}");
    }
    let first = service.read("/v1/invoices?customer=globex&limit=1", &key).await;
    let cursor = first["next_cursor"].as_str().expect("there is more");
    let rest = service.read(&format!("/v1/invoices?customer=globex&limit=1&cursor={cursor}"), &key).await;
    let numbers = [&first["data"][0]["number"], &rest["data"][0]["number"], &rest["next_cursor"]];
    assert_eq!(json!(numbers), json!(["INV-000002", "INV-000004", null]));
    get(&service, &key, "/v1/invoices?customer=nobody").await.problem(404, "not-found");
    let wrong = get(&service, &key, "/v1/invoices?period=2026").await;
    wrong.problem(422, "invalid");
    assert_eq!(wrong.field(), "period");
}

#[tokio::test]
async fn a_document_is_handed_out_in_every_form() {
    let (service, _) = march().await;
    service.bill("2026-03").await;
    let key = service.key(&[Role::Viewer]).await;
    let table = "text/csv; charset=utf-8; header=present";
    for (format, kind, place, start) in [
        ("html", "text/html; charset=utf-8", "inline; filename=\"INV-000001.html\"", "<!DOCTYPE html>"),
        ("csv", table, "attachment; filename=\"INV-000001.csv\"", "number,kind,state,"),
        ("focus", table, "attachment; filename=\"INV-000001.focus.csv\"", "BilledCost,"),
        ("json", "application/json", "attachment; filename=\"INV-000001.json\"", "{"),
    ] {
        let answer = get(&service, &key, &format!("{INVOICE}/export?format={format}")).await;
        assert_eq!((answer.status, answer.header("content-type"), answer.header("content-disposition")), (200, kind, place), "{format}");
        assert!(answer.text.starts_with(start) && answer.text.contains("INV-000001"), "{format}: {}", answer.text);
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{format}");
        let policy = if format == "html" { "default-src 'none'; style-src 'unsafe-inline'" } else { "" };
        assert_eq!(answer.header("content-security-policy"), policy, "{format}");
    }
    let whole = service.read(&format!("{INVOICE}/export?format=json"), &key).await;
    assert_eq!((&whole["total"], whole["lines"].as_array().map(Vec::len)), (&json!("502.97"), Some(2)));
}

#[tokio::test]
async fn several_documents_are_handed_out_as_one_file() {
    let (service, key) = four().await;
    let export = async |query: &str| {
        let answer = get(&service, &key, &format!("/v1/invoices/export?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        answer
    };
    let april = export("format=csv&period=2026-04").await;
    assert_eq!(april.header("content-disposition"), "attachment; filename=\"invoices-2026-04.csv\"");
    assert_eq!(april.text.lines().count(), 3, "a header and a line of each invoice: {}", april.text);
    let globex = export("format=json&customer=globex").await;
    assert_eq!(globex.header("content-disposition"), "attachment; filename=\"invoices.json\"");
    assert_eq!(told(&globex.body, ["number", "customer"]), json!([["INV-000002", "globex"], ["INV-000004", "globex"]]));
    let both = export("format=focus&period=2026-03&customer=acme").await;
    assert_eq!((both.text.lines().count(), both.text.contains("INV-000001")), (2, true), "{}", both.text);
    let pages = export("format=html").await;
    assert_eq!(pages.text.matches("<article").count(), 4);
    assert!(pages.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(export("format=json&period=2026-02").await.body, json!([]), "nothing was issued then");
}

#[tokio::test]
async fn what_is_wrong_with_an_export_is_named() {
    let (service, key) = four().await;
    for (path, field) in [
        ("/v1/invoices/export", "format"),
        ("/v1/invoices/export?format=pdf", "format"),
        ("/v1/invoices/export?format=HTML", "format"),
        ("/v1/invoices/export?format=csv&period=March", "period"),
        ("/v1/invoices/INV-000001/export", "format"),
        ("/v1/invoices/INV-000001/export?format=", "format"),
    ] {
        let answer = get(&service, &key, path).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{path}: {}", answer.text);
    }
    let answer = get(&service, &key, "/v1/invoices/export?format=pdf").await;
    assert!(answer.body["violations"][0]["remedy"].as_str().is_some_and(|remedy| remedy.contains("html, csv, focus or json")));
    for path in ["/v1/invoices/export?format=csv&customer=nobody", "/v1/invoices/INV-000009/export?format=csv"] {
        get(&service, &key, path).await.problem(404, "not-found");
    }
    get(&service, &key, "/v1/invoices/INV-000001/export?format=csv&period=2026-03").await.problem(400, "malformed");
}
