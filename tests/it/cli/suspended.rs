//! A rule that only faults, as an operator meets it: what says that its version is suspended, and how it is let try again.

use assay_tests::{bin, hostile::Hostile};
use serde_json::{Value, json};

use super::support::Folder;

/// An installation with a rule that traps, and 120 interactions that it was to judge.
fn trapped() -> Folder {
    let folder = Folder::installed();
    let rule = folder.file("trap.wasm", Hostile::unexamined().evaluate("(unreachable)").build());
    folder.ok(&["rule", "push", &rule]);
    folder.ok(&["definition", "create", "pings", "--rule", "hostile", "--param", "n=1", "--active-from", "2016-01-01"]);
    let rows: String = (0..120).map(|n| format!("P{n},2016-03-01T08:00:00Z,acme\n")).collect();
    let log = folder.file("log.csv", format!("number,at,customer\n{rows}"));
    folder.ok(&[
        "import",
        "csv",
        &log,
        "--subject",
        "number",
        "--id",
        "number",
        "--time",
        "at",
        "--customer",
        "customer",
        "--type",
        "ping",
    ]);
    folder
}

#[test]
fn everything_says_that_a_version_is_suspended() {
    let folder = trapped();
    let listed = folder.json(&["definition", "list"]);
    let suspended = &listed[0]["suspended"];
    assert_eq!(suspended["faults"], json!(100), "{listed}");
    assert!(suspended["fault"].as_str().is_some_and(|fault| fault.starts_with("guest.trap-unreachable: ")), "{listed}");
    assert!(folder.ok(&["definition", "list"]).contains("after 100 faults in a row"));
    assert!(folder.ok(&["definition", "show", "pings"]).contains("SUSPENDED"));
    let actions = folder.json(&["operation", "list", "--limit", "100"]);
    let suspensions = actions.as_array().expect("a list").iter().filter(|operation| operation["action"] == "version.suspend");
    assert_eq!(suspensions.count(), 1);

    let output = bin::command(&folder.data(), &["doctor", "--json"]).env("ASSAY_SERVE_LISTEN", "127.0.0.1:0").output().expect("it starts");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let found = report["checks"].as_array().expect("checks").iter().find(|row| row["check"] == "pings@1 of vendor, live");
    let found = found.unwrap_or_else(|| panic!("{report}"));
    assert_eq!((&found["result"], output.status.code()), (&json!("failed"), Some(1)), "{report}");
    assert!(found["remedy"].as_str().is_some_and(|remedy| remedy.contains("`assay interaction retry --all`")), "{found}");
}

#[test]
fn a_retry_says_what_it_lets_try_again() {
    let folder = trapped();
    let told = folder.ok(&["interaction", "retry", "--all"]);
    assert!(told.starts_with("pings@1 was suspended and is let try again\nasked again about 120 interactions\n"), "{told}");
    let again = folder.json(&["interaction", "retry", "--all"]);
    assert_eq!((&again["retried"], &again["resumed"]), (&json!(120), &json!(["pings@1"])), "it trapped again, with a new budget: {again}");
}
