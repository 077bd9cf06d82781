//! A file that is no bundle is refused with its place, and nothing of it is believed.

use assay_receipt::bundle::Bundle;
use assay_verify::Pins;
use serde_json::{Value, json};

use super::support::{month, verified_file};

type Change = fn(&mut Value);

/// What is altered in the JSON, and what the refusal says.
const ROWS: [(&str, Change, &str); 12] = [
    ("another format", |json| json["format"] = json!("assay-bundle 2"), "format: the format is \"assay-bundle 2\""),
    ("a member more", |json| json["more"] = json!(1), "unknown field `more`"),
    ("a member less", |json| drop(json.as_object_mut().expect("an object").remove("log")), "missing field `log`"),
    (
        "a member more in a receipt",
        |json| json["chains"][0]["receipts"][0]["receipt"]["x"] = json!(1),
        "chains[0].receipts[0].receipt.x: unknown field",
    ),
    ("a salt too short", |json| json["chains"][0]["receipts"][1]["salt"] = json!("00"), "chains[0].receipts[1].salt: it is no salt of 64"),
    ("a number as text", |json| json["chains"][0]["receipts"][0]["leaf"] = json!("0"), "chains[0].receipts[0].leaf: invalid type"),
    ("a leaf before the first", |json| json["chains"][0]["receipts"][0]["leaf"] = json!(-1), "chains[0].receipts[0].leaf: invalid value"),
    ("no base 64", |json| json["components"][0]["bytes"] = json!("A==="), "components[0].bytes: it is not base 64"),
    ("a component twice", |json| repeat(&mut json["components"]), "components: "),
    ("an evaluation twice", |json| repeat(&mut json["evaluations"]), "evaluations: evl_"),
    ("a chain twice", |json| repeat(&mut json["chains"]), "chains: acme stands there twice"),
    (
        "no receipt and no invoice",
        |json| {
            json["chains"] = json!([]);
            json["invoice"] = Value::Null;
        },
        "holds no receipt and no invoice",
    ),
];

fn repeat(list: &mut Value) {
    let list = list.as_array_mut().expect("a list");
    list.push(list[0].clone());
}

/// Why a file is refused, with its causes.
fn refusal(file: &[u8]) -> String {
    let error = verified_file(file, &Pins::default()).expect_err("a refusal");
    let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    format!("{error}: {cause}")
}

#[tokio::test]
async fn a_file_that_is_no_bundle_is_refused_with_its_place() {
    let file = month().await.acme.write().expect("a file");
    for (name, change, expected) in ROWS {
        let mut json: Value = serde_json::from_slice(&file).expect("JSON");
        change(&mut json);
        let refused = refusal(json.to_string().as_bytes());
        assert!(refused.contains(expected), "{name}: {refused}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_json_are_refused() {
    let file = month().await.acme.write().expect("a file");
    let twice = String::from_utf8(file.clone()).expect("text").replacen("\"issuer\":", "\"format\":\"assay-bundle 1\",\"issuer\":", 1);
    let deep = "[".repeat(1_000_000);
    let rows: [(&str, &[u8], &str); 6] = [
        ("nothing", b"", "the file: EOF"),
        ("half of it", &file[..file.len() / 2], "EOF"),
        ("more after it", &[file.as_slice(), b"{}"].concat(), "the file: trailing characters"),
        ("no text", b"\xff\xfe", "the file: expected value"),
        ("a member twice", twice.as_bytes(), "duplicate field `format`"),
        ("without an end", deep.as_bytes(), "invalid type: sequence"),
    ];
    for (name, bytes, expected) in rows {
        let refused = refusal(bytes);
        assert!(refused.contains(expected), "{name}: {refused}");
    }
}

#[tokio::test]
async fn a_bundle_is_read_as_it_was_written() {
    let month = month().await;
    for bundle in [month.acme, month.globex] {
        let file = bundle.write().expect("a file");
        assert_eq!(Bundle::read(&file).expect("a bundle").write().expect("a file"), file);
    }
}
