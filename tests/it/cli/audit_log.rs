//! The audit log from the command line: every command chains what it has done, and what was done to the log is named.

use std::process::Output;

use assay_tests::bin;
use serde_json::{Value, json};

use super::support::{Folder, row};

/// The exit code and what is printed.
fn verify(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = bin::run(&folder.data(), &row(&[&["audit", "verify"], arguments]));
    assert_eq!(String::from_utf8_lossy(&stderr), "", "{arguments:?}");
    (status.code(), String::from_utf8(stdout).expect("text"))
}

fn head(folder: &Folder) -> String {
    folder.ok(&["audit", "head"]).trim().to_owned()
}

fn size(head: &str) -> &str {
    head.split_once(':').expect("a size and a hash").0
}

/// Does something to the log behind the back of the program.
async fn tamper(folder: &Folder, statements: &[&str]) {
    let mut raw = folder.raw().await;
    raw.unguarded().await;
    for sql in statements {
        assert!(raw.run(sql).await > 0, "{sql}");
    }
}

#[tokio::test]
async fn every_command_chains_what_it_has_done() {
    let unchained = "select (select count(*) from operations) - (select count(*) from audit_chain)";
    let folder = Folder::installed();
    let mut raw = folder.raw().await;
    assert_eq!(raw.number(unchained).await, 0, "a tenant");
    folder.ok(&["customer", "create", "acme"]);
    assert_eq!(raw.number(unchained).await, 0, "a customer");
    drop(raw);
    let folder = Folder::in_business();
    assert_eq!(folder.raw().await.number(unchained).await, 0, "the rule of both sides and the engine of the installation too");
}

#[test]
fn a_log_that_is_as_it_was_is_said_so_and_ends_with_0() {
    let folder = Folder::in_business();
    let first = head(&folder);
    let listed = folder.json(&["operation", "list", "--limit", "100"]);
    let count = listed.as_array().expect("entries").len();
    assert_eq!(size(&first), count.to_string());
    assert_eq!(verify(&folder, &[]), (Some(0), format!("{count} operations, as recorded\nhead {first}\n")));
    folder.ok(&["customer", "create", "globex"]);
    let later = head(&folder);
    let said = format!("{} operations, as recorded; the first {count} are those of the head that was kept\nhead {later}\n", count + 1);
    assert_eq!(verify(&folder, &["--head", &first]), (Some(0), said));
    let told = folder.json(&["audit", "verify", "--head", &first]);
    let expected = json!({ "holds": true, "operations": count + 1, "head": later, "waiting": 0, "kept": first, "violation": null });
    assert_eq!(told, expected);
    assert_eq!(folder.json(&["audit", "head"]), json!({ "head": later, "operations": count + 1 }));
    let (code, told) = verify(&folder, &["--installation"]);
    assert!(code == Some(0) && told.starts_with("1 operation, as recorded\nhead 1:"), "the engine: {told}");
    assert!(folder.ok(&["audit", "head", "--installation"]).starts_with("1:"));
}

#[tokio::test]
async fn what_was_altered_is_named_and_ends_with_1() {
    let folder = Folder::in_business();
    let kept = head(&folder);
    tamper(&folder, &["update operations set actor = 'mallory' where action = 'version.create'"]).await;
    let id = folder.json(&["operation", "list", "--limit", "100"]);
    let altered = id.as_array().expect("entries").iter().find(|entry| entry["action"] == "version.create").expect("the entry");
    let id = altered["id"].as_str().expect("an id");
    let (code, told) = verify(&folder, &[]);
    assert_eq!(code, Some(1), "{told}");
    let sentence = format!("{id}, operation 4 of the log, is not what was recorded: something in it was changed");
    assert_eq!(told, format!("{sentence}\n3 operations before that, as recorded\n"));
    let (code, told) = verify(&folder, &["--json", "--head", &kept]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((code, &told["holds"], &told["operations"]), (Some(1), &json!(false), &json!(3)));
    let expected = json!({ "position": 4, "operation": id, "wrong": "altered", "moved_to": null, "what": sentence });
    assert_eq!(told["violation"], expected);
}

#[tokio::test]
async fn an_end_that_was_cut_off_shows_against_the_head_that_was_kept() {
    let folder = Folder::in_business();
    let kept = head(&folder);
    let last = format!("operation = (select max(id) from operations where action = 'rate-card.create') and position = {}", size(&kept));
    let link = format!("delete from audit_chain where {last}");
    tamper(&folder, &[&link, "delete from operations where action = 'rate-card.create'"]).await;
    assert_eq!(verify(&folder, &[]).0, Some(0), "by itself the log does not tell");
    let (code, told) = verify(&folder, &["--head", &kept]);
    assert!(code == Some(1) && told.contains("its end was taken away"), "{told}");
    folder.ok(&["customer", "create", "globex"]);
    let (code, told) = verify(&folder, &["--head", &kept]);
    assert!(code == Some(1) && told.contains("it was rewritten"), "{told}");
}

#[test]
fn what_is_no_head_is_refused() {
    let folder = Folder::installed();
    for text in ["12", "12:34", "head"] {
        folder.refused(&["audit", "verify", "--head", text], 2, &["is not the head of an audit log", "`assay audit head`"]);
    }
}
