//! Back-tests from the command line: what is printed, and the exit codes.

use assay_tests::bin;
use serde_json::{Value, json};

use super::support::{Folder, row};

/// Three tickets of `acme` that were resolved, the second of which was reopened after two days, judged and sold.
fn sold() -> Folder {
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
    folder
}

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

/// What a command prints, and its exit code.
fn run(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let output = bin::run(&folder.data(), arguments);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    (output.status.code(), String::from_utf8(output.stdout).expect("text"))
}

#[test]
fn a_candidate_is_judged_beside_the_version_in_force() {
    let folder = sold();
    let (code, told) = run(&folder, &["backtest", "fixed", "--param", "window=72h"]);
    assert_eq!(code, Some(0), "{told}");
    for part in [
        "bkt_0000000000001: history of fixed with retry=true window=P3D",
        "finished",
        "3 interactions, 3 judged: 0 the same, 0 earned, 1 lost, 2 moved, 0 otherwise",
        "failed deadline",
        "1 bills move, from 2.97 USD to 1.98 USD together",
        "-0.99",
        "33.3333%",
    ] {
        assert!(told.contains(part), "{part:?} is not in {told}");
    }
    let shown = folder.json(&["backtest", "show", "bkt_0000000000001"]);
    assert_eq!((&shown["state"], &shown["passed"], &shown["parameters"]["window"]), (&json!("finished"), &Value::Null, &json!("P3D")));
    assert_eq!(shown["report"]["differences"], json!({ "earned": 0, "lost": 1, "moved": 2, "changed": 0 }));
    assert_eq!(shown["report"]["bills"][0]["candidate"], json!({ "amount": "1.98", "currency": "USD" }));
    let listed = folder.json(&["backtest", "list"]);
    assert_eq!((listed.as_array().map(Vec::len), &listed[0]["id"]), (Some(1), &json!("bkt_0000000000001")));
    assert_eq!(folder.json(&["backtest", "resume", "bkt_0000000000001"])["report"], shown["report"], "nothing is left to do");
}

#[test]
fn a_threshold_that_is_not_kept_ends_with_1() {
    let folder = sold();
    let labels = folder.file("labels.csv", "subject,label\nT1,success\nT2,failure\n");
    let candidate = ["backtest", "fixed", "--param", "window=72h", "--labels", &labels];
    let (code, told) = run(&folder, &row(&[&candidate, &["--max-bill-change", "5%", "--no-new-faults", "--min-precision", "95%"]]));
    assert_eq!(code, Some(1), "{told}");
    for part in ["max-bill-change 5%", "not kept", "the bill of acme for 2016-03 moves by 33.3333%", "no-new-faults", "min-precision 95%"] {
        assert!(told.contains(part), "{part:?} is not in {told}");
    }
    let kept = row(&[&candidate, &["--min-precision", "100%", "--min-recall", "1"]]);
    let (code, told) = run(&folder, &kept);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("precision") && told.contains("2 of 2 labels are of judged interactions"), "{told}");
}

#[test]
fn a_draft_is_named_by_its_number() {
    let folder = sold();
    folder.ok(&["definition", "create", "fixed", "--rule", "resolved-ticket", "--param", "window=72h"]);
    let told = folder.ok(&["backtest", "fixed", "--version", "2", "--from", "2016-03-01", "--until", "2016-03-02"]);
    assert!(told.starts_with("bkt_0000000000001: history of fixed with fixed@2"), "{told}");
}

#[test]
fn a_shadow_is_started_shown_and_stopped() {
    let folder = sold();
    let started = folder.json(&["backtest", "shadow", "start", "fixed", "--param", "window=72h"]);
    assert_eq!((&started["kind"], &started["state"], &started["report"]["judged"]), (&json!("shadow"), &json!("judging"), &json!(0)));
    let id = started["id"].as_str().expect("an id");
    assert!(folder.ok(&["backtest", "shadow", "show", id]).contains("shadow of fixed"));
    let stopped = folder.json(&["backtest", "shadow", "stop", id]);
    assert_eq!((&stopped["state"], stopped["ended_at"].is_string()), (&json!("finished"), true));
    folder.refused(&["backtest", "stop", id], 1, &["has ended"]);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let folder = Folder::in_business();
    folder.refused(&["backtest"], 2, &["<DEFINITION>"]);
    folder.refused(&["backtest", "fixed", "--version", "1", "--param", "window=72h"], 2, &["cannot be used with"]);
    folder.refused(&["backtest", "fixed", "--max-bill-change", "much"], 2, &["no proportion"]);
    folder.refused(&["backtest", "nothing"], 1, &["there is no definition \"nothing\""]);
    folder.refused(&["backtest", "show", "bkt_0000000000007"], 1, &["there is no back-test"]);
    folder.refused(&["backtest", "fixed", "--min-recall", "90%"], 1, &["needs labels"]);
    folder.refused(&["backtest", "fixed", "--labels", "/nowhere/labels.csv"], 1, &["cannot open"]);
    let labels = folder.file("labels.csv", "subject,label\nT1,perhaps\n");
    folder.refused(&["backtest", "fixed", "--labels", &labels], 1, &["holds no labels", "line 2 says \"perhaps\""]);
}
