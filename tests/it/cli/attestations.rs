//! Who vouches for events: keys and webhook endpoints, made and ended, and what is shown of an event that somebody vouches for.

use serde_json::{Value, json};

use super::support::Folder;

const DIGITS: &str = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

#[test]
fn an_event_key_is_registered_listed_and_revoked() {
    let folder = Folder::installed();
    folder.ok(&["customer", "create", "acme"]);
    let key = folder.json(&["event-key", "add", "--source", "crm", "--customer", "acme", DIGITS]);
    assert_eq!((&key["source"], &key["customer"], &key["public_key"]), (&json!("crm"), &json!("acme"), &json!(DIGITS)));
    let told = folder.ok(&["event-key", "add", "--source", "desk", DIGITS]);
    assert!(told.contains("vouches for events of desk from now on"), "{told}");
    folder.refused(&["event-key", "add", "--source", "crm", DIGITS], 1, &["had this key before", "make a new key"]);
    folder.refused(&["event-key", "add", "--source", "crm", "ab"], 1, &["public_key: it is no ed25519 public key"]);
    folder.refused(&["event-key", "add", "--source", "crm", "--customer", "nobody", DIGITS], 1, &["there is no customer \"nobody\""]);
    folder.refused(&["event-key", "revoke", text(&key["id"])], 2, &["--reason"]);
    let revoked = folder.json(&["event-key", "revoke", text(&key["id"]), "--reason", "it was lost"]);
    assert!(revoked["revoked_at"].is_string(), "{revoked}");
    folder.refused(&["event-key", "revoke", text(&key["id"]), "--reason", "again"], 1, &["was revoked at"]);
    let listed = folder.json(&["event-key", "list"]);
    let sources: Vec<&Value> = listed.as_array().expect("keys").iter().map(|key| &key["source"]).collect();
    assert_eq!(sources, [&json!("crm"), &json!("desk")]);
    let table = folder.ok(&["event-key", "list"]);
    assert!(table.contains("crm that name acme") && table.contains("until "), "{table}");
    assert_eq!(folder.json(&["event-key", "list", "--test"]), json!([]));
}

#[test]
fn an_endpoint_for_webhooks_tells_its_secret_once() {
    let folder = Folder::installed();
    let made = folder.ok(&["webhook", "create", "--source", "crm"]);
    assert!(made.contains("takes webhooks of crm at /v1/webhooks/ten_") && made.lines().any(|line| line.starts_with("whsec_")), "{made}");
    let own = folder.file("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    let given = folder.json(&["webhook", "create", "--source", "desk", "--secret", &own]);
    assert_eq!(given["secret"], Value::Null);
    let added = folder.json(&["webhook", "add-secret", text(&given["id"])]);
    assert!(text(&added["secret"]).starts_with("whsec_"), "{added}");
    let (first, id) = (text(&added["secrets"][0]["id"]), text(&given["id"]));
    let revoked = folder.json(&["webhook", "revoke-secret", id, first, "--reason", "the sender has the new one"]);
    assert!(revoked["secrets"][0]["revoked_at"].is_string() && revoked["secrets"][1]["revoked_at"].is_null(), "{revoked}");
    let none = folder.file("none", "secret");
    folder.refused(
        &["webhook", "create", "--source", "crm", "--secret", &none],
        1,
        &["secret: it is not whsec_ and 24 to 64 bytes in base 64"],
    );
    let listed = folder.ok(&["webhook", "list"]);
    assert!(listed.contains(first) && !listed.contains("whsec_"), "{listed}");
    let log = folder.json(&["operation", "list"]).to_string();
    assert!(log.contains("webhook-endpoint.create") && log.contains("webhook-secret.revoke") && !log.contains("whsec_"), "{log}");
}
