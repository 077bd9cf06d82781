//! Correcting what was told, and whose bill goes to whom.

use std::fs::File;

use assay_tests::bin;
use serde_json::{Value, json};

use super::support::Folder;

/// A resolution of the ticket T1, as the API takes events.
fn resolution(id: &str) -> Value {
    json!({ "id": id, "source": "helpdesk", "type": "ticket.resolved", "subject": "T1", "time": "2016-03-01T08:00:00Z", "customer": "acme" })
}

/// The only event of the ticket.
fn opening(folder: &Folder) -> Value {
    folder.json(&["interaction", "show", "T1"])["events"][0].clone()
}

#[test]
fn an_event_is_superseded_from_a_file_and_shown_so() {
    let folder = Folder::in_business();
    let opening = opening(&folder);
    let id = opening["id"].as_str().expect("an id");
    let file = folder.file("event.json", resolution("true").to_string());
    let supersede = ["event", "supersede", id, "--event", file.as_str(), "--reason", "it was resolved at once"];
    let done = folder.json(&supersede);
    assert_eq!((&done["event"], &done["subject"], &done["reason"]), (&json!(id), &json!("T1"), &json!("it was resolved at once")));
    assert_eq!((&done["evaluated"]["judged"], &done["evaluated"]["evaluated"]), (&json!(1), &json!(1)));
    let again = folder.ok(&supersede);
    let expected = format!("{} stands in the place of {id} in T1\n", done["successor"].as_str().expect("an id"));
    assert!(again.starts_with(&expected), "{again}");

    let shown = folder.json(&["interaction", "show", "T1"]);
    let events = shown["events"].as_array().expect("events");
    let wrong = events.iter().find(|event| event["id"] == id).expect("it stays");
    let superseded = &wrong["superseded"];
    assert_eq!((events.len(), &superseded["successor"], &superseded["actor"]), (2, &done["successor"], &json!("cli")));
    assert_eq!(events.iter().filter(|event| event["superseded"].is_null()).count(), 1);
    assert_eq!(shown["outcomes"][0]["state"], "final");
    let told = folder.ok(&["interaction", "show", "T1"]);
    let line = format!("was superseded by {}: it was resolved at once (cli, ", done["successor"].as_str().expect("an id"));
    assert!(told.contains("✗ superseded") && told.contains(&line), "{told}");
}

#[test]
fn an_event_is_read_from_the_standard_input_too() {
    let folder = Folder::in_business();
    let opening = opening(&folder);
    let name = format!("{} {}", opening["source"].as_str().expect("a source"), opening["source_id"].as_str().expect("an id"));
    let file = folder.file("event.json", resolution("true").to_string());
    let arguments = ["event", "supersede", name.as_str(), "--event", "-", "--reason", "why", "--json"];
    let mut command = bin::command(&folder.data(), &arguments);
    let output = command.stdin(File::open(file).expect("the file")).output().expect("the binary starts");
    let done: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(done["event"], opening["id"], "{output:?}");
}

#[test]
fn what_is_no_correction_is_refused() {
    let folder = Folder::in_business();
    let opening = opening(&folder);
    let id = opening["id"].as_str().expect("an id");
    let with = |name: &str, value: Value| {
        let mut event = resolution("true");
        event[name] = value;
        event.to_string()
    };
    for (event, parts) in [
        ("{".to_owned(), ["event: it is not JSON", "send one JSON object"]),
        (with("time", Value::Null), ["time: it is missing", "send when it happened"]),
        (with("subject", json!("T2")), ["subject: ", "send an event of the same subject"]),
        (with("mode", json!("test")), ["the event is marked test, and this is the live side", "--test"]),
    ] {
        let file = folder.file("event.json", event);
        folder.refused(&["event", "supersede", id, "--event", &file, "--reason", "why"], 1, &parts);
    }
    let file = folder.file("event.json", resolution("true").to_string());
    let unknown = ["event", "supersede", "nothing at all", "--event", file.as_str(), "--reason", "why"];
    folder.refused(&unknown, 1, &["there is no event \"nothing at all\""]);
    folder.refused(&["event", "supersede", id, "--event", "missing.json", "--reason", "why"], 1, &["cannot read missing.json"]);
    folder.refused(&["event", "supersede", id, "--event", &file], 2, &["--reason"]);
    assert_eq!(folder.json(&["interaction", "show", "T1"])["events"].as_array().map(Vec::len), Some(1), "nothing happened");
}

#[test]
fn a_bill_is_sent_to_another_customer() {
    let folder = Folder::in_business();
    folder.ok(&["customer", "create", "globex"]);
    let merge = ["customer", "merge", "acme", "--into", "globex", "--reason", "globex bought it"];
    let done = folder.json(&merge);
    let expected = json!({ "customer": "acme", "into": "globex", "payer": "globex", "actor": "cli", "reason": "globex bought it",
                           "recorded_at": done["recorded_at"] });
    assert_eq!(done, expected);
    let customers = folder.json(&["customer", "list"]);
    let payers: Vec<_> = customers.as_array().expect("a list").iter().map(|row| [&row["key"], &row["payer"]]).collect();
    assert_eq!(json!(payers), json!([["acme", "globex"], ["globex", null]]));
    assert!(folder.ok(&["customer", "list"]).contains("its bill goes to"));
    folder.refused(&merge, 1, &["\"acme\" was merged before", "merge \"globex\""]);
    let circle = ["customer", "merge", "globex", "--into", "acme", "--reason", "why"];
    folder.refused(&circle, 1, &["goes to \"globex\" already", "name a customer whose bill goes elsewhere"]);
}
