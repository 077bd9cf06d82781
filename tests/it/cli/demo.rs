//! The demonstration: from rules to invoices, and then a console that stays.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use assay_tests::{bin, components, http::Client};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::{Folder, row, text};

/// A small desk, and the rules as components, so that nothing is built here.
fn arguments(rules: &str) -> Vec<&str> {
    row(&[&["demo", "--interactions", "600", "--rules", rules]])
}

fn rules() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for name in components::OF_THE_DEMO {
        std::fs::write(folder.path().join(format!("{name}.component.wasm")), components::example(name)).expect("a file");
    }
    folder
}

#[test]
fn four_rules_judge_and_every_month_is_billed() {
    let (folder, rules) = (Folder::empty(), rules());
    let rules = text(rules.path());
    let told = folder.ok(&row(&[&arguments(&rules), &["--exit"]]));
    for part in [
        "resolved-ticket",
        "INV-000001",
        "2026-06",
        "follows from the facts",
        "assay verify ",
        "look further: assay --data",
        "belong to nobody",
    ] {
        assert!(told.contains(part), "{part:?} is not in {told}");
    }
    let report = folder.json(&["report", "outcomes"]);
    let judged = |name: &&str| report["outcomes"].as_array().expect("rows").iter().any(|row| row["definition"] == **name);
    assert!(components::OF_THE_DEMO.iter().all(judged), "{report}");
    let invoices = folder.json(&["invoice", "list"]);
    let kind = |kind: &str| invoices.as_array().expect("documents").iter().filter(|document| document["kind"] == kind).count();
    assert_eq!((kind("invoice"), &report["waiting"]), (48, &json!(0)), "{invoices}");
    folder.refused(&arguments(&rules), 1, &["holds an installation", "--data"]);
}

#[test]
fn it_stays_with_the_console_open() {
    let (folder, rules) = (Folder::empty(), rules());
    let rules = text(rules.path());
    let mut command = bin::command(&folder.data(), &row(&[&["--json"], &arguments(&rules)]));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let told: Value = serde_json::from_str(&line).expect("one document");
    assert_eq!(told["totals"][0]["currency"], "USD", "{told}");
    let address = told["console"].as_str().and_then(|url| url.strip_prefix("http://")).expect("an address").parse().expect("an address");
    let key = format!("Bearer {}", told["key"].as_str().expect("a key"));
    let mut client = Client::connect(address).expect("a connection");
    assert_eq!(client.request("GET", "/", &[("accept", "text/html")], b"").expect("an answer").status / 100, 3, "to the login");
    assert_eq!(client.request("GET", "/v1/invoices", &[("authorization", &key)], b"").expect("an answer").status, 200);
    let signalled = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(signalled.success() && child.wait().expect("a child").success());
}
