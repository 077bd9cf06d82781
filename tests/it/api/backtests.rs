//! Back-tests over HTTP: what they are asked, how far they are, and what they have found.

use assay_domain::{id::BacktestId, key::Role};
use assay_tests::assay::at;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::support::{NOW, Service, event, resolved};

/// March of `acme`, judged and sold: two resolved tickets, one of which was reopened after two days.
async fn march() -> (Service, String) {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    let mut events = [resolved("T-1", "2026-03-02"), resolved("T-2", "2026-03-03")].concat();
    events.push(event("T-2-reopened", "T-2", "ticket.reopened", "2026-03-05T10:00:00Z"));
    service.accept(&key, &events).await;
    service.sell(&key).await;
    service.judge().await;
    (service, key)
}

/// Carries everything that is open to its end.
async fn carry(service: &Service) {
    service.assay().backtest_round(&service.installation.caller).await.expect("a round");
}

async fn start(service: &Service, key: &str, body: Value) -> String {
    let started = service.create("/v1/backtests", key, body).await;
    format!("/v1/backtests/{}", started["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn a_back_test_is_started_watched_and_read() {
    let (service, key) = march().await;
    let body = json!({ "definition": "tickets", "parameters": { "window": "72h" }, "from": "2026-03-01T00:00:00Z",
                       "labels": [{ "subject": "T-1", "is_success": true }, { "subject": "T-2", "is_success": false }],
                       "thresholds": { "max_bill_change": "0.0001", "min_precision": "95%" } });
    let answer = service.call("POST", "/v1/backtests", &key, body).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let started = &answer.body;
    let place = format!("/v1/backtests/{}", started["id"].as_str().expect("an id"));
    assert_eq!(answer.header("location"), place);
    let candidate = &started["candidate"];
    assert_eq!((&candidate["version"], &candidate["parameters"]), (&Value::Null, &json!({ "retry": "true", "window": "P3D" })));
    let expected = json!({
        "id": started["id"], "kind": "history", "state": "judging", "definition": "tickets", "candidate": candidate,
        "from": "2026-03-01T00:00:00Z", "until": null, "as_of": NOW,
        "thresholds": { "max_bill_change": "0.0001", "no_new_faults": false, "min_precision": "0.95", "min_recall": null },
        "progress": { "interactions": 0, "total": 2, "percent": 0 }, "started_at": NOW, "ended_at": null, "passed": null, "report": null,
    });
    assert_eq!(*started, expected);
    assert_eq!(service.read(&place, &key).await, expected);

    carry(&service).await;
    let ended = service.read(&place, &key).await;
    assert_eq!((&ended["state"], &ended["passed"], &ended["ended_at"]), (&json!("finished"), &json!(false), &json!(NOW)));
    assert_eq!(ended["progress"], json!({ "interactions": 2, "total": 2, "percent": 100 }));
    let report = &ended["report"];
    let counts = ["interactions", "judged", "same", "earned", "lost", "moved", "changed", "unbilled"].map(|name| report[name].as_u64());
    assert_eq!(counts, [2, 2, 0, 0, 1, 1, 0, 0].map(Some));
    assert_eq!((&report["in_force"]["quantity"], &report["candidate"]["quantity"]), (&json!("2"), &json!("1")));
    assert!(report["candidate"]["fuel"]["p99"].as_u64() >= report["candidate"]["fuel"]["p50"].as_u64());
    let usd = |amount: &str| json!({ "amount": amount, "currency": "USD" });
    let bill =
        json!({ "customer": "acme", "period": "2026-03", "in_force": usd("501.98"), "candidate": usd("500.99"), "change": usd("-0.99") });
    assert_eq!(report["bills"], json!([bill]));
    assert_eq!(report["totals"], json!([{ "bills": 1, "in_force": usd("501.98"), "candidate": usd("500.99") }]));
    let labels = &report["labels"];
    assert_eq!((&labels["in_force"]["precision"], &labels["candidate"]["precision"]), (&json!("0.5"), &json!("1")));
    let checks = report["checks"].as_array().expect("checks");
    let kept: Vec<_> = checks.iter().map(|check| (check["threshold"].as_str(), check["passed"].as_bool())).collect();
    assert_eq!(kept, [(Some("max-bill-change 0.01%"), Some(false)), (Some("min-precision 95%"), Some(true))]);
    assert!(checks[0]["reasons"][0].as_str().is_some_and(|why| why.contains("the bill of acme for 2026-03")), "{checks:?}");

    let differences = service.read(&format!("{place}/differences"), &key).await;
    let stand = |state: &str, reason: &str| json!({ "state": state, "reason": reason });
    let expected = json!([
        { "interaction": differences["data"][0]["interaction"], "subject": "T-1", "kind": "moved", "in_force": stand("final", "resolved"),
          "candidate": stand("final", "resolved"), "in_force_at": "2026-03-03T10:00:00Z", "candidate_at": "2026-03-05T10:00:00Z" },
        { "interaction": differences["data"][1]["interaction"], "subject": "T-2", "kind": "lost", "in_force": stand("final", "resolved"),
          "candidate": stand("open", "unresolved"), "in_force_at": "2026-03-04T10:00:00Z", "candidate_at": null },
    ]);
    assert_eq!(differences["data"], expected);
    let first = service.read(&format!("{place}/differences?limit=1"), &key).await;
    let cursor = first["next_cursor"].as_str().expect("there is more");
    let rest = service.read(&format!("{place}/differences?limit=1&cursor={cursor}"), &key).await;
    assert_eq!((&rest["data"][0], &rest["next_cursor"]), (&expected[1], &Value::Null));

    let listed = service.read("/v1/backtests", &key).await;
    assert_eq!((&listed["data"][0]["id"], &listed["data"][0]["report"]), (&ended["id"], &Value::Null), "lists go without reports");
    let stopped = service.call("POST", &format!("{place}/stop"), &key, Value::Null).await;
    assert!(stopped.problem(409, "conflict").contains("has ended"), "{}", stopped.text);
}

#[tokio::test]
async fn the_worker_carries_a_back_test() {
    let (service, key) = march().await;
    let place = start(&service, &key, json!({ "definition": "tickets", "timing": { "settles_after": "P3D" } })).await;
    let id: BacktestId = place.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
    let (stop, stopped) = watch::channel(false);
    let watched = async {
        while !service.assay().backtest(&service.installation.caller, id).await.expect("a back-test").is_over {
            tokio::task::yield_now().await;
        }
        stop.send(true).expect("somebody works");
    };
    tokio::join!(service.assay().work(stopped), watched);
    let finished = service.read(&place, &key).await;
    assert_eq!(finished["report"]["moved"], json!(2), "{finished}");
}

#[tokio::test]
async fn a_shadow_is_started_watched_and_stopped() {
    let (service, key) = march().await;
    let body = json!({ "definition": "tickets", "parameters": { "window": "72h" }, "shadow": true, "until": "2026-05-01T00:00:00Z" });
    let place = start(&service, &key, body).await;
    let begun = service.read(&place, &key).await;
    assert_eq!((&begun["kind"], &begun["from"], &begun["progress"]["total"]), (&json!("shadow"), &json!(NOW), &Value::Null));
    assert_eq!(begun["report"]["judged"], json!(0));
    service.installation.clock.set(at("2026-04-20T00:00:00Z"));
    service.accept(&key, &resolved("T-3", "2026-04-16")).await;
    service.judge().await;
    carry(&service).await;
    let later = service.read(&place, &key).await;
    assert_eq!((&later["state"], &later["report"]["judged"], &later["report"]["moved"]), (&json!("judging"), &json!(1), &json!(1)));
    let stopped = service.create(&format!("{place}/stop"), &key, Value::Null).await;
    assert_eq!((&stopped["state"], &stopped["report"]), (&json!("finished"), &later["report"]));
}

#[tokio::test]
async fn a_version_that_is_written_down_is_named_and_not_changed() {
    let (service, key) = march().await;
    let version = json!({ "rule": "resolved-ticket", "parameters": { "window": "72h" } });
    service.create("/v1/definitions/tickets/versions", &key, version).await;
    let place = start(&service, &key, json!({ "definition": "tickets", "version": 2 })).await;
    let shown = service.read(&place, &key).await;
    assert_eq!(shown["candidate"]["version"], json!(2));
    let definition = service.read("/v1/definitions/tickets", &key).await;
    assert_eq!(shown["candidate"]["hash"], definition["versions"][1]["hash"]);
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused() {
    let (service, key) = march().await;
    let rows = [
        (json!({ "definition": "nothing" }), 404, ""),
        (json!({ "definition": "tickets", "version": 9 }), 404, ""),
        (json!({ "definition": "tickets", "version": 1, "parameters": { "window": "72h" } }), 422, "version"),
        (json!({ "definition": "tickets", "parameters": { "colour": "red" } }), 422, "parameters.colour"),
        (json!({ "definition": "tickets", "parameters": { "window": [] } }), 422, "parameters.window"),
        (json!({ "definition": "tickets", "thresholds": { "max_bill_change": "much" } }), 422, "thresholds.max_bill_change"),
        (json!({ "definition": "tickets", "from": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z" }), 422, "until"),
        (json!({ "definition": "tickets", "shadow": true, "from": "2026-03-02T00:00:00Z" }), 422, "from"),
    ];
    for (body, status, field) in rows {
        let answer = service.call("POST", "/v1/backtests", &key, body.clone()).await;
        answer.problem(status, if status == 404 { "not-found" } else { "invalid" });
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    for path in ["/v1/backtests/x", "/v1/backtests/bkt_0000000000009", "/v1/backtests/bkt_0000000000009/differences"] {
        service.call("GET", path, &key, Value::Null).await.problem(404, "not-found");
    }
    assert_eq!(service.read("/v1/backtests", &key).await["data"], json!([]));
}
