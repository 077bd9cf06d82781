//! The fixed coercion from JSON: every kind against every scalar.

use assay_domain::value::{Scalar, Value, ValueKind};

const KINDS: [ValueKind; 6] =
    [ValueKind::Boolean, ValueKind::Integer, ValueKind::Decimal, ValueKind::Text, ValueKind::Timestamp, ValueKind::Duration];

/// What a scalar becomes as each kind that it can be; as every other kind it is nothing.
fn check(scalar: Scalar<'_>, expect: &[Value]) {
    for kind in KINDS {
        let wanted = expect.iter().find(|value| value.kind() == Some(kind)).cloned();
        assert_eq!(Value::coerce(scalar, kind), wanted, "{scalar:?} as {kind}");
    }
}

fn boolean(value: bool) -> Value {
    Value::Boolean(value)
}

fn integer(value: i64) -> Value {
    Value::Integer(value)
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.parse().unwrap())
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn timestamp(text: &str) -> Value {
    Value::Timestamp(text.parse().unwrap())
}

fn duration(text: &str) -> Value {
    Value::Duration(text.parse().unwrap())
}

#[test]
fn null_is_missing_whatever_the_kind() {
    for kind in KINDS {
        assert_eq!(Value::coerce(Scalar::Null, kind), Some(Value::Missing));
    }
}

#[test]
fn objects_and_arrays_are_no_value() {
    check(Scalar::Composite, &[]);
}

#[test]
fn a_truth_value_is_a_boolean_only() {
    check(Scalar::Boolean(true), &[boolean(true)]);
    check(Scalar::Boolean(false), &[boolean(false)]);
}

#[test]
fn a_number_is_an_integer_or_a_decimal() {
    check(Scalar::Number("3"), &[integer(3), decimal("3")]);
    check(Scalar::Number("0"), &[integer(0), decimal("0")]);
    check(Scalar::Number("-0"), &[integer(0), decimal("0")]);
    check(Scalar::Number("-12"), &[integer(-12), decimal("-12")]);
    check(Scalar::Number("1e3"), &[integer(1000), decimal("1000")]);
    check(Scalar::Number("3.0"), &[integer(3), decimal("3")]);
    check(Scalar::Number("4.5"), &[decimal("4.5")]);
    check(Scalar::Number("0.1"), &[decimal("0.1")]);
    check(Scalar::Number("1456826400"), &[integer(1_456_826_400), decimal("1456826400")]);
    check(Scalar::Number("9007199254740992"), &[integer(1 << 53), decimal("9007199254740992")]);
    check(Scalar::Number("9007199254740993"), &[]);
    check(Scalar::Number("1e300"), &[]);
    check(Scalar::Number("0.0000000000001"), &[]);
}

#[test]
fn a_string_is_text_and_what_it_spells() {
    check(Scalar::Text(""), &[text("")]);
    check(Scalar::Text("Resolved"), &[text("Resolved")]);
    check(Scalar::Text("true"), &[text("true"), boolean(true)]);
    check(Scalar::Text("false"), &[text("false"), boolean(false)]);
    for other in ["True", "TRUE", "yes", "t", " true"] {
        check(Scalar::Text(other), &[text(other)]);
    }
    check(Scalar::Text("3"), &[text("3"), integer(3), decimal("3")]);
    check(Scalar::Text("-12"), &[text("-12"), integer(-12), decimal("-12")]);
    check(Scalar::Text("0"), &[text("0"), integer(0), decimal("0")]);
    check(Scalar::Text("12.5"), &[text("12.5"), decimal("12.5")]);
    check(Scalar::Text("9007199254740992"), &[text("9007199254740992"), integer(1 << 53), decimal("9007199254740992")]);
    for other in ["+3", " 3", "3 ", "3,5", "1_000", "0x3", "three", "null", "NaN", "9007199254740993", ".5", "5."] {
        check(Scalar::Text(other), &[text(other)]);
    }
}

#[test]
fn a_string_is_an_integer_in_one_spelling_only() {
    for other in ["03", "-0", "3.0", "3e0"] {
        assert_eq!(Value::coerce(Scalar::Text(other), ValueKind::Integer), None, "for {other:?}");
    }
}

#[test]
fn a_string_spells_times_and_lengths() {
    let time = "2016-03-01T10:00:00Z";
    check(Scalar::Text(time), &[text(time), timestamp(time)]);
    let elsewhere = "2016-03-01T12:00:00+02:00";
    check(Scalar::Text(elsewhere), &[text(elsewhere), timestamp(time)]);
    for length in ["PT24H", "P1D", "-PT1S", "P1W"] {
        check(Scalar::Text(length), &[text(length), duration(length)]);
    }
    for other in ["2016-03-01", "10:00:00", "2016-03-01T10:00:00", "29/2/2016 01:16", "24h", "90 days", "P1M", "P1Y", "PT"] {
        check(Scalar::Text(other), &[text(other)]);
    }
}

#[test]
fn a_value_shows_itself() {
    fn check(value: Value, kind: Option<&str>, shown: &str) {
        assert_eq!((value.kind().map(|kind| kind.to_string()).as_deref(), value.to_string().as_str()), (kind, shown));
    }
    check(Value::Missing, None, "—");
    check(boolean(true), Some("boolean"), "true");
    check(integer(-3), Some("integer"), "-3");
    check(decimal("12.50"), Some("decimal"), "12.5");
    check(text("Gelöst"), Some("text"), "Gelöst");
    check(timestamp("2016-03-01T12:00:00+02:00"), Some("timestamp"), "2016-03-01T10:00:00Z");
    check(duration("36h"), Some("duration"), "P1DT12H");
}

#[test]
fn json_holds_a_value_with_its_kind() {
    let texts = r#"["missing",{"boolean":true},{"integer":3},{"decimal":"1.5"},{"text":"x"},{"timestamp":"1970-01-01T00:00:00Z"},{"duration":"P1D"}]"#;
    let values: Vec<Value> = serde_json::from_str(texts).unwrap();
    assert_eq!(values[3..5], [decimal("1.5"), text("x")]);
    assert_eq!(serde_json::to_string(&values).unwrap(), texts);
}
