//! The sampling audit from the command line: what is printed, and the exit codes.

use assay_tests::bin;
use serde_json::{Value, json};

use super::{
    dispute::billed,
    support::{Folder, row},
};

fn judge(folder: &Folder, position: &str, said: &[&str]) -> Value {
    folder.json(&row(&[&["sample", "judge", "smp_0000000000001", position], said, &["--reason", "it was looked at"]]))
}

#[tokio::test]
async fn a_sample_is_drawn_judged_and_reported() {
    let folder = billed();
    let seed = "07".repeat(32);
    let drawn = folder.json(&["sample", "create", "2016-03", "--outcomes", "2", "--seed", &seed]);
    assert_eq!(
        (&drawn["id"], &drawn["population"], &drawn["size"], &drawn["seed"]),
        (&json!("smp_0000000000001"), &json!(3), &json!(2), &json!(seed))
    );
    let subjects: Vec<&str> = drawn["outcomes"].as_array().expect("outcomes").iter().filter_map(|row| row["subject"].as_str()).collect();
    let told = folder.ok(&["sample", "show", "smp_0000000000001"]);
    for part in
        ["smp_0000000000001: 2 of the 3 outcomes billed in 2016-03\n", &format!("seed {seed}\n"), subjects[0], subjects[1], "0.99 USD"]
    {
        assert!(told.contains(part), "{part:?} is not in {told}");
    }
    assert!(folder.ok(&["sample", "list"]).contains("2 of 3"));
    assert!(folder.ok(&["sample", "report", "smp_0000000000001"]).contains("no outcome is judged yet"));

    let judged = judge(&folder, "1", &["wrong", "--should-be", "0.5"]);
    assert_eq!((&judged["outcomes"][0]["right"], &judged["outcomes"][0]["should_be"]), (&json!(false), &json!("0.5")));
    assert_eq!(judge(&folder, "1", &["wrong"])["outcomes"][0]["should_be"], json!("0"), "nothing unless it is given");
    assert!(folder.ok(&["sample", "report", "smp_0000000000001"]).contains("1 of 2 are still to be judged"));
    judge(&folder, "2", &["right"]);
    let report = folder.json(&["sample", "report", "smp_0000000000001"]);
    let members = ["reproduces", "judged", "wrong", "rate", "interval"].map(|name| report[name].clone());
    assert_eq!(members, [json!(true), json!(2), json!(1), json!("0.500000"), json!({ "low": "0.012579", "high": "0.987421" })]);
    let amounts = ["currency", "billed", "wrong", "total"].map(|name| report["amounts"][0][name].as_str().expect("text"));
    assert_eq!(amounts, ["USD", "1.98", "0.99", "1.49"], "0.99 of 1.98, so 1.485 of all three");
    let told = folder.ok(&["sample", "report", "smp_0000000000001"]);
    for part in [
        "smp_0000000000001: 1 of 2 outcomes were wrongly billed, 50.0000 %; of all 3 it is between 1.2579 % and 98.7421 % (95 %)\n",
        "of 1.98 USD that was judged 0.99 USD was wrong; of all that is billed it is 1.49 USD, between ",
        "drawn again it is the same\n",
    ] {
        assert!(told.contains(part), "{part:?} is not in {told}");
    }

    let mut raw = folder.raw().await;
    raw.unguarded().await;
    raw.run("update samples set population = population + 1").await;
    drop(raw);
    let output = bin::run(&folder.data(), &["sample", "report", "smp_0000000000001"]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!((output.status.code(), told.contains("drawn again it is ANOTHER")), (Some(1), true), "{told}");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let folder = billed();
    folder.refused(&["sample", "create", "2016-03"], 2, &["--outcomes <OUTCOMES>"]);
    folder.refused(&["sample", "create", "March", "--outcomes", "1"], 2, &["March"]);
    folder.refused(&["sample", "create", "2016-03", "--outcomes", "1", "--seed", "07"], 2, &["--seed"]);
    folder.refused(&["sample", "create", "2016-03", "--outcomes", "0"], 1, &["outcomes: 0 is not within 1 and 10000"]);
    folder.refused(
        &["sample", "create", "2016-02", "--outcomes", "1"],
        1,
        &["no billed outcome of 2016-02 is meant", "bill the month first"],
    );
    folder.refused(&["sample", "show", "smp_0000000000009"], 1, &["there is no sample"]);
    folder.ok(&["sample", "create", "2016-03", "--outcomes", "1"]);
    let judging = ["sample", "judge", "smp_0000000000001"];
    folder.refused(&row(&[&judging, &["2", "right", "--reason", "why"]]), 1, &["there is no outcome"]);
    folder.refused(&row(&[&judging, &["1", "perhaps", "--reason", "why"]]), 2, &["perhaps"]);
    folder.refused(
        &row(&[&judging, &["1", "right", "--should-be", "0.5", "--reason", "why"]]),
        1,
        &["what was rightly billed is as it should be"],
    );
    folder.refused(&row(&[&judging, &["1", "right"]]), 2, &["--reason <REASON>"]);
}
