//! What `assay doctor` finds in a good installation, and in bad ones.

use std::net::TcpListener;

use assay_tests::{bin, postgres, raw::Raw};
use serde_json::{Value, json};

use super::support::{Folder, row};

/// An address that can always be taken.
const ANY: &str = "127.0.0.1:0";

/// An empty folder whose installation will be kept as a good one is: the server that other tests share does not wait for its disk.
fn sound() -> Folder {
    let folder = Folder::empty();
    if postgres::is_wanted() {
        bin::keep(&folder.data(), Some(postgres::durable()));
    }
    folder
}

/// What is found when the service would listen there; the exit code must tell whether anything failed.
fn report(folder: &Folder, listen: &str) -> Value {
    let mut command = bin::command(&folder.data(), &["doctor", "--json"]);
    let output = command.env("ASSAY_SERVE_LISTEN", listen).output().expect("the binary starts");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{output:?}: {error}"));
    assert_eq!(output.status.code(), Some(i32::from(report["failed"] != 0)), "{report}");
    report
}

/// Result and finding of each check with a name.
fn found(report: &Value, check: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let checks = report["checks"].as_array().expect("checks").iter().filter(|row| row["check"] == check);
    checks.map(|row| (text(&row["result"]), text(&row["finding"]))).collect()
}

fn results(report: &Value, check: &str) -> Vec<String> {
    found(report, check).into_iter().map(|(result, _)| result).collect()
}

#[test]
fn a_good_installation_fails_nothing() {
    let folder = sound().opened_for_business();
    let report = report(&folder, ANY);
    assert_eq!(report["failed"], 0, "{report}");
    for check in [
        "settings",
        "data folder",
        "sandbox",
        "listening address",
        "database",
        "soundness",
        "clock",
        "log of the installation",
        "log of vendor, live",
        "log of vendor, test",
        "rules of vendor, live",
        "rules of vendor, test",
        "work of vendor, live",
        "work of vendor, test",
    ] {
        assert_eq!(results(&report, check), ["ok"], "{check}: {report}");
    }
    assert_eq!(found(&report, "rules of vendor, live"), [("ok".to_owned(), "those of 1 versions pass admission and compile".to_owned())]);
    for check in report["checks"].as_array().expect("checks") {
        assert_eq!(check["remedy"].is_null(), check["result"] == "ok", "{check}");
    }
    let told = bin::command(&folder.data(), &["doctor"]).env("ASSAY_SERVE_LISTEN", ANY).output().expect("the binary starts");
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.contains("soundness") && told.contains("0 failed"), "{told}");
    let left: Vec<_> = std::fs::read_dir(folder.data()).expect("the folder").map(|file| file.expect("a file").file_name()).collect();
    assert!(
        left.iter().all(|name| name == "artefacts" || name.to_string_lossy().starts_with("assay.db")),
        "it leaves something behind: {left:?}"
    );
}

#[test]
fn a_folder_without_an_installation_is_found() {
    let folder = Folder::on_file();
    let report = report(&folder, ANY);
    assert_eq!((results(&report, "data folder"), results(&report, "installation")), (vec!["failed".to_owned()], vec!["failed".to_owned()]));
    assert_eq!(report["failed"], 2, "{report}");
    assert!(report.to_string().contains("`assay tenant create NAME`"), "{report}");
    assert!(!folder.data().exists(), "it makes nothing");
}

#[tokio::test]
async fn facts_that_can_be_changed_are_found() {
    let folder = sound().with_tenant();
    let mut raw = folder.raw().await;
    let (damage, missing, altered): (&[&str], _, _) = match &raw {
        Raw::Sqlite(_) => (
            &[
                "drop trigger events_no_delete",
                "drop trigger usage_no_update",
                "create trigger usage_no_update before update on usage begin select 1; end",
            ],
            "events_no_delete",
            "usage_no_update",
        ),
        Raw::Postgres(_) => (
            &["drop trigger events_insert_only on events", "alter table usage disable trigger usage_insert_only"],
            "events_insert_only",
            "usage_insert_only",
        ),
    };
    for sql in damage {
        raw.run(sql).await;
    }
    let report = report(&folder, ANY);
    assert_eq!((results(&report, "soundness"), &report["failed"]), (vec!["failed".to_owned(); 2], &json!(2)), "{report}");
    let text = report.to_string();
    assert!(text.contains(&format!("the trigger {missing} is missing")), "{text}");
    assert!(text.contains(&format!("the trigger {altered} is not the schema's")), "{text}");
}

#[tokio::test]
async fn a_log_that_was_altered_is_found() {
    let folder = sound().opened_for_business();
    let mut raw = folder.raw().await;
    raw.unguarded().await;
    raw.run("update operations set actor = 'mallory' where action = 'version.create'").await;
    let report = report(&folder, ANY);
    let [(result, finding)]: [(String, String); 1] = found(&report, "log of vendor, live").try_into().expect("one row");
    assert!(result == "failed" && finding.contains("is not what was recorded"), "{finding}");
    assert_eq!(results(&report, "log of vendor, test"), ["ok"], "{report}");
}

#[test]
fn what_is_left_to_do_is_a_warning() {
    let folder = sound().opened_for_business();
    let log = folder.file("stray.csv", "number,at\nT7,2016-03-01T08:00:00Z\n");
    let import: [&str; 11] = ["import", "csv", &log, "--subject", "number", "--id", "number", "--time", "at", "--type", "ticket.opened"];
    folder.ok(&import);
    let later = folder.file("later.csv", "number,at\nT8,2016-03-01T08:00:00Z\n");
    folder.ok(&row(&[&["import", "csv", &later], &import[3..], &["--no-evaluate"]]));
    let report = report(&folder, ANY);
    let belongs = "1 interactions belong to nobody and are billed to nobody".to_owned();
    assert_eq!(found(&report, "interactions of vendor, live"), [("warning".to_owned(), belongs)], "{report}");
    assert!(results(&report, "queue of vendor, live").is_empty(), "what came just now waits for no reason to worry: {report}");
    assert_eq!(report["failed"], 0, "{report}");
}

#[test]
fn an_address_that_is_taken_is_a_warning() {
    let folder = Folder::installed();
    let taken = TcpListener::bind(ANY).expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    assert_eq!(found(&report(&folder, &address), "listening address"), [("warning".to_owned(), format!("{address} is taken"))]);
}

#[test]
fn settings_that_are_none_are_found_and_the_rest_is_looked_at() {
    let folder = sound().with_tenant();
    std::fs::write(folder.data().join("assay.toml"), "[limits]\nburts = 3\n").expect("a file");
    let report = report(&folder, ANY);
    let [(result, finding)]: [(String, String); 1] = found(&report, "settings").try_into().expect("one row");
    assert!(result == "failed" && finding.contains("the nearest is limits.burst"), "{finding}");
    assert_eq!((results(&report, "soundness"), &report["failed"]), (vec!["ok".to_owned()], &json!(1)), "{report}");
}
