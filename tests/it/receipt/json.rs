//! A receipt's JSON is strict: a member more, less or twice is refused, and whatever is not of its kind.

use assay_receipt::receipt::Receipt;
use serde_json::{Map, Value, json};

use super::receipts::{BARE, WHOLE};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn refusal(json: Value, name: &str) -> String {
    serde_json::from_value::<Receipt>(json).expect_err(name).to_string()
}

/// The objects of a receipt, and which of their members may be absent.
const OBJECTS: [(&str, &[&str]); 8] = [
    ("", &["previous"]),
    ("/change", &["class", "value", "credit", "dispute"]),
    ("/definition", &["approval"]),
    ("/definition/approval", &[]),
    ("/judgement", &["reason", "detail"]),
    ("/judgement/evidence/0", &[]),
    ("/judgement/evidence/0/vouchers/0", &[]),
    ("/judgement/evidence/0/vouchers/1", &[]),
];

fn members<'a>(json: &'a mut Value, at: &str) -> &'a mut Map<String, Value> {
    json.pointer_mut(at).and_then(Value::as_object_mut).expect("an object")
}

#[test]
fn a_member_more_is_refused() {
    for (at, _) in OBJECTS {
        let mut json = parsed(WHOLE);
        members(&mut json, at).insert("more".into(), json!(1));
        let refused = refusal(json, at);
        assert!(refused.contains("unknown field `more`"), "{at}: {refused}");
    }
}

#[test]
fn a_member_less_is_refused_unless_it_may_be_absent() {
    for (at, optional) in OBJECTS {
        let mut whole = parsed(WHOLE);
        let names: Vec<String> = members(&mut whole, at).keys().cloned().collect();
        for name in names {
            let mut json = parsed(WHOLE);
            members(&mut json, at).remove(&name);
            let read = serde_json::from_value::<Receipt>(json);
            assert_eq!(read.is_ok(), optional.contains(&name.as_str()), "{at}/{name}: {read:?}");
        }
    }
    for name in ["deadline", "settles_after", "reversible_for"] {
        let mut json = parsed(WHOLE);
        members(&mut json, "/definition/timing").remove(name);
        assert!(refusal(json, name).contains(&format!("missing field `{name}`")));
    }
}

#[test]
fn a_member_twice_is_refused() {
    for (member, again) in [
        ("\"number\": 7,", "\"number\": 7,"),
        ("\"usage\": 41,", "\"usage\": 42,"),
        ("\"version\": 3,", "\"version\": 3,"),
        ("\"settles_after\": \"PT36S\",", "\"settles_after\": \"PT0S\","),
        ("\"conclusion\": \"success\",", "\"conclusion\": \"failure\","),
        ("\"endpoint\": 2,", "\"endpoint\": 3,"),
    ] {
        assert_eq!(WHOLE.matches(member).count(), 1, "{member}");
        let twice = WHOLE.replace(member, &format!("{member}{again}"));
        let refused = serde_json::from_str::<Receipt>(&twice).expect_err(member).to_string();
        assert!(refused.contains("duplicate field"), "{member}: {refused}");
    }
}

#[test]
fn what_is_not_of_its_kind_is_refused() {
    let rows = [
        ("/number", json!("7"), "invalid type"),
        ("/number", json!(7.5), "invalid type"),
        ("/number", json!(9_223_372_036_854_775_808_u64), "invalid value"),
        ("/customer", json!("00"), "64 hexadecimal digits"),
        ("/recorded_at", json!("2016-03-10"), "is not an RFC 3339 time"),
        ("/recorded_at", json!(1), "invalid type"),
        ("/change/meter", json!("minutes"), "\"minutes\" is no meter: attempt or outcome"),
        ("/change/quantity", json!(-1.5), "invalid type"),
        ("/change/quantity", json!("0.0000001"), ""),
        ("/change/value", json!("a lot"), "is not a decimal"),
        ("/change/credit", json!("ai"), "is not a credit"),
        ("/change/credit", json!(""), "is not a credit"),
        ("/change/dispute", json!("inv_0000000000005"), "is not an id of the form dsp_"),
        ("/change/dispute", json!(5), "invalid type"),
        ("/definition/version", json!(-1), "invalid value"),
        ("/definition/version", json!(4_294_967_296_u64), "invalid value"),
        ("/definition/parameters", json!({}), "invalid type"),
        ("/definition/parameters/0", json!("absent"), "unknown variant `absent`"),
        ("/definition/parameters/0", json!({ "boolean": true, "integer": 5 }), ""),
        ("/definition/parameters/2/integer", json!("5"), "invalid type"),
        ("/definition/timing/deadline", json!("for ever"), "is not a duration"),
        ("/definition/timing/settles_after", json!("unlimited"), "is not a duration"),
        ("/definition/parties", json!("three-party"), "is neither one-party nor two-party"),
        ("/definition/approval/key", json!("00".repeat(32)), "of small order"),
        ("/definition/approval/key", json!(format!("02{}", "00".repeat(31))), "no point of the curve"),
        ("/definition/approval/signature", json!("00".repeat(32)), "is not a signature of 128"),
        ("/judgement/evaluation", json!("itn_0000000000001"), "is not an id of the form evl_"),
        ("/judgement/evidence", json!(null), "invalid type"),
        ("/judgement/evidence/0/vouchers/0/kind", json!("oath"), "unknown variant `oath`"),
        ("/judgement/evidence/0/vouchers/0/kind", json!("webhook"), "unknown field"),
        ("/judgement/evidence/0/vouchers/1/kind", json!("event-key"), "unknown field"),
        ("/judgement/evidence/0/vouchers/0/own", json!("true"), "invalid type"),
    ];
    for (at, other, expected) in rows {
        let mut json = parsed(WHOLE);
        *json.pointer_mut(at).expect("a member") = other.clone();
        let refused = refusal(json, at);
        assert!(refused.contains(expected), "{at} as {other}: {refused}");
    }
}

#[test]
fn what_is_no_receipt_at_all_is_refused() {
    for text in ["", "{}", "[]", "null", "\"receipt\"", &WHOLE[..WHOLE.len() / 2], &format!("{WHOLE}{BARE}")] {
        assert!(serde_json::from_str::<Receipt>(text).is_err(), "{text:?}");
    }
}
