//! The sampling audit over HTTP: drawn, looked at, judged and reported.

use assay_domain::key::Role;
use serde_json::{Value, json};

use super::support::{NOW, Service, resolved};

/// March of `acme`, billed: three resolved tickets at 0.99.
async fn march() -> (Service, String) {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    let events = [resolved("T-1", "2026-03-02"), resolved("T-2", "2026-03-03"), resolved("T-3", "2026-03-04")].concat();
    service.accept(&key, &events).await;
    service.sell(&key).await;
    service.judge().await;
    service.bill("2026-03").await;
    (service, key)
}

fn seed() -> String {
    "07".repeat(32)
}

#[tokio::test]
async fn a_sample_is_drawn_by_a_seed_and_shown_with_what_people_say() {
    let (service, key) = march().await;
    let new = json!({ "outcomes": 2, "period": "2026-03", "seed": seed() });
    let answer = service.call("POST", "/v1/samples", &key, new).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let drawn = &answer.body;
    let head = json!({
        "id": "smp_0000000000001", "period": "2026-03", "definition": null, "customer": null, "seed": seed(),
        "usage_until": drawn["usage_until"], "population": 3, "size": 2, "actor": drawn["actor"], "drawn_at": NOW,
    });
    for (member, expect) in head.as_object().expect("members") {
        assert_eq!(&drawn[member], expect, "{member}");
    }
    assert_eq!(service.read("/v1/samples", &key).await["data"], json!([head]), "lists go without outcomes");
    let first = &drawn["outcomes"][0];
    let expected = json!({
        "position": 1, "interaction": first["interaction"], "subject": first["subject"], "definition": "tickets", "customer": "acme",
        "dated_at": first["dated_at"], "quantity": "1", "amount": { "amount": "0.99", "currency": "USD" }, "right": null,
        "should_be": null, "reason": null, "actor": null,
    });
    assert_eq!((first, drawn["outcomes"].as_array().map(Vec::len)), (&expected, Some(2)));
    let place = "/v1/samples/smp_0000000000001";
    assert_eq!(service.read(place, &key).await, *drawn);
    let same = service.create("/v1/samples", &key, json!({ "outcomes": 2, "period": "2026-03", "seed": seed() })).await;
    let subjects =
        |sample: &Value| sample["outcomes"].as_array().expect("outcomes").iter().map(|row| row["subject"].clone()).collect::<Vec<_>>();
    assert_eq!(subjects(&same), subjects(drawn), "by the same seed");

    let judgement = json!({ "position": 1, "right": false, "should_be": "0.5", "reason": "half of it" });
    let judged = service.create(&format!("{place}/judgements"), &key, judgement).await;
    let said = &judged["outcomes"][0];
    assert_eq!((&said["right"], &said["should_be"], &said["reason"]), (&json!(false), &json!("0.5"), &json!("half of it")));
    assert_eq!(judged["outcomes"][1]["right"], Value::Null);
    service.create(&format!("{place}/judgements"), &key, json!({ "position": 2, "right": true, "reason": "as it is" })).await;
    let usd = |amount: &str| json!({ "amount": amount, "currency": "USD" });
    let report = service.read(&format!("{place}/report"), &key).await;
    let interval = &report["amounts"][0]["interval"];
    let expected = json!({
        "sample": "smp_0000000000001", "reproduces": true, "population": 3, "size": 2, "judged": 2, "wrong": 1, "rate": "0.500000",
        "interval": { "low": "0.012579", "high": "0.987421" },
        // 0.99 less a half of it is 0.50 of 1.98, and 0.75 of all three.
        "amounts": [{ "billed": usd("1.98"), "wrong": usd("0.50"), "total": usd("0.75"), "interval": interval }],
    });
    assert_eq!(report, expected);
    let bounds = ["low", "high"].map(|name| interval[name].as_str().and_then(|text| text.parse::<f64>().ok()).expect("a number"));
    assert!(bounds[0] < 75.0 && 75.0 < bounds[1], "{interval}");
}

#[tokio::test]
async fn a_repeated_request_draws_and_says_once() {
    let (service, key) = march().await;
    let once = async |path: &str, name: &str, body: Value| {
        let answer = service.call_with("POST", path, &key, &[("idempotency-key", name)], body).await;
        assert!((200..300).contains(&answer.status), "{}", answer.text);
        answer.body
    };
    let new = json!({ "outcomes": 1, "period": "2026-03" });
    assert_eq!(once("/v1/samples", "k-1", new.clone()).await, once("/v1/samples", "k-1", new.clone()).await);
    assert_eq!(service.read("/v1/samples", &key).await["data"].as_array().map(Vec::len), Some(1));
    let path = "/v1/samples/smp_0000000000001/judgements";
    let right = json!({ "position": 1, "right": true, "reason": "as it is" });
    for _ in 0..2 {
        once(path, "k-2", right.clone()).await;
    }
    let log = service.read("/v1/operations?limit=500", &key).await;
    let said = log["data"].as_array().expect("a list").iter().filter(|entry| entry["action"] == "sample.judge").count();
    assert_eq!(said, 1);
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused() {
    let (service, key) = march().await;
    let rows = [
        (json!({ "outcomes": 0, "period": "2026-03" }), 422, "invalid", "outcomes"),
        (json!({ "outcomes": 10001, "period": "2026-03" }), 422, "invalid", "outcomes"),
        (json!({ "outcomes": 1, "period": "March" }), 422, "invalid", "period"),
        (json!({ "outcomes": 1, "period": "2026-03", "seed": "07" }), 422, "invalid", "seed"),
        (json!({ "outcomes": 1, "period": "2026-02" }), 409, "conflict", ""),
        (json!({ "outcomes": 1, "period": "2026-03", "definition": "none" }), 404, "not-found", ""),
        (json!({ "outcomes": 1, "period": "2026-03", "customer": "nobody" }), 404, "not-found", ""),
    ];
    for (body, status, slug, field) in rows {
        let answer = service.call("POST", "/v1/samples", &key, body.clone()).await;
        answer.problem(status, slug);
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    assert_eq!(service.read("/v1/samples", &key).await["data"], json!([]));
    service.create("/v1/samples", &key, json!({ "outcomes": 1, "period": "2026-03" })).await;
    let path = "/v1/samples/smp_0000000000001/judgements";
    let rows = [
        (json!({ "position": 1, "right": true, "should_be": "1", "reason": "why" }), 422, "invalid", "should_be"),
        (json!({ "position": 1, "right": false, "should_be": "1", "reason": "why" }), 422, "invalid", "should_be"),
        (json!({ "position": 1, "right": false, "should_be": "-1", "reason": "why" }), 422, "invalid", "should_be"),
        (json!({ "position": 1, "right": true, "reason": "" }), 422, "invalid", "reason"),
        (json!({ "position": 2, "right": true, "reason": "why" }), 404, "not-found", ""),
    ];
    for (body, status, slug, field) in rows {
        let answer = service.call("POST", path, &key, body.clone()).await;
        answer.problem(status, slug);
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    for path in ["/v1/samples/x", "/v1/samples/smp_0000000000009", "/v1/samples/smp_0000000000009/report"] {
        service.call("GET", path, &key, Value::Null).await.problem(404, "not-found");
    }
}
