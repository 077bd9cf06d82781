//! Documents from the command line: previewed, handed out, settled and taken back.

use serde_json::{Value, json};

use super::support::{Folder, row};

const CARD: &str = r#"
name = "fee"
currency = "USD"
[[charges]]
code = "platform"
label = "Platform fee"
model = "flat"
amount = "500"
"#;

/// One customer with a fee a month, and March billed.
fn billed() -> Folder {
    let folder = Folder::in_business();
    let card = folder.file("fee.toml", CARD);
    folder.ok(&["rate-card", "create", &card]);
    let agree = ["agreement", "create", "--all-customers", "--definition", "fixed", "--rate-card", "fee", "--from", "2016-03-01"];
    folder.ok(&agree);
    folder.ok(&["bill", "2016-03"]);
    folder
}

#[test]
fn a_preview_issues_nothing() {
    let folder = billed();
    let before = folder.json(&["invoice", "list"]);
    let preview = ["invoice", "preview", "--period", "2016-04", "--customer", "acme"];
    let drafts = folder.json(&preview);
    assert_eq!((&drafts[0]["number"], &drafts[0]["state"], &drafts[0]["total"]), (&json!("DRAFT"), &json!("draft"), &json!("500.00")));
    assert!(folder.ok(&preview).contains("invoice DRAFT for acme, 2016-04"));
    assert_eq!(folder.json(&["invoice", "list"]), before);
    folder.refused(&["invoice", "preview", "--period", "2016-03"], 1, &["2016-03 is billed", "preview 2016-04"]);
}

#[test]
fn exports_are_written_byte_for_byte() {
    let folder = billed();
    folder.ok(&["bill", "2016-04"]);
    for format in ["html", "csv", "focus", "json"] {
        let one = ["invoice", "export", "INV-000001", "--format", format];
        let printed = folder.ok(&one);
        let path = folder.data().join(format!("one.{format}"));
        let path = path.to_str().expect("a path");
        let told = folder.json(&row(&[&one, &["--output", path]]));
        assert_eq!((&told["documents"], &told["bytes"]), (&json!(1), &json!(printed.len())));
        assert_eq!(std::fs::read_to_string(path).expect("a file"), printed);
    }
    assert!(folder.ok(&["invoice", "export", "--format", "csv"]).ends_with("\r\n"));
    for (arguments, expected) in [
        (vec![], json!(["INV-000001", "INV-000002"])),
        (vec!["--period", "2016-04"], json!(["INV-000002"])),
        (vec!["--customer", "acme"], json!(["INV-000001", "INV-000002"])),
    ] {
        let printed = folder.ok(&row(&[&["invoice", "export", "--format", "json"], &arguments]));
        let found: Vec<Value> = serde_json::from_str(&printed).expect("JSON");
        assert_eq!(json!(found.iter().map(|document| &document["number"]).collect::<Vec<_>>()), expected);
    }
    folder.refused(&["invoice", "export", "--format", "pdf"], 2, &["--format", "none of html, csv, focus and json"]);
    folder.refused(&["invoice", "export", "INV-000001", "--format", "csv", "--period", "2016-04"], 2, &["cannot be used with"]);
}

#[test]
fn an_invoice_is_paid_or_taken_back() {
    let folder = billed();
    let paid = folder.json(&["invoice", "pay", "INV-000001", "--reference", "transfer 17"]);
    assert_eq!((&paid["state"], &paid["note"]), (&json!("paid"), &json!("transfer 17")));
    folder.refused(&["invoice", "void", "INV-000001", "--reason", "a mistake"], 1, &["INV-000001 was paid at", "so it stands"]);
    folder.ok(&["bill", "2016-04"]);
    assert!(folder.ok(&["invoice", "void", "INV-000002", "--reason", "a mistake"]).contains("voided: a mistake"));
    let listed = folder.ok(&["invoice", "list"]);
    assert!(listed.contains("invoice, paid") && listed.contains("invoice, voided"), "{listed}");
    let log = folder.json(&["operation", "list", "--limit", "1"]);
    assert_eq!(log[0]["action"], "invoice.void");
}
