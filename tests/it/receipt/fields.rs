//! Everything that a receipt says is in its digest, field by field.

use std::collections::BTreeSet;

use assay_receipt::receipt::Receipt;
use serde_json::{Value, json};

use super::{
    receipts::{WHOLE, whole},
    shapes::Seen,
    support::{digest, secret},
};

/// Every scalar of the whole receipt's JSON and another one in its place.
fn others() -> Vec<(&'static str, Value)> {
    let other = digest(99).to_string();
    let key = secret(9).public().to_string();
    let signature = secret(9).sign(b"").to_string();
    vec![
        ("/origin", json!("assay/example/other")),
        ("/customer", json!(other)),
        ("/number", json!(8)),
        ("/previous", json!(other)),
        ("/recorded_at", json!("2016-03-10T00:00:00.123457Z")),
        ("/change/usage", json!(42)),
        ("/change/meter", json!("attempt")),
        ("/change/quantity", json!("1.5")),
        ("/change/dated_at", json!("2016-03-01T10:00:00.000001Z")),
        ("/change/class", json!("small")),
        ("/change/value", json!("1200.51")),
        ("/change/credit", json!("ai:1 human:3")),
        ("/change/earned_under", json!(other)),
        ("/change/dispute", json!("dsp_0000000000006")),
        ("/definition/name", json!("resolved-tickets")),
        ("/definition/version", json!(4)),
        ("/definition/hash", json!(other)),
        ("/definition/component", json!(other)),
        ("/definition/contract", json!("assay:rule@0.2.0")),
        ("/definition/parameters/0", json!({ "boolean": false })),
        ("/definition/parameters/1/boolean", json!(false)),
        ("/definition/parameters/2/integer", json!(5)),
        ("/definition/parameters/3/decimal", json!("1.25")),
        ("/definition/parameters/4/text", json!("zoe")),
        ("/definition/parameters/5/timestamp", json!("2016-01-01T00:00:00.000001Z")),
        ("/definition/parameters/6/duration", json!("P1D")),
        ("/definition/timing/deadline", json!("P91D")),
        ("/definition/timing/settles_after", json!("PT36.000001S")),
        ("/definition/timing/reversible_for", json!("P30D")),
        ("/definition/parties", json!("one-party")),
        ("/definition/approval/key", json!(key)),
        ("/definition/approval/from", json!("2016-02-01T00:00:00.000001Z")),
        ("/definition/approval/signature", json!(signature)),
        ("/judgement/evaluation", json!("evl_0000000000001")),
        ("/judgement/interaction", json!("itn_0000000000001")),
        ("/judgement/input", json!(other)),
        ("/judgement/as_of", json!("2016-03-09T23:59:59.000001Z")),
        ("/judgement/conclusion", json!("failure")),
        ("/judgement/reason", json!("reopened")),
        ("/judgement/detail", json!(other)),
        ("/judgement/evidence/0/event", json!("evt_0000000000006")),
        ("/judgement/evidence/0/fact", json!(other)),
        ("/judgement/evidence/0/vouchers/0/key", json!(key)),
        ("/judgement/evidence/0/vouchers/0/signature", json!(signature)),
        ("/judgement/evidence/0/vouchers/0/own", json!(false)),
        ("/judgement/evidence/0/vouchers/1/endpoint", json!(3)),
        ("/judgement/evidence/0/vouchers/1/secret", json!(10)),
        ("/judgement/evidence/1/event", json!("evt_000000000000a")),
        ("/judgement/evidence/1/fact", json!(other)),
    ]
}

/// Where the scalars of a document are.
fn scalars(value: &Value, at: &str) -> Vec<String> {
    match value {
        Value::Object(members) => members.iter().flat_map(|(name, value)| scalars(value, &format!("{at}/{name}"))).collect(),
        Value::Array(items) => items.iter().enumerate().flat_map(|(place, item)| scalars(item, &format!("{at}/{place}"))).collect(),
        _ => vec![at.to_owned()],
    }
}

#[test]
fn every_field_is_altered_here() {
    let json = serde_json::from_str(WHOLE).expect("JSON");
    // What kind a voucher is cannot be altered alone: its other members go with it.
    let expected: BTreeSet<String> = scalars(&json, "").into_iter().filter(|at| !at.ends_with("/kind")).collect();
    let altered: BTreeSet<String> = others().into_iter().map(|(at, _)| at.to_owned()).collect();
    assert_eq!(altered, expected);
}

#[test]
fn every_field_is_in_the_digest() {
    let mut seen = Seen::of(&whole());
    for (at, other) in others() {
        let mut json: Value = serde_json::from_str(WHOLE).expect("JSON");
        *json.pointer_mut(at).expect("a member") = other;
        let altered: Receipt = serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{at}: {error}"));
        assert_eq!(serde_json::to_value(&altered).expect("JSON"), json, "{at}");
        assert_ne!(altered, whole(), "{at}");
        seen.differs(at, &altered);
    }
}
