//! Files that are not what they should be: what is wrong is named with its line or field, and the rest is taken.

use assay_tests::bin;
use serde_json::{Value, json};

use super::support::{Folder, row};

const MAPPING: [&str; 10] =
    ["--subject", "number", "--id", "{number}-{mod}", "--time", "updated_at", "--type", "incident.updated", "--sequence", "mod"];

/// The report of an import that ends with this code.
fn import(folder: &Folder, log: &str, code: i32) -> Value {
    let file = folder.file("log.csv", log);
    let output = bin::run(&folder.data(), &row(&[&["import", "csv", &file], &MAPPING, &["--json"]]));
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("a report")
}

#[test]
fn a_broken_line_is_told_and_its_neighbours_are_taken() {
    let folder = Folder::installed();
    let broken = "number,mod,updated_at,incident_state\n\
                  INC1,0,2016-03-01T08:00:00Z,New\n\
                  INC1,1,yesterday,Resolved\n\
                  INC2,0,2016-03-01T09:00:00Z\n\
                  ,0,2016-03-01T09:00:00Z,New\n\
                  INC2,x,2016-03-01T09:00:00Z,New\n\
                  INC2,1,2250-03-01T09:00:00Z,New\n\
                  INC2,0,2016-03-01T09:00:00Z,New\n";
    let report = import(&folder, broken, 3);
    assert_eq!((&report["read"], &report["accepted"]), (&json!(7), &json!(2)));
    let rejected = report["rejected"].as_array().expect("lines");
    let found: Vec<_> = rejected.iter().map(|line| (line["line"].as_u64(), line["field"].as_str())).collect();
    let expected = [(3, "time"), (4, "record"), (5, "id"), (6, "sequence"), (7, "time")];
    assert_eq!(found, expected.map(|(line, field)| (Some(line), Some(field))));
    for line in rejected {
        assert!(
            line["problem"].as_str().is_some_and(|text| !text.is_empty()) && line["remedy"].as_str().is_some_and(|text| !text.is_empty()),
            "{line}"
        );
    }
    let mended = "number,mod,updated_at,incident_state\nINC1,0,2016-03-01T08:00:00Z,New\nINC1,1,2016-03-01T10:00:00Z,Resolved\n";
    let report = import(&folder, mended, 0);
    assert_eq!((&report["accepted"], &report["duplicates"]), (&json!(1), &json!(1)));
}

#[test]
fn people_see_the_lines_and_the_remedies_too() {
    let folder = Folder::installed();
    let file = folder.file("log.csv", "number,mod,updated_at\nINC1,0,1/3/2016 8:00\nINC1,1,2/3/2016 8:00\n");
    let output = bin::run(&folder.data(), &row(&[&["import", "csv", &file], &MAPPING]));
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stdout);
    for part in ["0 accepted", "2 rejected", "1/3/2016 8:00", "--time-format", "nothing of these lines is recorded"] {
        assert!(told.contains(part), "{part:?} is not in {told}");
    }
    folder.ok(&row(&[&["import", "csv", &file], &MAPPING, &["--time-format", "%d/%m/%Y %H:%M"]]));
    assert_eq!(folder.json(&["report", "outcomes"])["events"], 2);
}

#[test]
fn a_conflict_is_told_and_is_no_failure() {
    let folder = Folder::installed();
    let head = "number,mod,updated_at,incident_state\n";
    let report = import(&folder, &format!("{head}INC1,0,2016-03-01T08:00:00Z,New\nINC1,0,2016-03-01T08:00:00Z,Active\n"), 0);
    assert_eq!(report["conflicts"], json!([{ "line": 3, "id": "INC1-0" }]));
}

#[test]
fn an_option_that_fits_no_line_is_told_before_any_is_read() {
    let folder = Folder::installed();
    let file = folder.file("log.csv", "number,mod,updated_at,location\nINC1,0,2016-03-01T08:00:00Z,Site 9\n");
    let base: [&str; 5] = ["import", "csv", &file, "--type", "incident.updated"];
    let subject = ["--subject", "number"];
    let (id, time) = (["--id", "{number}-{mod}"], ["--time", "updated_at"]);
    let cases: [(&[&[&str]], &[&str]); 7] = [
        (&[&subject, &id, &time, &["--customer", "locaton"]], &["--customer", "no column \"locaton\"", "did you mean \"location\"?"]),
        (&[&subject, &id, &["--time", "when"]], &["--time", "no column \"when\"", "number, mod, updated_at, location"]),
        (&[&subject, &["--id", "{number"], &time], &["--id", "opens a brace that is not closed", "{{ and }}"]),
        (&[&["--subject", "numbr"], &id, &time], &["--subject", "did you mean \"number\"?"]),
        (
            &[&subject, &id, &time, &["--time-format", "%H:%M"]],
            &["--time-format", "cannot be used", "directives of strftime for at least a date"],
        ),
        (&[&subject, &id, &time, &["--time-format", "%Q"]], &["--time-format", "cannot be used"]),
        (&[&subject, &id, &time, &["--actor", "{nobody}"]], &["--actor", "no column \"nobody\""]),
    ];
    for (options, parts) in cases {
        folder.refused(&row(&[&base, &options.concat()]), 1, parts);
    }
    folder.refused(&row(&[&["import", "csv", "nowhere.csv", "--type", "x"], &subject, &id, &time]), 1, &["cannot open nowhere.csv"]);
    let empty = folder.file("empty.csv", "");
    folder.refused(
        &row(&[&["import", "csv", &empty, "--type", "x"], &subject, &id, &time]),
        1,
        &["file: it is empty", "names the columns"],
    );
    assert_eq!(folder.json(&["report", "outcomes"])["events"], 0);
}

/// A card with one charge whose fields end like this.
fn card(rest: &str) -> String {
    format!("name = \"card\"\ncurrency = \"USD\"\n[[charges]]\ncode = \"one\"\nlabel = \"One\"\n{rest}\n")
}

#[test]
fn a_rate_card_that_is_none_is_refused() {
    let folder = Folder::in_business();
    let unit = "model = \"unit\"\nmeter = { outcome-of = \"fixed\" }\n";
    let cases: [(String, &[&str]); 10] = [
        (card(&format!("{unit}price = 0.99")), &["card.toml is not a rate card", "a price: write it as a string, e.g. \"0.99\""]),
        (card("model = \"flat\"\namount = 500"), &["a price: write it as a string, e.g. \"0.99\""]),
        (card(&format!("{unit}price = \"1\"\ncolour = \"red\"")), &["unknown field `colour`"]),
        (format!("colour = \"red\"\n{}", card(&format!("{unit}price = \"1\""))), &["unknown field `colour`", "currency"]),
        (card(&format!("{unit}price = \"-1\"")), &["charges[0].price: -1 is negative", "give a price of zero or more"]),
        (
            card("model = \"unit\"\nmeter = { outcome-of = \"mixed\" }\nprice = \"1\""),
            &["no definition \"mixed\"", "create it before the card"],
        ),
        (card(unit), &["missing field `price`"]),
        (card("model = \"barter\""), &["unknown variant `barter`", "`flat`"]),
        (card(&format!("{unit}price = \"1\"")).replace("USD", "XXX"), &["\"XXX\" is not a known ISO 4217 currency code", "EUR"]),
        ("name = ".to_owned(), &["card.toml is not a rate card", "line 1"]),
    ];
    for (text, parts) in cases {
        let file = folder.file("card.toml", text);
        folder.refused(&["rate-card", "create", &file], 1, parts);
    }
    folder.refused(&["rate-card", "create", "nowhere.toml"], 1, &["cannot read nowhere.toml"]);
    let again = folder.file("again.toml", card(&format!("{unit}price = \"1\"")).replace("\"card\"", "\"standard\""));
    folder.refused(&["rate-card", "create", &again], 1, &["\"standard\" exists and never changes", "another name"]);
    assert_eq!(folder.json(&["rate-card", "list"]).as_array().map(Vec::len), Some(1));
}
