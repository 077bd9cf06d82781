//! Receipts and the log from the command line: what is written verifies elsewhere, with nothing but the file.

use assay_tests::bin;
use serde_json::Value;

use super::{
    dispute::billed,
    support::{Folder, row},
};

/// Where a file of a folder is.
fn place(folder: &Folder, name: &str) -> String {
    folder.file(name, "")
}

fn log_key(folder: &Folder) -> String {
    folder.json(&["log", "show"])["key"].as_str().expect("a key").to_owned()
}

/// The exit code and the sentence of `assay verify`.
fn verify(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let output = bin::run(&folder.data(), &row(&[&["verify"], arguments, &["--json"]]));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let sentence = told["sentence"].as_str().map(str::to_owned);
    (output.status.code(), sentence.unwrap_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned()))
}

#[test]
fn a_receipt_and_an_invoice_verify_from_their_files() {
    let folder = billed();
    let key = log_key(&folder);
    let listed = folder.json(&["receipt", "list", "--customer", "acme"]);
    let receipts = listed.as_array().expect("receipts");
    assert_eq!(receipts.iter().map(|receipt| receipt["number"].as_i64().unwrap_or_default()).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert_eq!(folder.json(&["receipt", "list", "--invoice", "INV-000001"]), listed);
    let id = receipts[0]["id"].as_str().expect("an id");
    assert_eq!(folder.json(&["receipt", "show", id]), receipts[0]);
    let file = place(&folder, "receipt.json");
    let told = folder.ok(&["receipt", "bundle", id, "--output", &file]);
    assert_eq!(told, format!("1 receipts in {file}\nverify them: assay verify {file} --log-key {key}\n"));
    let (code, sentence) = verify(&folder, &[&file, "--log-key", &key]);
    assert_eq!((code, sentence.contains("follows from the facts")), (Some(0), true), "{sentence}");
    let file = place(&folder, "invoice.json");
    folder.ok(&["invoice", "bundle", "INV-000001", "--output", &file]);
    let (code, sentence) = verify(&folder, &[&file, "--log-key", &key]);
    assert_eq!((code, sentence.starts_with("The invoice INV-000001")), (Some(0), true), "{sentence}");
    // What is printed is the file, byte for byte.
    let printed = bin::run(&folder.data(), &["invoice", "bundle", "INV-000001"]).stdout;
    let printed = folder.file("printed.json", printed);
    assert_eq!(verify(&folder, &[&printed, "--log-key", &key]).0, Some(0));
    folder.refused(&["receipt", "show", "rct_0000000000999"], 1, &["there is no receipt"]);
    folder.refused(&["receipt", "show", "1"], 2, &["is not an id of the form rct_"]);
}

#[test]
fn a_checkpoint_that_is_kept_shows_that_the_log_has_only_grown() {
    let folder = billed();
    let (key, kept) = (log_key(&folder), place(&folder, "kept.checkpoint"));
    folder.ok(&["log", "checkpoint", "--output", &kept]);
    let size = folder.json(&["log", "show"])["size"].as_u64().expect("a size").to_string();
    let rotated = folder.json(&["log", "rotate"]);
    assert_eq!(folder.json(&["log", "show"])["latest_key"], rotated["key"]);
    let log = folder.file("more.csv", "number,n,at,type,customer\nT9,1,2016-03-20T08:00:00Z,ticket.opened,acme\n");
    let mapping = ["--subject", "number", "--id", "{number}-{n}", "--time", "at", "--customer", "customer", "--type", "{type}"];
    folder.ok(&row(&[&["import", "csv", &log], &mapping]));
    let file = place(&folder, "invoice.json");
    folder.ok(&["invoice", "bundle", "INV-000001", "--output", &file, "--kept", &size]);
    let (code, sentence) = verify(&folder, &[&file, "--log-key", &key, "--checkpoint", &kept]);
    assert_eq!(code, Some(0), "{sentence}");
    let growth = folder.ok(&["log", "checkpoint", "--since", &size]);
    assert!(growth.starts_with(&format!("old {size}\n")), "{growth}");
    folder.refused(&["log", "checkpoint", "--since", "999"], 1, &["never had 999"]);
}

#[test]
fn what_is_erased_is_said_by_whoever_verifies() {
    let folder = billed();
    let told = folder.json(&["interaction", "erase", "T1", "--reason", "the person asked"]);
    assert_eq!(told["payloads"], 2);
    let file = place(&folder, "invoice.json");
    folder.ok(&["invoice", "bundle", "INV-000001", "--output", &file]);
    let (code, sentence) = verify(&folder, &[&file, "--log-key", &log_key(&folder)]);
    assert_eq!((code, sentence.contains("evidence erased")), (Some(0), true), "{sentence}");
    let logged = folder.json(&["operation", "list", "--limit", "100"]);
    let erasure = logged.as_array().expect("entries").iter().find(|entry| entry["action"] == "interaction.erase").expect("an entry");
    assert_eq!(erasure["after"]["reason"], "the person asked", "{erasure}");
    folder.refused(&["interaction", "erase", "T1"], 2, &["--reason"]);
    folder.refused(&["interaction", "erase", "T7", "--reason", "x"], 1, &["T7"]);
}
