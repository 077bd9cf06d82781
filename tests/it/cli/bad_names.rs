//! Names that are not there, and values that are none: exit codes, and what to do instead.

use serde_json::{Value, json};

use super::support::{Folder, row};

#[test]
fn without_an_installation_commands_say_how_to_make_one() {
    let folder = Folder::empty();
    for arguments in [
        ["report", "outcomes"].as_slice(),
        &["bill", "2016-03"],
        &["invoice", "list"],
        &["interaction", "show", "T1"],
        &["tenant", "list"],
        &["dump"],
    ] {
        folder.refused(arguments, 1, &["there is no installation in", "`assay tenant create NAME`", "--data"]);
        assert!(!folder.data().exists(), "{arguments:?} leaves something behind");
    }
}

#[test]
fn a_tenant_is_named_where_there_are_several() {
    let folder = Folder::installed();
    folder.refused(&["tenant", "create", "vendor"], 1, &["the tenant \"vendor\" exists", "choose another name"]);
    folder.refused(&["tenant", "create", "My Desk"], 1, &["name: \"My Desk\" is not a name", "use a-z, 0-9 and -"]);
    folder.ok(&["dump"]);
    folder.ok(&["tenant", "create", "other"]);
    folder.refused(&["dump"], 1, &["there are several tenants", "choose one of vendor, other with --tenant"]);
    folder.refused(&["dump", "--tenant", "nobody"], 1, &["there is no tenant \"nobody\"", "there are: vendor, other"]);
    assert_eq!(folder.json(&["dump", "--tenant", "other"]), folder.json(&["--tenant", "vendor", "dump"]));
}

#[test]
fn names_that_are_not_there_are_told_with_where_to_look() {
    let folder = Folder::in_business();
    let agree = |customer, definition, card| {
        ["agreement", "create", "--customer", customer, "--definition", definition, "--rate-card", card, "--from", "2016-03-01"]
    };
    let assign = |subject, customer| ["interaction", "assign", subject, "--customer", customer, "--reason", "they asked"];
    let cases: [(&[&str], &[&str]); 14] = [
        (&["interaction", "show", "T9"], &["there is no interaction \"T9\"", "name it by its id or by the subject of its events"]),
        (&assign("T9", "acme"), &["there is no interaction \"T9\""]),
        (&assign("T1", "nobody"), &["there is no customer \"nobody\"", "the list of customers shows them"]),
        (&["invoice", "show", "INV-000009"], &["there is no invoice \"INV-000009\"", "the list of invoices shows them"]),
        (&["rate-card", "show", "gold"], &["there is no rate card \"gold\"", "`assay rate-card list`"]),
        (&["definition", "show", "mixed"], &["there is no definition \"mixed\"", "`assay definition list`"]),
        (
            &["definition", "create", "mixed", "--rule", "mixed"],
            &["there is no rule \"mixed\"", "the list of rules shows them", "upload it first"],
        ),
        (&["definition", "activate", "mixed@1", "--from", "2250-01-01"], &["there is no definition \"mixed\""]),
        (&["definition", "activate", "fixed@7", "--from", "2250-01-01"], &["there is no version \"fixed@7\""]),
        (&["definition", "activate", "fixed", "--from", "2250-01-01"], &["\"fixed\" names no version", "write it as fixed@1"]),
        (&agree("nobody", "fixed", "standard"), &["there is no customer \"nobody\"", "the list of customers shows them"]),
        (&agree("acme", "mixed", "standard"), &["there is no definition \"mixed\"", "the list of definitions shows them"]),
        (&agree("acme", "fixed@two", "standard"), &["\"fixed@two\" is not a definition's name, or name@number"]),
        (&agree("acme", "fixed", "gold"), &["there is no rate card \"gold\"", "the list of rate cards shows them"]),
    ];
    let before = folder.json(&["operation", "list", "--limit", "1000"]);
    for (arguments, parts) in cases {
        folder.refused(arguments, 1, parts);
    }
    assert_eq!(folder.json(&["operation", "list", "--limit", "1000"]), before, "nothing was done");
}

#[test]
fn values_that_are_none_are_wrong_arguments() {
    let folder = Folder::in_business();
    let agree = ["agreement", "create", "--all-customers", "--definition", "fixed", "--rate-card", "standard"];
    let define = ["definition", "create", "other", "--rule", "resolved-ticket"];
    for (arguments, parts) in [
        (vec!["bill", "2016-13"], ["2016-13", "is not a month such as 2016-03"]),
        (vec!["bill", "March"], ["March", "is not a month such as 2016-03"]),
        (vec!["bill", "2016-03", "--through", "16-05"], ["--through", "is not a month such as 2016-03"]),
        (vec!["invoice", "list", "--period", "2016"], ["--period", "is not a month such as 2016-03"]),
        (row(&[&agree, &["--from", "yesterday"]]), ["--from", "neither a date such as 2016-03-01 nor a time such as 2016-03-01T10:00:00Z"]),
        (row(&[&agree, &["--from", "2016-02-30"]]), ["--from", "neither a date"]),
        (row(&[&define, &["--active-from", "01/03/2016"]]), ["--active-from", "neither a date"]),
        (row(&[&define, &["--param", "window"]]), ["--param", "is not name=value, such as window=24h"]),
        (row(&[&define, &["--deadline", "soon"]]), ["--deadline", "is not a duration such as PT24H"]),
        (row(&[&define, &["--settles-after", "1 month"]]), ["--settles-after", "months have no fixed length"]),
        (vec!["invoice", "show", "INV-000001", "--outcomes", "first"], ["--outcomes", "first"]),
        (vec!["no-such-command"], ["no-such-command", "--help"]),
    ] {
        folder.refused(&arguments, 2, &parts);
    }
}

#[test]
fn months_that_cannot_be_billed_say_when_they_can() {
    let folder = Folder::in_business();
    folder.refused(&["bill", "2250-01"], 1, &["period: 2250-01 has not ended", "bill it from 2250-02-01T00:00:00Z on"]);
    folder.refused(&["bill", "2016-05", "--through", "2016-03"], 1, &["--through 2016-03 is before 2016-05", "a later month"]);
    folder.refused(&["bill", "2016-03"], 1, &["no agreement starts before the end of 2016-03", "write down agreements first"]);
    let agree = ["agreement", "create", "--all-customers", "--definition", "fixed", "--rate-card", "standard"];
    folder.ok(&row(&[&agree, &["--from", "2016-03-15"]]));
    folder.refused(&row(&[&agree, &["--from", "2016-05-01"]]), 1, &["\"acme\" has the agreement", "start when the old one ends"]);
    folder.refused(
        &row(&[&agree, &["--from", "2016-03-01", "--until", "2016-02-01"]]),
        1,
        &["until: it is not after 2016-03-01T00:00:00Z"],
    );
    assert_eq!(folder.json(&["bill", "2016-03"])[0]["invoices"], 0, "its only ticket was never resolved");
}

#[test]
fn parameters_are_checked_one_by_one() {
    let folder = Folder::with_rule();
    let define = |parameter| row(&[&["definition", "create", "fixed", "--rule", "resolved-ticket", "--param"], &[parameter]]);
    folder.refused(&define("windo=24h"), 1, &["parameters.windo: the rule has no such parameter", "window, retry, max-reassignments"]);
    folder.refused(&define("window=soon"), 1, &["parameters.window: \"soon\" is not a duration", "write it like 24h or PT24H"]);
    folder.refused(&define("retry=maybe"), 1, &["parameters.retry: \"maybe\" is not a boolean", "write it like true"]);
    folder.refused(&define("max-reassignments=1.5"), 1, &["parameters.max-reassignments: \"1.5\" is not a integer", "write it like 3"]);
    folder.refused(&define("window=-PT1H"), 1, &["parameters: the rule refuses them: window is negative", "set other values"]);
    let twice = ["definition", "create", "fixed", "--rule", "resolved-ticket", "--param", "window=1h", "--param", "window=2h"];
    folder.refused(&twice, 1, &["parameters.window: it is set twice", "set it once"]);
    let overdue = ["definition", "create", "fixed", "--rule", "resolved-ticket", "--deadline=-P1D"];
    folder.refused(&overdue, 1, &["deadline: it is negative", "zero or more"]);
    folder.refused(&["definition", "create", "Fixed!", "--rule", "resolved-ticket"], 1, &["definition: \"Fixed!\" is not a name"]);
    assert_eq!(folder.json(&["definition", "list"]), json!([]));
}

#[test]
fn programs_get_errors_as_json() {
    let folder = Folder::in_business();
    let complaint = assay_tests::bin::fails(&folder.data(), &["--json", "interaction", "show", "T9"]);
    let error: Value = serde_json::from_str(&complaint).expect("JSON");
    assert_eq!(error, json!({ "error": "there is no interaction \"T9\"; name it by its id or by the subject of its events" }));
}
