//! Versions offered, signed, rejected and retired over HTTP.

use assay_domain::{key::Role, proposal::ProposalDocument};
use serde_json::{Value, json};

use super::support::{Answer, Service};
use crate::app::lifecycle::secret;

const FROM: &str = "2026-06-01T00:00:00Z";
const VERSION: &str = "/v1/definitions/tickets/versions/2";

/// A service where `acme` has to sign what judges it, a second version of `tickets`, and a key for everything.
async fn in_business() -> (Service, String) {
    let service = Service::start().await;
    let key = service.key(&[Role::Admin]).await;
    service.sell(&key).await;
    service.create("/v1/customers", &key, json!({ "key": "globex" })).await;
    let definitions = json!([{ "definition": "tickets" }]);
    let agreement = json!({ "customer": "globex", "definitions": definitions, "approval": "two-party", "rate_card": "standard",
                            "from": "2026-03-01T00:00:00Z" });
    service.create("/v1/agreements", &key, agreement).await;
    let version = json!({ "rule": "resolved-ticket", "parameters": { "window": "72h" } });
    service.create("/v1/definitions/tickets/versions", &key, version).await;
    let approver = json!({ "name": "head of support", "public_key": secret(1).public().to_string() });
    service.create("/v1/customers/globex/approval-keys", &key, approver).await;
    (service, key)
}

async fn post(service: &Service, path: &str, key: &str, body: Value) -> Answer {
    service.call("POST", path, key, body).await
}

/// The document of a proposal, and the approval that `globex` makes of it.
async fn sign(service: &Service, key: &str, proposal: &Value) -> Value {
    let id = proposal["id"].as_str().expect("an id");
    let answer = service.call("GET", &format!("/v1/proposals/{id}/document?customer=globex"), key, Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let document: ProposalDocument = serde_json::from_str(&answer.text).expect("a document");
    document.check().expect("hashes that are true");
    let (key, signature) = (secret(1).public().to_string(), secret(1).sign(&document.consent().message()).to_string());
    json!({ "definition": document.definition, "version": document.proposed.number, "customer": document.customer,
            "hash": document.proposed.hash, "from": document.from, "key": key, "signature": signature })
}

#[tokio::test]
async fn a_version_is_offered_looked_at_signed_and_in_force() {
    let (service, key) = in_business().await;
    let proposal = service.create(&format!("{VERSION}/proposals"), &key, json!({ "from": FROM })).await;
    assert_eq!((&proposal["state"], &proposal["awaited"], &proposal["customer"]), (&json!("open"), &json!(["globex"]), &Value::Null));
    assert_eq!(service.read(VERSION, &key).await["state"], "proposed");
    let id = proposal["id"].as_str().expect("an id");
    assert_eq!(service.read(&format!("/v1/proposals/{id}"), &key).await, proposal);
    assert_eq!(service.read("/v1/proposals", &key).await["data"], json!([proposal]));
    let unnamed = service.call("GET", &format!("/v1/proposals/{id}/document"), &key, Value::Null).await;
    unnamed.problem(422, "invalid");
    assert_eq!(unnamed.field(), "customer");

    let approval = sign(&service, &key, &proposal).await;
    let made = post(&service, &format!("{VERSION}/approvals"), &key, approval.clone()).await;
    assert_eq!((made.status, &made.body["approval"], &made.body["from"]), (201, &json!("two-party"), &json!(FROM)), "{}", made.text);
    assert_eq!((&made.body["key"], &made.body["signature"]), (&approval["key"], &approval["signature"]));
    assert_eq!(service.read(&format!("{VERSION}/approvals"), &key).await["data"], json!([made.body]));
    let version = service.read(VERSION, &key).await;
    let approved = json!([{ "customer": "globex", "from": FROM, "approval": "two-party" }]);
    assert_eq!((&version["state"], &version["approved"]), (&json!("approved"), &approved));
    post(&service, &format!("{VERSION}/approvals"), &key, approval).await.problem(409, "conflict");

    service.create(&format!("{VERSION}/activation"), &key, json!({ "from": FROM })).await;
    let retired = service.create(&format!("{VERSION}/retirement"), &key, json!({ "from": "2026-07-01T00:00:00Z", "reason": "over" })).await;
    assert_eq!((&retired["state"], &retired["retired_from"]), (&json!("retired"), &json!("2026-07-01T00:00:00Z")));
    let again = post(&service, &format!("{VERSION}/retirement"), &key, json!({ "from": "2026-08-01T00:00:00Z", "reason": "over" })).await;
    again.problem(409, "conflict");
}

#[tokio::test]
async fn an_approval_says_what_is_wrong_with_it() {
    let (service, key) = in_business().await;
    let proposal = service.create(&format!("{VERSION}/proposals"), &key, json!({ "from": FROM })).await;
    let good = sign(&service, &key, &proposal).await;
    let but = |member: &str, value: Value| {
        let mut body = good.clone();
        body[member] = value;
        body
    };
    for (body, field) in [
        (but("definition", json!("csat")), "definition"),
        (but("version", json!(1)), "version"),
        (but("hash", json!("00".repeat(32))), "hash"),
        (but("hash", json!("no hash")), "hash"),
        (but("key", Value::Null), "key"),
        (but("key", json!(secret(2).public().to_string())), "key"),
        (but("key", json!("ab")), "key"),
        (but("signature", Value::Null), "signature"),
        (but("signature", json!("ab".repeat(64))), "signature"),
        (but("from", json!("2026-06-02T00:00:00Z")), "signature"),
        (but("colour", json!("red")), "colour"),
    ] {
        let answer = post(&service, &format!("{VERSION}/approvals"), &key, body).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{}", answer.text);
    }
    let alone = json!({ "customer": "globex", "from": FROM });
    let refused = post(&service, &format!("{VERSION}/approvals"), &key, alone.clone()).await;
    assert!(refused.problem(409, "conflict").contains("demands two parties"), "{}", refused.text);
    let elsewhere =
        post(&service, &format!("{VERSION}/approvals"), &key, json!({ "customer": "globex", "from": "2026-06-02T00:00:00Z" })).await;
    elsewhere.problem(404, "not-found");
    post(&service, &format!("{VERSION}/approvals"), &key, json!({ "customer": "initech", "from": FROM })).await.problem(404, "not-found");
    // The agreement of acme lets the tenant agree alone.
    let acme = json!({ "customer": "acme", "from": FROM });
    let made = post(&service, &format!("{VERSION}/approvals"), &key, acme).await;
    assert_eq!((made.status, &made.body["approval"], &made.body["key"]), (201, &json!("one-party"), &Value::Null), "{}", made.text);
}

#[tokio::test]
async fn a_proposal_is_rejected_and_withdrawn() {
    let (service, key) = in_business().await;
    let proposal = service.create(&format!("{VERSION}/proposals"), &key, json!({ "from": FROM, "customer": "globex" })).await;
    let path = format!("/v1/proposals/{}", proposal["id"].as_str().expect("an id"));
    let no = json!({ "customer": "globex", "reason": "too long" });
    let rejected = post(&service, &format!("{path}/rejections"), &key, no.clone()).await;
    assert_eq!((rejected.status, &rejected.body["state"]), (201, &json!("rejected")), "{}", rejected.text);
    assert_eq!((&rejected.body["answers"][0]["answer"], &rejected.body["answers"][0]["reason"]), (&json!("rejected"), &json!("too long")));
    post(&service, &format!("{path}/rejections"), &key, no).await.problem(409, "conflict");
    post(&service, &format!("{path}/withdrawal"), &key, json!({ "reason": "a mistake" })).await.problem(409, "conflict");
    let next = service.create(&format!("{VERSION}/proposals"), &key, json!({ "from": FROM, "customer": "globex" })).await;
    let path = format!("/v1/proposals/{}", next["id"].as_str().expect("an id"));
    let withdrawn = post(&service, &format!("{path}/withdrawal"), &key, json!({ "reason": "a mistake" })).await;
    assert_eq!((withdrawn.status, &withdrawn.body["withdrawn"]["reason"]), (200, &json!("a mistake")), "{}", withdrawn.text);
    assert_eq!(service.read(VERSION, &key).await["state"], "draft");
}

#[tokio::test]
async fn what_a_version_changes_is_told_in_words() {
    let (service, key) = in_business().await;
    let told = service.read(&format!("{VERSION}/differences"), &key).await;
    let expect = json!([{ "part": "parameter", "name": "window", "before": "1 day", "after": "3 days" }]);
    assert_eq!((&told["data"], &told["next_cursor"]), (&expect, &Value::Null));
    assert_eq!(service.read(&format!("{VERSION}/differences?from=1"), &key).await["data"], expect);
    assert_eq!(service.read(&format!("{VERSION}/differences?from=2"), &key).await["data"], json!([]));
    service.call("GET", &format!("{VERSION}/differences?from=9"), &key, Value::Null).await.problem(404, "not-found");
}

#[tokio::test]
async fn keys_of_customers_come_and_go() {
    let (service, key) = in_business().await;
    let path = "/v1/customers/globex/approval-keys";
    let first = service.read(path, &key).await["data"][0].clone();
    assert_eq!((&first["customer"], &first["ended"], &first["is_signed"]), (&json!("globex"), &Value::Null, &json!(false)));
    let id = first["id"].as_str().expect("an id");
    let next = json!({ "name": "her deputy", "public_key": secret(2).public().to_string(), "reason": "she has left" });
    let billing = service.key(&[Role::Billing]).await;
    let forbidden = post(&service, &format!("{path}/{id}/replacement"), &billing, next.clone()).await;
    assert!(forbidden.problem(403, "forbidden").contains("admin"), "{}", forbidden.text);
    let replaced = post(&service, &format!("{path}/{id}/replacement"), &key, next).await;
    assert_eq!((replaced.status, &replaced.body["replaces"]), (201, &first["id"]), "{}", replaced.text);
    let second = replaced.body["id"].as_str().expect("an id");
    let revoked = post(&service, &format!("{path}/{second}/revocation"), &billing, json!({ "reason": "lost" })).await;
    assert_eq!((revoked.status, &revoked.body["ended"]), (200, &json!("revoked")), "{}", revoked.text);
    let ended: Vec<Value> =
        service.read(path, &key).await["data"].as_array().expect("keys").iter().map(|key| key["ended"].clone()).collect();
    assert_eq!(ended, [json!("replaced"), json!("revoked")]);
    post(&service, &format!("{path}/{second}/revocation"), &billing, json!({ "reason": "again" })).await.problem(409, "conflict");
    let nothing = "apk_000000000zzzz";
    post(&service, &format!("{path}/{nothing}/revocation"), &billing, json!({ "reason": "what" })).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_repeated_request_offers_and_approves_once() {
    let (service, key) = in_business().await;
    let path = format!("{VERSION}/proposals");
    let first = service.call_with("POST", &path, &key, &[("idempotency-key", "offer")], json!({ "from": FROM })).await;
    let again = service.call_with("POST", &path, &key, &[("idempotency-key", "offer")], json!({ "from": FROM })).await;
    assert_eq!((first.status, again.status, &again.body), (201, 201, &first.body));
    let approval = sign(&service, &key, &first.body).await;
    let path = format!("{VERSION}/approvals");
    let first = service.call_with("POST", &path, &key, &[("idempotency-key", "signed")], approval.clone()).await;
    let again = service.call_with("POST", &path, &key, &[("idempotency-key", "signed")], approval).await;
    assert_eq!((first.status, again.status, &again.body), (201, 201, &first.body), "{}", again.text);
}
