//! Two parties at two machines: a vendor proposes, its customer looks at it and signs it from files alone, and the vendor takes the signature.

use assay_tests::components;
use serde_json::{Value, json};

use super::support::{Folder, row};

const FROM: &str = "2250-01-01T00:00:00Z";

/// A vendor whose customer `acme` has to sign, with a second version of `fixed`; and the customer's own machine, with a key.
struct Parties {
    vendor: Folder,
    customer: Folder,
    key: String,
}

impl Parties {
    fn new() -> Self {
        let (vendor, customer) = (Folder::in_business(), Folder::empty());
        let agree =
            ["agreement", "create", "--customer", "acme", "--definition", "fixed", "--rate-card", "standard", "--from", "2016-01-01"];
        vendor.ok(&row(&[&agree, &["--two-party"]]));
        vendor.ok(&["definition", "create", "fixed", "--rule", "resolved-ticket", "--param", "window=72h"]);
        let key = customer.file("acme.key", "");
        std::fs::remove_file(&key).expect("a name that is free");
        let made = customer.json(&["approve", "keygen", &key]);
        let public = made["public_key"].as_str().expect("a public key");
        vendor.ok(&["customer", "key", "add", "acme", public, "--name", "head of support"]);
        Self { vendor, customer, key }
    }

    /// Offers the second version, and gives the customer the file.
    fn offer(&self) -> (Value, String) {
        let proposal = self.vendor.json(&["proposal", "create", "fixed@2", "--from", "2250-01-01"]);
        let id = proposal["id"].as_str().expect("an id").to_owned();
        let file = self.customer.file("proposal.json", "");
        self.vendor.ok(&["proposal", "export", &id, "--customer", "acme", "--to", &file]);
        (proposal, file)
    }

    fn sign(&self, file: &str) -> (Value, String) {
        let to = self.customer.file("approval.json", "");
        (self.customer.json(&["approve", "sign", file, "--key", &self.key, "--to", &to]), to)
    }
}

#[test]
fn a_customer_looks_at_a_proposal_and_signs_it_on_its_own_machine() {
    let parties = Parties::new();
    let Parties { vendor, customer, .. } = &parties;
    let (proposal, file) = parties.offer();
    assert_eq!((&proposal["state"], &proposal["awaited"]), (&json!("open"), &json!(["acme"])));

    let component = customer.file("rule.wasm", components::resolved_ticket());
    let shown = customer.json(&["approve", "show", &file, "--component", &component]);
    let window = json!({ "part": "parameter", "name": "window", "before": null, "after": "3 days" });
    assert!(shown["differences"].as_array().is_some_and(|all| all.contains(&window)), "nothing is in force for it yet: {shown}");
    assert_eq!((&shown["is_component_checked"], &shown["in_force"]), (&json!(true), &Value::Null));
    let words = customer.ok(&["approve", "show", &file]);
    for part in ["vendor (live) proposes fixed@2 to acme", FROM, "3 days", "--component FILE checks them"] {
        assert!(words.contains(part), "{part:?} is not in {words}");
    }

    let (signed, approval) = parties.sign(&file);
    assert_eq!(signed["approval"]["hash"], proposal["hash"]);
    let taken = vendor.json(&["proposal", "approve", &approval]);
    assert_eq!((&taken["parties"], &taken["customer"], &taken["from"]), (&json!("two-party"), &json!("acme"), &json!(FROM)));
    vendor.refused(&["proposal", "approve", &approval], 1, &["the proposal was approved before"]);
    let words = vendor.ok(&["definition", "show", "fixed"]);
    assert!(words.contains("acme from 2250-01-01T00:00:00Z, two-party"), "{words}");
    let listed = vendor.json(&["proposal", "list"]);
    assert_eq!((&listed[0]["state"], &listed[0]["answers"][0]["answer"]), (&json!("approved"), &json!("approved")));
    assert!(vendor.ok(&["proposal", "list"]).contains("fixed@2"));
    let log = vendor.json(&["operation", "list", "--limit", "3"]);
    let actions: Vec<&str> = log.as_array().expect("entries").iter().filter_map(|entry| entry["action"].as_str()).collect();
    assert!(actions.contains(&"version.approve") && actions.contains(&"version.propose"), "{actions:?}");
}

#[test]
fn a_file_that_was_tampered_with_is_not_signed_and_not_taken() {
    let parties = Parties::new();
    let Parties { vendor, customer, key } = &parties;
    let (_, file) = parties.offer();
    let text = std::fs::read_to_string(&file).expect("the proposal");
    let to = customer.file("forged.json", "");
    let forge = |change: &dyn Fn(&mut Value)| {
        let mut document: Value = serde_json::from_str(&text).expect("JSON");
        change(&mut document);
        customer.file("tampered.json", document.to_string())
    };
    let component = customer.file("rule.wasm", components::resolved_ticket());
    let longer = forge(&|document| document["proposed"]["content"]["timing"]["settles_after"] = json!("P1D"));
    customer.refused(&["approve", "sign", &longer, "--key", key, "--to", &to], 1, &["is not what it says it is", "proposed.hash"]);
    let renamed = forge(&|document| document["proposed"]["parameters"][0] = json!("patience"));
    customer.refused(
        &["approve", "show", &renamed, "--component", &component],
        1,
        &["otherwise than the component does", "do not sign it"],
    );
    let other = customer.file("other.wasm", components::example("csat"));
    customer.refused(&["approve", "show", &file, "--component", &other], 1, &["is not the component of the proposal"]);
    customer.refused(&["approve", "sign", &file, "--key", &file, "--to", &to], 1, &["is no key that `assay approve keygen` made"]);
    customer.refused(&["approve", "keygen", key], 1, &["cannot make"]);

    // A proposal that says another time is signed as it is, and is nothing to the vendor.
    let later = forge(&|document| document["from"] = json!("2251-01-01T00:00:00Z"));
    let (_, approval) = parties.sign(&later);
    vendor.refused(&["proposal", "approve", &approval], 1, &["there is no proposal"]);
    let (_, approval) = parties.sign(&file);
    let text = std::fs::read_to_string(&approval).expect("the approval");
    let moved = customer.file("moved.json", text.replace(FROM, "2251-01-01T00:00:00Z"));
    vendor.refused(&["proposal", "approve", &moved], 1, &["signature: it is not this key's"]);
    vendor.ok(&["proposal", "approve", &approval]);
}

#[test]
fn a_key_follows_another_by_its_signature() {
    let Parties { vendor, customer, key } = Parties::new();
    let next = customer.data().join("next.key");
    std::fs::create_dir_all(customer.data()).expect("a folder");
    let made = customer.json(&["approve", "keygen", next.to_str().expect("a path")]);
    let public = made["public_key"].as_str().expect("a public key");
    let signed = customer.json(&["approve", "succeed", "acme", "--key", &key, "--new", public, "--tenant", "vendor"]);
    let signature = signed["signature"].as_str().expect("a signature");
    let keys = vendor.json(&["customer", "key", "list", "acme"]);
    let old = keys[0]["id"].as_str().expect("an id");
    let replace = ["customer", "key", "replace", "acme", old, public, "--name", "her deputy"];
    vendor.refused(&replace, 2, &["--signature"]);
    let replaced = vendor.json(&row(&[&replace, &["--signature", signature]]));
    assert_eq!((&replaced["replaces"], &replaced["is_signed"]), (&keys[0]["id"], &json!(true)));
    let words = vendor.ok(&["customer", "key", "list", "acme"]);
    assert!(words.contains("was replaced at") && words.contains("approves"), "{words}");
    let second = replaced["id"].as_str().expect("an id");
    let revoked = vendor.json(&["customer", "key", "revoke", "acme", second, "--reason", "lost"]);
    assert_eq!(revoked["ended"], "revoked");
}

#[test]
fn a_version_is_compared_offered_enacted_rejected_and_retired() {
    let vendor = Folder::in_business();
    vendor.ok(&["customer", "create", "acme"]);
    vendor.ok(&["definition", "create", "fixed", "--rule", "resolved-ticket", "--param", "window=72h"]);
    let told = vendor.json(&["definition", "diff", "fixed@2"]);
    assert_eq!(told, json!([{ "part": "parameter", "name": "window", "before": "1 day", "after": "3 days" }]));
    assert!(vendor.ok(&["definition", "diff", "fixed@2", "--from", "2"]).contains("nothing is different"));

    let offer = ["proposal", "create", "fixed@2", "--from", "2250-01-01", "--customer", "acme"];
    let id = |proposal: &Value| proposal["id"].as_str().expect("an id").to_owned();
    let first = id(&vendor.json(&offer));
    assert_eq!(vendor.json(&["proposal", "reject", &first, "--customer", "acme", "--reason", "too long"])["state"], "rejected");
    let second = id(&vendor.json(&offer));
    assert_eq!(vendor.json(&["proposal", "withdraw", &second, "--reason", "a mistake"])["state"], "withdrawn");
    let third = id(&vendor.json(&offer));
    assert_eq!(vendor.json(&["proposal", "enact", &third])["parties"], "one-party");
    assert_eq!(vendor.json(&["definition", "list"])[1]["stage"], "approved");

    let retire = ["definition", "retire", "fixed@2", "--from", "2251-01-01", "--reason", "over"];
    assert_eq!(vendor.json(&retire)["retired_from"], "2251-01-01T00:00:00Z");
    vendor.refused(&retire, 1, &["is retired from 2251-01-01T00:00:00Z on already"]);
    let past = ["definition", "retire", "fixed@1", "--from", "2016-01-01", "--reason", "over"];
    vendor.refused(&past, 1, &["is in the past", "what has opened stays under its version"]);
    assert!(vendor.ok(&["definition", "show", "fixed"]).contains("until 2251-01-01T00:00:00Z"));
}
