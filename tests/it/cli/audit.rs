//! Executing again what was judged: what is printed, and the exit codes.

use std::process::Output;

use assay_tests::bin;
use serde_json::{Value, json};

use super::support::{Folder, row};

/// An installation in business with two tickets, each judged once, long after its deadline.
fn two_tickets() -> Folder {
    let folder = Folder::in_business();
    let log = folder.file("second.csv", "number,at,customer\nT2,2016-03-01T09:00:00Z,acme\n");
    let mapping = ["--subject", "number", "--id", "number", "--time", "at", "--customer", "customer", "--type", "ticket.opened"];
    folder.ok(&row(&[&["import", "csv", &log], &mapping]));
    folder
}

/// Changes the second evaluation behind the back of the program.
async fn alter(folder: &Folder) {
    let mut raw = folder.raw().await;
    raw.unguarded().await;
    assert_eq!(raw.run("update evaluations set reason = 'resolved' where id = 2").await, 1);
}

fn replay(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = bin::run(&folder.data(), &row(&[&["audit", "replay"], arguments]));
    assert_eq!(String::from_utf8_lossy(&stderr), "", "{arguments:?}");
    (status.code(), String::from_utf8(stdout).expect("text"))
}

#[test]
fn what_comes_out_the_same_is_one_sentence_and_ends_with_0() {
    let folder = two_tickets();
    let sentence = "2 evaluations executed again, 1 of them with memory on demand: no difference";
    for arguments in [&["--all"][..], &["--all", "--laws"], &["--all", "--definition", "fixed"]] {
        assert_eq!(replay(&folder, arguments), (Some(0), format!("{sentence}\n")), "{arguments:?}");
    }
    assert_eq!(replay(&folder, &["--seed", "5"]), (Some(0), format!("{sentence}\nthe same again: --seed 5\n")));
    let (code, drawn) = replay(&folder, &["--sample", "1"]);
    assert!(code == Some(0) && drawn.starts_with("1 evaluations executed again, "), "{drawn}");
    let told = folder.json(&["audit", "replay", "--all"]);
    assert_eq!((&told["executed"], &told["on_demand"], &told["difference_count"]), (&json!(2), &json!(1), &json!(0)));
    assert_eq!((&told["seed"], &told["admitted"], &told["unexecuted"]), (&Value::Null, &json!(true), &json!({})));
    assert_eq!(told["engine"].as_str().map(str::len), Some(64));
    assert_eq!(folder.json(&["audit", "list"]), json!([]));
}

#[tokio::test]
async fn what_comes_out_otherwise_is_listed_and_ends_with_1() {
    let folder = two_tickets();
    alter(&folder).await;
    let (code, told) = replay(&folder, &["--all"]);
    assert_eq!(code, Some(1), "{told}");
    for part in ["evl_0000000000002", "T2", "fixed@1", "replay", "reason", "pending because resolved", "pending because deadline"] {
        assert!(told.contains(part), "{part:?} is not in {told}");
    }
    assert!(told.ends_with("\n2 evaluations executed again, 1 of them with memory on demand: 1 difference\n"), "{told}");
    let (code, told) = replay(&folder, &["--all", "--json"]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((code, &told["difference_count"], &told["recorded"]), (Some(1), &json!(1), &json!(0)), "{told}");
    let found = &told["differences"][0];
    assert_eq!((&found["evaluation"], &found["subject"], &found["what"]), (&json!("evl_0000000000002"), &json!("T2"), &json!("reason")));
    let listed = folder.json(&["audit", "list"]);
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "found twice, it is written down once: {listed}");
    assert_eq!((&listed[0]["id"], &listed[0]["check"]), (&json!("dsc_0000000000001"), &json!("replay")));
    assert!(folder.ok(&["audit", "list"]).contains("evl_0000000000002"));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let folder = Folder::installed();
    folder.refused(&["audit", "replay", "--all", "--sample", "3"], 2, &["cannot be used with"]);
    folder.refused(&["audit", "replay", "--all", "--seed", "3"], 2, &["cannot be used with"]);
    folder.refused(&["audit", "replay", "--sample", "0"], 2, &["--sample"]);
    folder.refused(&["audit", "replay", "--definition", "nothing"], 1, &["there is no definition \"nothing\""]);
    assert_eq!(replay(&folder, &["--all"]).1, "0 evaluations executed again, 0 of them with memory on demand: no difference\n");
}
