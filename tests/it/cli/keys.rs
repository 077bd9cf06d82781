//! Keys: shown once, listed without their secrets, and ended.

use assay_tests::bin;
use serde_json::{Value, json};

use super::support::Folder;

/// A prefix, the key's number and its secret.
const SECRET_LENGTH: usize = "ak_live_".len() + 13 + 1 + 52;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// The lines that are a key and nothing else.
fn secrets<'t>(told: &'t str, prefix: &str) -> Vec<&'t str> {
    told.lines().filter(|line| line.starts_with(prefix) && !line.contains(' ')).collect()
}

#[test]
fn a_tenant_comes_with_an_admins_key_for_each_side() {
    let folder = Folder::empty();
    let told = folder.ok(&["tenant", "create", "vendor"]);
    let first = told.lines().next().expect("a line");
    let place = format!(") in {}", bin::database(&folder.data()).unwrap_or_else(|| folder.data().display().to_string()));
    assert!(first.starts_with("created the tenant vendor (ten_") && first.ends_with(&place), "{told}");
    assert!(told.contains("shown this once"), "{told}");
    for side in ["live", "test"] {
        let shown: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix(&format!("{side} "))).collect();
        assert!(matches!(shown[..], [key] if key.starts_with(&format!("ak_{side}_")) && key.len() == SECRET_LENGTH), "{told}");
    }

    let other = folder.json(&["tenant", "create", "other", "--title", "Another"]);
    assert_eq!(other["name"], "other");
    assert!(text(&other["keys"]["live"]).starts_with("ak_live_") && text(&other["keys"]["test"]).starts_with("ak_test_"), "{other}");
    let names: Vec<Value> = folder.json(&["tenant", "list"]).as_array().expect("tenants").iter().map(|t| t["name"].clone()).collect();
    assert_eq!(json!(names), json!(["vendor", "other"]), "each once");
    for side in [["key", "list", "--tenant", "other"].as_slice(), &["key", "list", "--tenant", "other", "--test"]] {
        let keys = folder.json(side);
        assert_eq!((keys.as_array().map(Vec::len), &keys[0]["roles"]), (Some(1), &json!(["admin"])), "{side:?}");
    }
}

#[test]
fn a_key_is_made_shown_once_rotated_and_ended() {
    let folder = Folder::installed();
    let told = folder.ok(&["key", "create", "--name", "sender", "--role", "ingest", "--role", "viewer", "--expires-in", "90d"]);
    let shown = secrets(&told, "ak_live_");
    assert!(matches!(shown[..], [key] if key.len() == SECRET_LENGTH), "{told}");
    assert!(told.contains("ingest,viewer") && told.contains("stored nowhere"), "{told}");

    let key = folder.json(&["key", "create", "--name", "reader", "--role", "viewer"]);
    assert_eq!((&key["name"], &key["roles"], &key["expires_at"]), (&json!("reader"), &json!(["viewer"]), &Value::Null));
    let next = folder.json(&["key", "rotate", text(&key["id"]), "--overlap", "1h"]);
    assert_eq!((&next["name"], &next["roles"], &next["replaces"]["id"]), (&key["name"], &key["roles"], &key["id"]));
    assert!(next["secret"] != key["secret"] && next["id"] != key["id"] && next["replaces"]["expires_at"].is_string(), "{next}");
    let ended = folder.json(&["key", "revoke", text(&next["id"])]);
    assert!(ended["expires_at"].is_string() && ended.get("secret").is_none(), "{ended}");
    folder.refused(&["key", "rotate", text(&next["id"])], 1, &["has ended", "make a new key instead"]);

    let listed = folder.ok(&["key", "list"]);
    for secret in [text(&key["secret"]), text(&next["secret"]), shown[0]] {
        assert!(!listed.contains(secret) && !listed.contains(&secret[secret.len() - 52..]), "{listed}");
    }
    let listed = folder.json(&["key", "list"]);
    let names: Vec<&Value> = listed.as_array().expect("keys").iter().map(|key| &key["name"]).collect();
    assert_eq!(json!(names), json!(["first key", "sender", "reader", "reader"]));
    let log = folder.json(&["operation", "list"]).to_string();
    assert!(log.contains("key.rotate") && log.contains("key.revoke") && !log.contains("ak_live_"), "{log}");
}

#[test]
fn the_operators_key_is_no_tenants() {
    let folder = Folder::empty();
    folder.refused(&["key", "operator", "--name", "ops"], 1, &["there is no installation in"]);
    folder.ok(&["tenant", "create", "one"]);
    folder.ok(&["tenant", "create", "two"]);
    let told = folder.ok(&["key", "operator", "--name", "ops"]);
    assert_eq!(secrets(&told, "ak_installation_").len(), 1, "{told}");
    assert_eq!(folder.json(&["key", "list", "--tenant", "one"]).as_array().map(Vec::len), Some(1));
}

#[test]
fn keys_that_cannot_be_made_say_why() {
    let folder = Folder::installed();
    let create = |rest: &[&'static str]| [["key", "create", "--name", "x"].as_slice(), rest].concat();
    folder.refused(&create(&[]), 2, &["--role"]);
    folder.refused(&create(&["--role", "king"]), 2, &["king", "is none of ingest, author, billing, viewer, admin"]);
    folder.refused(&create(&["--role", "viewer", "--expires-in", "soon"]), 2, &["soon", "is not a duration such as PT24H"]);
    folder.refused(&create(&["--role", "viewer", "--expires-in=-1d"]), 1, &["expires_at: it is not in the future"]);
    folder.refused(&create(&["--role", "operator"]), 1, &["operator is no role of a tenant's key"]);
    folder.refused(&["key", "revoke", "key_0000000000zzz"], 1, &["there is no key \"key_0000000000zzz\"", "the list of keys shows them"]);
    folder.refused(&["key", "revoke", "ak_live"], 2, &["ak_live", "is not an id of the form key_"]);
    assert_eq!(folder.json(&["key", "list"]).as_array().map(Vec::len), Some(1), "only the first");
}

#[test]
fn a_customers_key_is_made_with_its_name_and_has_no_other_role() {
    let folder = Folder::installed();
    folder.ok(&["customer", "create", "acme"]);
    let create = |rest: &[&'static str]| [["key", "create", "--name", "portal", "--customer", "acme"].as_slice(), rest].concat();
    let told = folder.ok(&create(&[]));
    assert_eq!(secrets(&told, "ak_live_").len(), 1, "{told}");
    assert!(told.contains("customer acme; it never ends"), "{told}");
    let key = folder.json(&create(&["--role", "customer", "--expires-in", "90d"]));
    assert_eq!((&key["roles"], &key["customer"]), (&json!(["customer"]), &json!("acme")));
    assert_eq!(folder.json(&["key", "rotate", text(&key["id"])])["customer"], "acme");
    folder.refused(&create(&["--role", "viewer"]), 1, &["a customer's key has the role customer and no other"]);
    folder.refused(&["key", "create", "--name", "portal", "--role", "customer"], 1, &["customer: it is missing"]);
    folder.refused(&["key", "create", "--name", "portal", "--customer", "nobody"], 1, &["there is no customer \"nobody\""]);
    let whose: Vec<Value> = folder.json(&["key", "list"]).as_array().expect("keys").iter().map(|key| key["customer"].clone()).collect();
    assert_eq!(json!(whose), json!([null, "acme", "acme", "acme"]));
    assert!(folder.ok(&["key", "list"]).contains("acme"));
}

#[test]
fn the_test_side_is_a_side_of_its_own() {
    let folder = Folder::installed();
    folder.ok(&["--test", "customer", "create", "acme"]);
    assert_eq!(folder.json(&["customer", "list"]), json!([]));
    assert_eq!(folder.json(&["customer", "list", "--test"])[0]["key"], "acme");
    let key = folder.ok(&["key", "create", "--test", "--name", "tries", "--role", "ingest"]);
    assert_eq!(secrets(&key, "ak_test_").len(), 1, "{key}");
    let several = bin::run(&folder.data(), &["tenant", "list"]);
    assert!(!String::from_utf8_lossy(&several.stdout).contains(":test"), "{several:?}");
}
