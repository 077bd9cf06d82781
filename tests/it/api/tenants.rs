//! Tenants: onboarded by the installation's operator, and whose a key is.

use assay_domain::key::Role;
use serde_json::{Value, json};

use super::support::{Answer, Service};

const TENANTS: &str = "/v1/tenants";

async fn post(service: &Service, key: &str, body: Value) -> Answer {
    service.call("POST", TENANTS, key, body).await
}

fn text<'a>(body: &'a Value, member: &str) -> &'a str {
    body[member].as_str().expect("text")
}

#[tokio::test]
async fn a_tenant_comes_with_a_first_key_for_each_side() {
    let service = Service::start().await;
    let operator = service.operator().await;
    let answer = post(&service, &operator, json!({ "name": "globex", "title": "Globex Ltd" })).await;
    assert_eq!((answer.status, answer.header("cache-control")), (201, "no-store"), "{}", answer.text);
    let tenant = json!({ "id": answer.body["id"], "name": "globex", "title": "Globex Ltd" });
    assert!(text(&tenant, "id").starts_with("ten_"), "{tenant}");
    assert_eq!((&answer.body["name"], &answer.body["title"]), (&json!("globex"), &json!("Globex Ltd")));
    for mode in ["live", "test"] {
        let key = &answer.body["keys"][mode];
        assert_eq!((&key["roles"], &key["expires_at"]), (&json!(["admin"]), &Value::Null));
        let secret = text(key, "secret");
        assert!(secret.starts_with(&format!("ak_{mode}_")), "{mode}");
        let identity = json!({ "key": key["id"], "roles": ["admin"], "tenant": tenant, "mode": mode, "customer": null });
        assert_eq!(service.read("/v1/tenant", secret).await, identity);
        service.create("/v1/customers", secret, json!({ "key": mode })).await;
        assert_eq!(service.read("/v1/customers", secret).await["data"].as_array().map(Vec::len), Some(1), "the sides share nothing");
    }
}

#[tokio::test]
async fn a_title_is_the_name_unless_given() {
    let service = Service::start().await;
    let operator = service.operator().await;
    let tenant = service.create(TENANTS, &operator, json!({ "name": "globex" })).await;
    assert_eq!((&tenant["name"], &tenant["title"]), (&json!("globex"), &json!("globex")));
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let service = Service::start().await;
    let operator = service.operator().await;
    service.create(TENANTS, &operator, json!({ "name": "globex" })).await;
    for name in ["globex", "vendor", "other"] {
        let answer = post(&service, &operator, json!({ "name": name, "title": "Another" })).await;
        assert!(answer.problem(409, "conflict").contains(&format!("the tenant {name:?} exists")), "{}", answer.text);
    }
    assert_eq!(service.call("GET", TENANTS, &operator, Value::Null).await.data().len(), 3);
}

#[tokio::test]
async fn what_is_wrong_with_a_tenant_is_said_by_field() {
    let service = Service::start().await;
    let operator = service.operator().await;
    for (body, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "Globex Ltd" }), "name"),
        (json!({ "name": "globex:test" }), "name"),
        (json!({ "name": "x".repeat(65) }), "name"),
        (json!({ "name": "globex", "title": "" }), "title"),
        (json!({ "name": "globex", "title": "two\nlines" }), "title"),
        (json!({ "name": "globex", "title": "x".repeat(257) }), "title"),
        (json!({ "name": "globex", "title": 1 }), "title"),
        (json!({ "name": "globex", "mode": "live" }), "mode"),
        (json!({ "title": "Globex" }), "body"),
    ] {
        let answer = post(&service, &operator, body.clone()).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    assert_eq!(service.call("GET", TENANTS, &operator, Value::Null).await.data().len(), 2, "nobody was onboarded");
}

#[tokio::test]
async fn tenants_are_the_operators_alone() {
    let service = Service::start().await;
    for role in [Role::Ingest, Role::Author, Role::Billing, Role::Viewer, Role::Admin] {
        let key = service.key(&[role]).await;
        service.call("GET", TENANTS, &key, Value::Null).await.problem(403, "forbidden");
        post(&service, &key, json!({ "name": "globex" })).await.problem(403, "forbidden");
    }
    service.call("GET", TENANTS, "", Value::Null).await.problem(401, "unauthenticated");
    post(&service, "", json!({ "name": "globex" })).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_key_is_told_whose_it_is() {
    let service = Service::start().await;
    let keys = [
        (service.key(&[Role::Ingest]).await, "vendor", "live", json!(["ingest"])),
        (service.test_key(&[Role::Viewer, Role::Author]).await, "vendor", "test", json!(["author", "viewer"])),
        (service.other_tenant_key(&[Role::Admin]).await, "other", "live", json!(["admin"])),
    ];
    let mut ids = Vec::new();
    for (key, name, mode, roles) in &keys {
        let identity = service.read("/v1/tenant", key).await;
        assert_eq!(json!([identity["tenant"]["name"], identity["mode"], identity["roles"]]), json!([name, mode, roles]));
        assert!(text(&identity, "key").starts_with("key_"), "{identity}");
        ids.push(identity["tenant"]["id"].clone());
    }
    assert_eq!(ids[0], ids[1], "both sides are the same tenant");
    assert_ne!(ids[0], ids[2]);
    let operator = service.read("/v1/tenant", &service.operator().await).await;
    assert_eq!(json!([operator["tenant"], operator["mode"], operator["roles"]]), json!([null, null, ["operator"]]));
    service.call("GET", "/v1/tenant", "", Value::Null).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_list_has_every_tenant_once() {
    let service = Service::start().await;
    let operator = service.operator().await;
    service.create(TENANTS, &operator, json!({ "name": "a-third" })).await;
    let first = service.call("GET", "/v1/tenants?limit=2", &operator, Value::Null).await;
    let cursor = first.body["next_cursor"].as_str().expect("a cursor");
    let second = service.call("GET", &format!("{TENANTS}?limit=2&cursor={cursor}"), &operator, Value::Null).await;
    let names: Vec<&Value> = first.data().iter().chain(second.data()).map(|tenant| &tenant["name"]).collect();
    assert_eq!(names, [&json!("vendor"), &json!("other"), &json!("a-third")]);
    assert_eq!(second.body["next_cursor"], Value::Null);
}
