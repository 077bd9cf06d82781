//! What several rules would have billed for the same history, and what outcomes cost, as a founder asks for it.

use assay_tests::components::example;
use serde_json::{Value, json};

use super::support::Folder;

const HISTORY: &str = "\
id,ticket,at,what,who
1,T-1,2025-03-03T09:00:00Z,ticket.opened,customer
2,T-1,2025-03-03T09:01:00Z,message.sent,customer
3,T-1,2025-03-03T09:02:00Z,message.sent,ai
4,T-1,2025-03-03T09:03:00Z,ticket.resolved,ai
5,T-2,2025-03-03T09:00:00Z,ticket.opened,customer
6,T-2,2025-03-03T09:01:00Z,message.sent,customer
7,T-2,2025-03-03T09:02:00Z,message.sent,ai
8,T-2,2025-03-05T09:02:00Z,conversation.handoff,ai
";

/// A history that is judged by nobody, and a folder of two of the market's rules.
fn folder() -> (Folder, String) {
    let folder = Folder::installed();
    let log = folder.file("history.csv", HISTORY);
    let mapping = ["--subject", "ticket", "--id", "id", "--time", "at", "--type", "{what}", "--actor", "{who}"];
    let import = [&["import", "csv", &log, "--source", "chat"], &mapping[..], &["--no-evaluate"]].concat();
    folder.ok(&import);
    let rules = folder.path("rules");
    std::fs::create_dir(&rules).expect("a folder");
    for name in ["fin", "agentforce"] {
        std::fs::write(rules.join(format!("{name}.component.wasm")), example(name)).expect("a component");
    }
    (folder, rules.to_str().expect("a path").to_owned())
}

#[test]
fn each_rule_says_what_it_would_have_billed_and_where_two_differ() {
    let (folder, rules) = folder();
    let before = folder.ok(&["dump"]);
    let report = folder.json(&["report", "market", "--rules", &rules]);
    assert_eq!(report["interactions"], 2);
    let side = |name: &str| report["rules"].as_array().expect("rules").iter().find(|side| side["rule"] == name).expect(name).clone();
    let [fin, agentforce] = ["fin", "agentforce"].map(side);
    assert_eq!((&fin["attempts"], &fin["successes"], &fin["total"]), (&json!(2), &json!(1), &json!("0.99")));
    assert_eq!((&agentforce["attempts"], &agentforce["successes"], &agentforce["total"]), (&json!(2), &json!(2), &json!("4.00")));
    let pair = &report["pairs"][0];
    assert_eq!((&pair["one"], &pair["other"]), (&json!("agentforce"), &json!("fin")));
    assert_eq!((&pair["both"], &pair["only_one"], &pair["only_other"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!(pair["patterns"][0], json!({ "one": "final handled", "other": "failed handed-off", "interactions": 1 }));
    let dearer = ["report", "market", "--rules", &rules, "--price", "fin=1.50", "--param", "fin.window=12h"];
    let text = folder.ok(&dearer);
    assert!(text.contains("1.50 USD") && text.contains("4.00 USD") && text.contains("failed handed-off"), "{text}");
    assert_eq!(folder.json(&["report", "market", "--rules", &rules, "--from", "2026-01-01"])["interactions"], 0);
    assert_eq!(folder.ok(&["dump"]), before, "nothing was written");
}

#[test]
fn what_cannot_be_compared_is_named() {
    let (folder, rules) = folder();
    folder.refused(&["report", "market"], 1, &["rules: there is none to compare", "rule push"]);
    folder.refused(
        &["report", "market", "--rules", &rules, "--price", "fine=1"],
        1,
        &["--price names the rule \"fine\"", "agentforce, fin"],
    );
    folder.refused(&["report", "market", "--rules", &rules, "--price", "fin:gold=1"], 1, &["fin has no class \"gold\""]);
    folder.refused(&["report", "market", "--rules", &rules, "--price", "fin=-1"], 2, &["less than nothing"]);
    folder.refused(&["report", "market", "--rules", &rules, "--param", "fin.windou=1h"], 1, &["windou"]);
    folder.refused(&["report", "market", "--rule", "nothing"], 1, &["there is no rule \"nothing\""]);
    let empty = folder.path("empty");
    std::fs::create_dir(&empty).expect("a folder");
    folder.refused(&["report", "market", "--rules", empty.to_str().expect("a path")], 1, &["has no component", "assay rule build"]);
}

#[test]
fn economics_are_told_in_a_table_and_as_json() {
    let folder = Folder::in_business();
    let costs = "id,ticket,at,amount,currency\nc1,T1,2016-03-01T09:00:00Z,0.25,USD\nc2,T1,2016-03-01T09:01:00Z,much,USD\n";
    let costs = folder.file("costs.csv", costs);
    folder.ok(&[
        "import",
        "csv",
        &costs,
        "--source",
        "meter",
        "--subject",
        "ticket",
        "--id",
        "id",
        "--time",
        "at",
        "--type",
        "cost.incurred",
    ]);
    let report = folder.json(&["report", "economics", "--from", "2016-03"]);
    assert_eq!(report["cost"], json!([{ "amount": "0.25", "currency": "USD" }]));
    assert_eq!((&report["unreadable"], &report["rows"][0]["definition"]), (&json!(1), &json!("fixed")));
    assert_eq!(report["rows"][0]["cost_per_attempt"], json!({ "amount": "0.25", "currency": "USD" }));
    let text = folder.ok(&["report", "economics", "--from", "2016-03", "--through", "2016-04"]);
    assert!(text.contains("0.25 USD") && text.contains("1 events tell a cost that cannot be read"), "{text}");
    let answers = folder.json(&["report", "readiness", "--from", "2016-03"]);
    assert_eq!(answers.as_array().map(Vec::len), Some(4));
    let prices = folder.json(&["report", "prices", "--from", "2016-03", "--card", "standard"]);
    assert_eq!((&prices["cards"][0]["card"], &prices["cards"][0]["cost"]), (&json!("standard"), &json!("0.25")));
    folder.refused(&["report", "prices", "--from", "2016-03", "--card", "nothing"], 1, &["there is no rate card \"nothing\""]);
    folder.refused(&["report", "economics"], 2, &["--from"]);
    assert_ne!(report["rows"][0]["success_rate"], Value::Null);
}
