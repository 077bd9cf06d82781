//! Keys: made, replaced and ended; their secrets are told once.

use assay_domain::key::Role;
use assay_tests::assay::at;
use serde_json::{Value, json};

use super::support::{Answer, NOW, Service};

const KEYS: &str = "/v1/keys";

/// A service, and an admin's key of the first tenant's live side.
async fn with_admin() -> (Service, String) {
    let service = Service::start().await;
    let admin = service.key(&[Role::Admin]).await;
    (service, admin)
}

async fn post(service: &Service, path: &str, key: &str, body: Value) -> Answer {
    service.call("POST", path, key, body).await
}

fn viewer() -> Value {
    json!({ "name": "dashboard", "roles": ["viewer"] })
}

fn text<'a>(body: &'a Value, member: &str) -> &'a str {
    body[member].as_str().expect("text")
}

/// Whether a key opens anything.
async fn opens(service: &Service, secret: &str) -> bool {
    service.call("GET", "/v1/tenant", secret, Value::Null).await.status == 200
}

#[tokio::test]
async fn a_new_key_opens_what_its_roles_allow() {
    let (service, admin) = with_admin().await;
    let body = json!({ "name": "dashboard", "roles": ["viewer", "ingest"], "expires_at": "2026-05-01T00:00:00Z" });
    let answer = post(&service, KEYS, &admin, body).await;
    assert_eq!((answer.status, answer.header("cache-control")), (201, "no-store"), "{}", answer.text);
    let (id, secret) = (text(&answer.body, "id"), text(&answer.body, "secret"));
    assert!(id.starts_with("key_") && secret.starts_with("ak_live_"), "{}", answer.text);
    let shown = json!({
        "id": id, "name": "dashboard", "roles": ["ingest", "viewer"], "customer": null, "created_at": NOW,
        "expires_at": "2026-05-01T00:00:00Z",
    });
    assert_eq!(service.read(&format!("{KEYS}/{id}"), &admin).await, shown);
    assert_eq!(service.read("/v1/tenant", secret).await["roles"], json!(["ingest", "viewer"]));
    service.read("/v1/customers", secret).await;
    post(&service, "/v1/customers", secret, json!({ "key": "acme" })).await.problem(403, "forbidden");

    service.installation.clock.set(at("2026-04-30T23:59:59Z"));
    assert!(opens(&service, secret).await);
    service.installation.clock.set(at("2026-05-01T00:00:00Z"));
    service.call("GET", "/v1/tenant", secret, Value::Null).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_key_belongs_to_the_side_that_made_it() {
    let (service, admin) = with_admin().await;
    let test_admin = service.test_key(&[Role::Admin]).await;
    let created = service.create(KEYS, &test_admin, viewer()).await;
    assert!(text(&created, "secret").starts_with("ak_test_"), "{created}");
    assert_eq!(service.read("/v1/tenant", text(&created, "secret")).await["mode"], "test");
    service.call("GET", &format!("{KEYS}/{}", text(&created, "id")), &admin, Value::Null).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_secret_is_told_once() {
    let (service, admin) = with_admin().await;
    let created = service.create(KEYS, &admin, viewer()).await;
    let (path, secret) = (format!("{KEYS}/{}", text(&created, "id")), text(&created, "secret"));
    for path in [KEYS, path.as_str(), "/v1/tenant", "/v1/operations"] {
        let answer = service.call("GET", path, &admin, Value::Null).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.text.contains("secret") && !answer.text.contains(&secret[secret.len() - 20..]), "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_key_is_said_by_field() {
    let (service, admin) = with_admin().await;
    let before = service.read(KEYS, &admin).await;
    for (body, field) in [
        (json!({ "name": "", "roles": ["viewer"] }), "name"),
        (json!({ "name": "two\nlines", "roles": ["viewer"] }), "name"),
        (json!({ "name": "x".repeat(257), "roles": ["viewer"] }), "name"),
        (json!({ "name": "a", "roles": [] }), "roles"),
        (json!({ "name": "a", "roles": ["operator"] }), "roles"),
        (json!({ "name": "a", "roles": ["viewer", "operator"] }), "roles"),
        (json!({ "name": "a", "roles": ["viewer", "owner"] }), "roles[1]"),
        (json!({ "name": "a", "roles": ["customer"] }), "customer"),
        (json!({ "name": "a", "roles": ["viewer"], "customer": "acme" }), "roles"),
        (json!({ "name": "a", "roles": "viewer" }), "roles"),
        (json!({ "name": "a", "roles": ["viewer"], "expires_at": NOW }), "expires_at"),
        (json!({ "name": "a", "roles": ["viewer"], "expires_at": "soon" }), "expires_at"),
        (json!({ "name": "a", "roles": ["viewer"], "secret": "mine" }), "secret"),
        (json!({ "name": "a" }), "body"),
    ] {
        let answer = post(&service, KEYS, &admin, body.clone()).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), field, "{body}: {}", answer.text);
    }
    assert_eq!(service.read(KEYS, &admin).await, before, "no key was made");
}

#[tokio::test]
async fn a_replaced_key_goes_on_for_the_overlap() {
    let (service, admin) = with_admin().await;
    let old = service.create(KEYS, &admin, viewer()).await;
    let old_path = format!("{KEYS}/{}", text(&old, "id"));
    let rotation = format!("{old_path}/rotation");
    let answer = post(&service, &rotation, &admin, json!({})).await;
    assert_eq!((answer.status, answer.header("cache-control")), (201, "no-store"), "{}", answer.text);
    let new = answer.body;
    assert_ne!(new["id"], old["id"]);
    let alike = json!([new["name"], new["roles"], new["created_at"], new["expires_at"]]);
    assert_eq!(alike, json!(["dashboard", ["viewer"], NOW, null]));
    assert_eq!(service.read(&old_path, &admin).await["expires_at"], "2026-04-16T12:00:00Z");

    service.installation.clock.set(at("2026-04-16T11:59:59Z"));
    assert!(opens(&service, text(&old, "secret")).await && opens(&service, text(&new, "secret")).await);
    service.installation.clock.set(at("2026-04-16T12:00:00Z"));
    assert!(!opens(&service, text(&old, "secret")).await && opens(&service, text(&new, "secret")).await);
    post(&service, &rotation, &admin, json!({})).await.problem(409, "conflict");
}

#[tokio::test]
async fn an_overlap_is_a_length_of_time() {
    let (service, admin) = with_admin().await;
    let old = service.create(KEYS, &admin, viewer()).await;
    let rotation = format!("{KEYS}/{}/rotation", text(&old, "id"));
    for body in [json!({ "overlap": "-PT1H" }), json!({ "overlap": "P1M" }), json!({ "overlap": 24 }), json!({ "overlap": "unlimited" })] {
        let answer = post(&service, &rotation, &admin, body.clone()).await;
        answer.problem(422, "invalid");
        assert_eq!(answer.field(), "overlap", "{body}: {}", answer.text);
    }
    assert!(opens(&service, text(&old, "secret")).await);
    let new = service.create(&rotation, &admin, json!({ "overlap": "PT0S" })).await;
    assert!(!opens(&service, text(&old, "secret")).await, "without an overlap it ends at once");
    assert!(opens(&service, text(&new, "secret")).await);
}

#[tokio::test]
async fn an_ended_key_opens_nothing_and_stays_in_the_list() {
    let (service, admin) = with_admin().await;
    let created = service.create(KEYS, &admin, viewer()).await;
    let path = format!("{KEYS}/{}", text(&created, "id"));
    assert!(opens(&service, text(&created, "secret")).await);
    let ended = service.call("DELETE", &path, &admin, Value::Null).await;
    assert_eq!((ended.status, &ended.body["expires_at"]), (200, &json!(NOW)), "{}", ended.text);
    service.call("GET", "/v1/tenant", text(&created, "secret"), Value::Null).await.problem(401, "unauthenticated");
    assert_eq!(service.read(&path, &admin).await, ended.body);

    service.installation.clock.set(at("2026-04-20T00:00:00Z"));
    let again = service.call("DELETE", &path, &admin, Value::Null).await;
    assert_eq!((again.status, &again.body), (200, &ended.body), "it ended when it ended first");
    assert!(service.call("GET", KEYS, &admin, Value::Null).await.data().contains(&ended.body));
}

#[tokio::test]
async fn only_admins_have_to_do_with_keys() {
    let (service, admin) = with_admin().await;
    let created = service.create(KEYS, &admin, viewer()).await;
    let path = format!("{KEYS}/{}", text(&created, "id"));
    let mut keys = vec![service.operator().await];
    for role in [Role::Ingest, Role::Author, Role::Billing, Role::Viewer] {
        keys.push(service.key(&[role]).await);
    }
    for key in &keys {
        post(&service, KEYS, key, viewer()).await.problem(403, "forbidden");
        post(&service, &format!("{path}/rotation"), key, json!({})).await.problem(403, "forbidden");
        for (method, path) in [("GET", KEYS), ("GET", path.as_str()), ("DELETE", path.as_str())] {
            service.call(method, path, key, Value::Null).await.problem(403, "forbidden");
        }
    }
    assert!(opens(&service, text(&created, "secret")).await);
}

#[tokio::test]
async fn another_sides_and_another_tenants_keys_are_not_there() {
    let (service, admin) = with_admin().await;
    let created = service.create(KEYS, &admin, viewer()).await;
    let own = text(&created, "id");
    let strangers = [service.test_key(&[Role::Admin]).await, service.other_tenant_key(&[Role::Admin]).await];
    let cases = strangers.iter().map(|key| (key, own)).chain([(&admin, "key_000000000zzzz"), (&admin, "key_1"), (&admin, "dashboard")]);
    for (key, id) in cases {
        let path = format!("{KEYS}/{id}");
        for method in ["GET", "DELETE"] {
            service.call(method, &path, key, Value::Null).await.problem(404, "not-found");
        }
        post(&service, &format!("{path}/rotation"), key, json!({})).await.problem(404, "not-found");
    }
    for key in &strangers {
        assert!(service.call("GET", KEYS, key, Value::Null).await.data().iter().all(|key| key["id"] != own));
    }
    assert!(opens(&service, text(&created, "secret")).await);
}

#[tokio::test]
async fn a_repeated_request_makes_one_key_and_tells_its_secret_once() {
    let (service, admin) = with_admin().await;
    let once = [("idempotency-key", "dashboard")];
    let first = service.call_with("POST", KEYS, &admin, &once, viewer()).await;
    let again = service.call_with("POST", KEYS, &admin, &once, viewer()).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert!(first.body["secret"].is_string() && again.body["secret"].is_null(), "{}", again.text);
    assert_eq!((&again.body["id"], &again.body["created_at"]), (&first.body["id"], &first.body["created_at"]));
    let other = json!({ "name": "dashboard", "roles": ["admin"] });
    service.call_with("POST", KEYS, &admin, &once, other).await.problem(422, "idempotency-key-reused");

    let (path, once) = (format!("{KEYS}/{}/rotation", text(&first.body, "id")), [("idempotency-key", "rotation")]);
    let first = service.call_with("POST", &path, &admin, &once, json!({ "overlap": "PT0S" })).await;
    let again = service.call_with("POST", &path, &admin, &once, json!({ "overlap": "PT0S" })).await;
    assert_eq!((again.status, &again.body["id"], &again.body["secret"]), (201, &first.body["id"], &Value::Null));
    service.call_with("POST", &path, &admin, &once, json!({})).await.problem(422, "idempotency-key-reused");
}

#[tokio::test]
async fn the_list_is_read_in_pieces() {
    let (service, admin) = with_admin().await;
    for name in ["b", "c", "a"] {
        service.create(KEYS, &admin, json!({ "name": name, "roles": ["ingest"] })).await;
    }
    let first = service.call("GET", "/v1/keys?limit=2", &admin, Value::Null).await;
    let cursor = first.body["next_cursor"].as_str().expect("a cursor");
    let second = service.call("GET", &format!("{KEYS}?limit=2&cursor={cursor}"), &admin, Value::Null).await;
    let names: Vec<&Value> = first.data().iter().chain(second.data()).map(|key| &key["name"]).collect();
    assert_eq!(names, [&json!("a key"), &json!("b"), &json!("c"), &json!("a")], "the admin's own is the first");
    assert_eq!(second.body["next_cursor"], Value::Null);
}
