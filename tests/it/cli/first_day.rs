//! A first day: from nothing to invoices, and what a second look at it finds.

use assay_tests::{bin, components};
use serde_json::{Value, json};

use super::support::{Folder, row};

const LOG: &str = "\
number,mod,updated_at,customer,incident_state,reopen_count,reassignment_count,text
INC1,0,2016-03-01T08:00:00Z,Harbour,New,0,0,\"cannot sign in, again\"
INC1,1,2016-03-01T10:00:00Z,Harbour,Resolved,0,0,
INC1,2,2016-03-06T10:00:00Z,Harbour,Closed,0,0,
INC2,0,2016-03-02T08:00:00Z,Juniper,New,0,0,
INC2,1,2016-03-02T09:00:00Z,Juniper,Resolved,0,0,
INC2,2,2016-03-02T12:00:00Z,Juniper,Active,1,0,
INC3,0,2016-03-03T08:00:00Z,Harbour,New,0,0,
INC3,1,2016-03-03T09:00:00Z,Harbour,Resolved,0,1,
INC4,0,2016-03-04T08:00:00Z,?,New,0,0,
";

const CARD: &str = r#"
name = "standard"
currency = "USD"
[[charges]]
code = "platform"
label = "Platform fee"
model = "flat"
amount = "500"
[[charges]]
code = "resolutions"
label = "Resolved tickets"
model = "unit"
meter = { outcome-of = "resolved-ticket" }
price = "0.99"
"#;

fn import(folder: &Folder) -> Value {
    let log = folder.file("log.csv", LOG);
    let mapping = ["--subject", "number", "--id", "{number}-{mod}", "--time", "updated_at", "--customer", "customer"];
    let rest = ["--type", "incident.updated", "--sequence", "mod"];
    folder.json(&row(&[&["import", "csv", &log], &mapping, &rest]))
}

/// Up to an agreement with everybody; each step says what it did.
fn set_up() -> Folder {
    let folder = Folder::empty();
    let tenant = folder.json(&["tenant", "create", "harbour-desk", "--title", "Harbour Desk"]);
    assert_eq!(tenant["name"], "harbour-desk");
    let rule = folder.file("rule.wasm", components::resolved_ticket());
    assert_eq!(folder.json(&["rule", "push", &rule])["name"], "resolved-ticket");
    let create =
        ["definition", "create", "resolved-ticket", "--rule", "resolved-ticket", "--param", "window=24h", "--active-from", "2016-01-01"];
    let definition = folder.json(&create);
    assert_eq!((&definition["number"], &definition["active_from"]), (&json!(1), &json!("2016-01-01T00:00:00Z")));
    assert_eq!(definition["parameters"], json!({ "window": "P1D", "retry": "true" }));

    let none: [Value; 0] = [];
    let expected = json!({ "read": 9, "accepted": 9, "duplicates": 0, "conflicts": none, "rejected": none,
                           "evaluated": { "judged": 4, "evaluated": 4, "faults": 0 } });
    assert_eq!(import(&folder), expected);
    let card = folder.file("card.toml", CARD);
    assert_eq!(folder.json(&["rate-card", "create", &card])["name"], "standard");
    let agree =
        ["agreement", "create", "--all-customers", "--definition", "resolved-ticket", "--rate-card", "standard", "--from", "2016-03-01"];
    let agreed = folder.json(&agree);
    assert_eq!(agreed["agreements"].as_array().map(Vec::len), Some(2));
    assert_eq!(agreed["evaluated"], json!({ "judged": 3, "evaluated": 0, "faults": 0 }));
    folder
}

#[test]
fn a_first_day_ends_with_invoices() {
    let folder = set_up();
    let report = folder.json(&["report", "outcomes"]);
    assert_eq!(
        (&report["events"], &report["interactions"], &report["unassigned"], &report["waiting"]),
        (&json!(9), &json!(4), &json!(1), &json!(0))
    );
    let outcome = |state: &str| {
        let rows = report["outcomes"].as_array().expect("rows");
        rows.iter().find(|row| row["state"] == state).map(|row| (row["reason"].clone(), row["count"].clone(), row["quantity"].clone()))
    };
    assert_eq!(outcome("final"), Some((json!("resolved"), json!(2), json!("2"))));
    assert_eq!(outcome("failed"), Some((json!("deadline"), json!(2), json!("0"))));

    let nobody: [Value; 0] = [];
    let expected = json!([{ "period": "2016-03", "already_finished": false, "invoices": 2, "unassigned": 1, "without_agreement": nobody, "unrated": nobody,
                            "faulted": 0, "totals": [{ "amount": "1001.98", "currency": "USD" }] }]);
    assert_eq!(folder.json(&["bill", "2016-03"]), expected);
    let invoices = folder.json(&["invoice", "list"]);
    let heads: Vec<_> =
        invoices.as_array().expect("invoices").iter().map(|i| [&i["number"], &i["kind"], &i["customer"], &i["total"]]).collect();
    let expected = json!([["INV-000001", "invoice", "Harbour", "501.98"], ["INV-000002", "invoice", "Juniper", "500.00"]]);
    assert_eq!(json!(heads), expected);
    let invoice = folder.json(&["invoice", "show", "INV-000001", "--outcomes", "2"]);
    let lines = invoice["lines"].as_array().expect("lines");
    let short: Vec<_> = lines.iter().map(|l| [&l["charge"], &l["quantity"], &l["unit_price"], &l["amount"]]).collect();
    assert_eq!(json!(short), json!([["platform", "1", "500", "500.00"], ["resolutions", "2", "0.99", "1.98"]]));
    let behind = json!([
        { "subject": "INC1", "quantity": "1", "dated_at": "2016-03-02T10:00:00Z" },
        { "subject": "INC3", "quantity": "1", "dated_at": "2016-03-04T09:00:00Z" },
    ]);
    assert_eq!(lines[1]["outcomes"], behind);
}

#[test]
fn an_interaction_is_explained() {
    let folder = set_up();
    let shown = folder.json(&["interaction", "show", "INC1"]);
    assert_eq!((&shown["customer"], &shown["opened_at"]), (&json!("Harbour"), &json!("2016-03-01T08:00:00Z")));
    let events: Vec<_> = shown["events"].as_array().expect("events").iter().map(|e| [&e["source_id"], &e["evidence_for"]]).collect();
    let nothing: [Value; 0] = [];
    assert_eq!(json!(events), json!([["INC1-0", nothing], ["INC1-1", ["resolved-ticket"]], ["INC1-2", nothing]]));
    assert_eq!(shown["events"][1]["read"], json!(["state=Resolved", "reopens=0", "reassignments=0"]));
    let outcome = &shown["outcomes"][0];
    assert_eq!((&outcome["state"], &outcome["reason"], &outcome["version"]), (&json!("final"), &json!("resolved"), &json!(1)));
    assert_eq!((&outcome["succeeded_at"], &outcome["quantity"]), (&json!("2016-03-02T10:00:00Z"), &json!("1")));
    assert_eq!((&outcome["due_at"], &outcome["fault"]), (&Value::Null, &Value::Null));

    let words = folder.ok(&["interaction", "show", "INC1"]);
    for part in
        ["customer: Harbour", "◀ evidence", "because resolved: It was resolved and stayed so for the whole window.", "2016-03-02T10:00:00Z"]
    {
        assert!(words.contains(part), "{part:?} is not in {words}");
    }
    let words = folder.ok(&["interaction", "show", "INC4"]);
    assert!(words.contains("customer: nobody") && words.contains("because deadline"), "{words}");
}

#[test]
fn a_second_time_changes_nothing() {
    let folder = set_up();
    folder.ok(&["bill", "2016-03", "--through", "2016-05"]);
    let before = (folder.json(&["dump"]), folder.json(&["invoice", "list"]));
    let again = import(&folder);
    assert_eq!((&again["accepted"], &again["duplicates"], &again["evaluated"]["judged"]), (&json!(0), &json!(9), &json!(0)));
    assert_eq!(folder.json(&["evaluate"])["judged"], 0);
    let bills = folder.json(&["bill", "2016-03", "--through", "2016-05"]);
    assert!(bills.as_array().expect("bills").iter().all(|bill| bill["already_finished"] == true), "{bills}");
    assert!(folder.ok(&["bill", "2016-04"]).contains("was billed before"));
    assert_eq!((folder.json(&["dump"]), folder.json(&["invoice", "list"])), before);
}

#[test]
fn a_stray_ticket_is_assigned_and_charged_later() {
    let folder = set_up();
    assert!(folder.ok(&["bill", "2016-03"]).contains("1 interactions belong to nobody and are billed to nobody: INC4"));
    let assign = ["--operator", "alice", "interaction", "assign", "INC2", "--customer", "Harbour", "--reason", "they moved"];
    assert_eq!(folder.json(&assign)["evaluated"], json!({ "judged": 1, "evaluated": 1, "faults": 0 }));
    let shown = folder.json(&["interaction", "show", "INC2"]);
    assert_eq!((&shown["customer"], &shown["assigned"]), (&json!("Harbour"), &json!(true)));
    let log = folder.json(&["operation", "list", "--limit", "100"]);
    let log = log.as_array().expect("entries");
    let done: Vec<&str> = log.iter().rev().filter_map(|entry| entry["action"].as_str()).collect();
    assert_eq!(
        done,
        [
            "tenant.create",
            "key.create",
            "rule.push",
            "version.create",
            "events.ingest",
            "outcomes.settle",
            "rate-card.create",
            "agreement.create",
            "outcomes.settle",
            "run.start",
            "run.freeze",
            "invoice.issue",
            "run.finish",
            "interaction.assign",
            "outcomes.settle",
        ]
    );
    assert_eq!((&log[1]["actor"], &log[2]["actor"]), (&json!("alice"), &json!("cli")));
}

#[test]
fn a_dump_is_written_to_a_file() {
    let folder = set_up();
    let path = folder.data().join("dump.txt");
    let told = folder.json(&["dump", "--to", path.to_str().expect("a path")]);
    let dump = std::fs::read_to_string(path).expect("the dump");
    assert_eq!(told["lines"], dump.lines().count());
    assert!(dump.lines().is_sorted() && dump.lines().any(|line| line.starts_with("usage Harbour resolved-ticket outcome INC1 ")), "{dump}");
    assert_eq!(folder.json(&["dump"]), told);
}

#[test]
fn tables_are_for_people_and_nothing_else_is_printed() {
    let folder = set_up();
    for arguments in [
        ["tenant", "list"],
        ["key", "list"],
        ["rule", "list"],
        ["definition", "list"],
        ["rate-card", "list"],
        ["customer", "list"],
        ["agreement", "list"],
        ["invoice", "list"],
        ["operation", "list"],
    ] {
        let output = bin::run(&folder.data(), &arguments);
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {output:?}");
        assert!(!output.stdout.is_empty(), "{arguments:?}");
        let listed = folder.json(&arguments);
        assert!(listed.is_array(), "{arguments:?}: {listed}");
    }
}
