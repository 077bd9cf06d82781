//! Disputes from the command line, from the claim to the credit note and the next version; what is printed, and the exit codes.

use assay_tests::{bin, components};
use serde_json::{Value, json};

use super::support::{Folder, row};

const CARD: &str = r#"
name = "standard"
currency = "USD"
[[charges]]
code = "resolutions"
label = "Resolved tickets"
model = "unit"
meter = { outcome-of = "fixed" }
price = "0.99"
"#;

/// Three tickets of `acme` that were resolved, the second of which was reopened after two days; March is sold and billed.
pub fn billed() -> Folder {
    let folder = Folder::with_rule();
    folder.ok(&["definition", "create", "fixed", "--rule", "resolved-ticket", "--active-from", "2016-01-01"]);
    let rows = [
        "T1,1,2016-03-01T08:00:00Z,ticket.opened",
        "T1,2,2016-03-01T09:00:00Z,ticket.resolved",
        "T2,1,2016-03-01T08:00:00Z,ticket.opened",
        "T2,2,2016-03-01T09:00:00Z,ticket.resolved",
        "T2,3,2016-03-03T09:00:00Z,ticket.reopened",
        "T3,1,2016-03-01T08:00:00Z,ticket.opened",
        "T3,2,2016-03-01T09:00:00Z,ticket.resolved",
    ];
    let lines: String = rows.iter().map(|row| format!("{row},acme\n")).collect();
    let log = folder.file("log.csv", format!("number,n,at,type,customer\n{lines}"));
    let mapping = ["--subject", "number", "--id", "{number}-{n}", "--time", "at", "--customer", "customer", "--type", "{type}"];
    folder.ok(&row(&[&["import", "csv", &log], &mapping]));
    let card = folder.file("card.toml", CARD);
    folder.ok(&["rate-card", "create", &card]);
    folder.ok(&["agreement", "create", "--all-customers", "--definition", "fixed", "--rate-card", "standard", "--from", "2016-03-01"]);
    folder.ok(&["bill", "2016-03"]);
    folder
}

/// Opens a dispute; its id.
fn open(folder: &Folder, subject: &str) -> String {
    let claim = ["--category", "not-delivered", "--claim", "it was never solved"];
    let opened = folder.json(&row(&[&["dispute", "open", subject, "--definition", "fixed"], &claim]));
    assert_eq!((&opened["state"], &opened["effect"], &opened["invoice"]), (&json!("open"), &json!("stands"), &json!("INV-000001")));
    opened["id"].as_str().expect("an id").to_owned()
}

fn decide(folder: &Folder, id: &str, ruling: &[&str]) -> Value {
    folder.json(&row(&[&["dispute", "decide", id, "--reason", "the log says so", "--ruling"], ruling]))
}

/// Settles what the disputes of the only agreement keep to.
fn settle(folder: &Folder, terms: &[&str]) -> Value {
    let agreements = folder.json(&["agreement", "list"]);
    let agreement = agreements[0]["id"].as_str().expect("an id");
    folder.json(&row(&[&["dispute", "terms", agreement], terms]))
}

#[test]
fn a_claim_becomes_a_credit_note() {
    let folder = billed();
    let id = open(&folder, "T1");
    let told = folder.ok(&["dispute", "show", &id]);
    for part in [
        "dsp_0000000000001: 1 of T1 under fixed@1, 0.99 USD for acme\n",
        "not-delivered: it was never solved\n",
        "billed by INV-000001; open, until ",
        "executed again, the judgement comes out as it was recorded\n",
    ] {
        assert!(told.contains(part), "{part:?} is not in {told}");
    }
    let invoice = folder.ok(&["invoice", "show", "INV-000001"]);
    assert!(invoice.contains("disputes: dsp_0000000000001 (open)") && invoice.contains("of that disputed 0.99 USD"), "{invoice}");
    let held = folder.json(&["ledger", "hold"]);
    assert_eq!((&held[0]["side"], &held[0]["amount"]), (&json!("returnable"), &json!("0.99")), "{held}");
    assert_eq!(folder.json(&["dispute", "list", "--open"])[0]["id"], json!(id));

    let decided = decide(&folder, &id, &["uphold"]);
    assert_eq!((&decided["state"], &decided["ruling"], &decided["effect"]), (&json!("decided"), &json!("uphold"), &json!("reversed")));
    assert_eq!(folder.json(&["dispute", "list", "--open"]), json!([]));
    let listed = folder.ok(&["dispute", "list", "--customer", "acme", "--definition", "fixed", "--interaction", "T1"]);
    assert!(listed.contains("decided: uphold, until ") && listed.contains("0.99 USD"), "{listed}");
    folder.ok(&["bill", "2016-04"]);
    let note = folder.json(&["invoice", "show", "CN-000001"]);
    assert_eq!((&note["total"], &note["corrects"], &note["disputed"]), (&json!("-0.99"), &json!("INV-000001"), &json!("0.00")));
    assert_eq!(note["lines"][0]["disputes"], json!([{ "id": id, "state": "decided" }]));
    let report = folder.ok(&["report", "conservation"]);
    assert!(report.contains("overruled") && report.contains("billed and disputed") && report.contains("everything adds up"), "{report}");
    assert_eq!(folder.json(&["report", "conservation"])["money"][0]["disputed"], json!("0.00"));
}

#[test]
fn an_appeal_that_nobody_answers_is_decided_by_default() {
    let folder = billed();
    let at_once = ["--answer-within", "PT0.000001S", "--default-ruling", "reject"];
    let settled = settle(&folder, &at_once);
    assert_eq!(
        (&settled["settled"], &settled["answer_within"], &settled["open_within"]),
        (&json!(true), &json!("PT0.000001S"), &json!("P60D"))
    );
    let id = open(&folder, "T1");
    assert_eq!(folder.json(&["dispute", "due"]), json!({ "decided": 1 }));
    let first = folder.json(&["dispute", "show", &id]);
    assert_eq!((&first["ruling"], &first["steps"][1]["by_default"], &first["effect"]), (&json!("reject"), &json!(true), &json!("stands")));
    settle(&folder, &["--answer-within", "14d", "--default-ruling", "uphold"]);
    let appealed = folder.json(&["dispute", "appeal", &id, "--reason", "the log is of another ticket"]);
    assert_eq!((&appealed["state"], &appealed["steps"][2]["finding"]["finding"]), (&json!("appealed"), &json!("reproduces")));
    let split = decide(&folder, &id, &["split", "--share", "0.25"]);
    assert_eq!((&split["state"], &split["share"], &split["due_at"]), (&json!("final"), &json!("0.25"), &Value::Null));
    folder.refused(&["dispute", "appeal", &id, "--reason", "again"], 1, &["the decision is final: split, 0.25 of it taken back"]);
    let told = folder.ok(&["dispute", "show", &id]);
    assert!(told.contains("final: split, 0.25 of it taken back") && told.contains("cli, by default"), "{told}");
    let agreements = folder.json(&["agreement", "list"]);
    let shown = folder.ok(&["dispute", "terms", agreements[0]["id"].as_str().expect("an id")]);
    assert!(shown.contains("are decided by default by") && shown.contains("P14D") && shown.contains("settled for it"), "{shown}");
}

#[test]
fn a_saved_dispute_is_a_fixture_file_and_holds_up_versions() {
    let folder = billed();
    settle(&folder, &["--appeal-within", "PT0S"]);
    let id = open(&folder, "T2");
    decide(&folder, &id, &["uphold"]);
    let saved = folder.ok(&["dispute", "save", &id]);
    assert_eq!(saved, format!("{id} is saved: later versions must decide failure\n"));
    assert!(folder.ok(&["dispute", "show", &id]).contains("saved as a fixture: later versions must decide failure"));

    // The rule reads the file, with the parameters of the version that was wrong.
    let printed = folder.ok(&["dispute", "fixture", &id]);
    let place = folder.file("fixture.toml", "");
    let written = folder.json(&["dispute", "fixture", &id, "--output", &place]);
    assert_eq!((&written["bytes"], std::fs::read_to_string(&place).expect("a file")), (&json!(printed.len()), printed));
    let rule = folder.file("rule.wasm", components::resolved_ticket());
    let output = bin::run(&folder.data(), &["rule", "test", &rule, "--fixtures", &place]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}{}", String::from_utf8_lossy(&output.stderr));
    for part in ["decision  expected  failure\n            found     success\n", "1 asked, 1 failed"] {
        assert!(told.contains(part), "{told}");
    }

    folder.ok(&["definition", "create", "fixed", "--rule", "resolved-ticket", "--param", "retry=false"]);
    let output = bin::run(&folder.data(), &["dispute", "try", "fixed@2"]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("it decides success and not failure") && told.contains("fixed@2 gets 1 of 1 wrong, so it holds for nobody"),
        "{told}"
    );
    let wrong = format!("fixed@2 gets disputes wrong that are saved as fixtures: {id}");
    folder.refused(&["definition", "activate", "fixed@2", "--from", "2099-01-01"], 1, &[&wrong]);
    folder.refused(&["proposal", "create", "fixed@2", "--from", "2099-01-01"], 1, &[&wrong]);
    folder.ok(&["definition", "create", "fixed", "--rule", "resolved-ticket", "--param", "retry=false", "--param", "window=72h"]);
    assert!(folder.ok(&["dispute", "try", "fixed@3"]).contains("fixed@3 gets all 1 right"));
    folder.ok(&["definition", "activate", "fixed@3", "--from", "2099-01-01"]);
}

#[test]
fn how_much_is_disputed_is_a_report() {
    let folder = billed();
    let id = open(&folder, "T1");
    open(&folder, "T3");
    decide(&folder, &id, &["split", "--share", "0.5"]);
    let rows = folder.json(&["report", "disputes"]);
    let heads: Vec<_> = rows.as_array().expect("rows").iter().map(|row| [&row["by"], &row["definition"], &row["name"]]).collect();
    let expected = json!([
        ["all", null, null],
        ["definition", "fixed", null],
        ["reason", "fixed", "resolved"],
        ["customer", null, "acme"],
        ["category", null, "not-delivered"],
    ]);
    assert_eq!(json!(heads), expected);
    let all = &rows[0];
    let counts = ["outcomes", "disputes", "open", "upheld", "rejected", "split"].map(|name| all[name].as_u64());
    assert_eq!((counts, &all["rate"]), ([3, 2, 1, 0, 0, 1].map(Some), &json!("0.666666")));
    assert_eq!(all["taken_back"], json!([{ "amount": "0.49", "currency": "USD" }]));
    let told = folder.ok(&["report", "disputes"]);
    assert!(told.contains("taken back") && told.contains("fixed resolved") && told.contains("0.666666"), "{told}");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let folder = billed();
    let opening = ["dispute", "open", "T1", "--definition", "fixed", "--claim", "it is wrong"];
    folder.refused(&row(&[&opening, &["--category", "unfair"]]), 2, &["\"unfair\" is none of not-delivered, wrong-customer"]);
    folder.refused(&opening, 2, &["--category <CATEGORY>"]);
    folder.refused(&row(&[&opening, &["--category", "other", "--customer", "globex"]]), 1, &["there is no outcome"]);
    let id = open(&folder, "T1");
    let deciding = ["dispute", "decide", &id, "--reason", "why"];
    folder.refused(&row(&[&deciding, &["--ruling", "split"]]), 2, &["--share <SHARE>"]);
    folder.refused(&row(&[&deciding, &["--ruling", "split", "--share", "1"]]), 2, &["\"1\" is no share"]);
    folder.refused(&row(&[&deciding, &["--ruling", "uphold", "--share", "0.5"]]), 1, &["only a split takes a share back"]);
    folder.refused(&row(&[&deciding, &["--ruling", "maybe"]]), 2, &["maybe"]);
    folder.refused(&["dispute", "show", "dsp_0000000000009"], 1, &["there is no dispute \"dsp_0000000000009\""]);
    folder.refused(&["dispute", "show", "T1"], 2, &["is not an id of the form dsp_"]);
    folder.refused(&["dispute", "try", "fixed"], 1, &["write it as fixed@2"]);
    folder.refused(&["dispute", "save", &id], 1, &["is not decided yet"]);
    folder.refused(&["dispute", "fixture", &id], 1, &["there is no fixture", "save the dispute as one"]);
}
