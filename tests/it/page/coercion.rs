//! What the page makes of JSON is what the service makes of it: every text in which they differed would be a receipt that only one of them
//! can execute.

use assay_domain::value::{Scalar, Value, ValueKind};
use serde_json::json;

use super::support::Page;

const KINDS: [ValueKind; 6] =
    [ValueKind::Boolean, ValueKind::Integer, ValueKind::Decimal, ValueKind::Text, ValueKind::Timestamp, ValueKind::Duration];

/// What stands between two cases.
const BETWEEN: char = '|';

const DATES: &str = "2016-03-01|20160301|+002016-03-01|-002016-03-01|2016-0301|2016-02-29|2015-02-29|2016-13-01|2016-00-10|1684-07-28|\
                     1684-07-27|2255-06-05|2255-06-06|0001-01-01";
const CLOCKS: &str = "T10:00:00|t10:00:00| 10:00:00|T10|T10:30|T1030|T103000|T10:3000|T1030:00|T10:00:60|T23:59:59.999999999|T10:00:00,5|\
                      T10:00:00.|T10:00:00.0000000001|T24:00:00|T10:60:00|T10:00:61|T00:12:25.259008|T00:12:25.2590079|T23:47:34.740992|\
                      T23:47:34.7409929|";
const OFFSETS: &str = "Z|z||+02:00|-10:30|+0200|+02|+02:00:30|-02:00:30.5|+020030|+25:59:59|+26|+2:00|+02:60|-00:00|Z[UTC]|\
                       +01:00[Europe/Berlin][u-ca=gregory]|Z[!u-ca=gregory]|Z[u-ca=gregory]|Z[+01:00]|Z[";
const LENGTHS: &str = "PT24H|P1D|P1W|P1DT12H|PT1440M|PT0.000001S|PT0.0000009S|-PT0.0000019S|-P1D|+P1D|--P1D|pt1h|P1d|PT|P|P1DT|PT1M1H|PT1H1H|\
                       P1Y|P0Y|P0Y1D|P1M|P0M1D|P1D1W|PT1.5H|PT1,5H|PT1.5H1M|P1.5D|PT.5S|PT1.S|PT1.0000000001S|PT9007199254.740992S|\
                       PT9007199254.740993S|-PT9007199254.740993S|P104249D|P104250D| P1D|P1D |24h|90 days|PT18446744073709551615S|\
                       PT18446744073709551616S|PT00000000000000000001S|PT000000000000000000001S|PT0000000000000000000001S|P1WT1S";
const NUMBERS: &str = "0|-0|3|-12|3.0|4.5|0.10|1e3|1E+3|1e-3|12e-1|120e-1|1e300|1e-300|0e300|0e2147483647|0e2147483648|0e-2147483647|\
                       0e-2147483648|1e15|1e16|9007199254740992|9007199254740993|-9007199254740992|-9007199254740993|0.0000000000001|\
                       0.000000000001|1.1234567890120|1.12345678901234|9223372036854775807|9223372036854775808|92233720368547758070e-1|\
                       900719925474099.2";
const TEXTS: &str = "|true|false|True|03|+3|03.5|.5|5.|1e|1e+|1_000|0x3|NaN|\u{663}|Gel\u{f6}st| 3|3 |null";

/// JSON that holds a scalar; and the text, if that is what the scalar is.
fn cases() -> Vec<(String, Option<String>)> {
    let mut texts: Vec<String> = [LENGTHS, NUMBERS, TEXTS].iter().flat_map(|texts| texts.split(BETWEEN)).map(str::to_owned).collect();
    for date in DATES.split(BETWEEN) {
        for clock in CLOCKS.split(BETWEEN) {
            texts.extend(OFFSETS.split(BETWEEN).map(|offset| format!("{date}{clock}{offset}")));
        }
    }
    let plain = NUMBERS.split(BETWEEN).chain(["true", "false", "null", "[]", "{}"]);
    let texts = texts.into_iter().map(|text| (json!(text).to_string(), Some(text)));
    texts.chain(plain.map(|json| (json.to_owned(), None))).collect()
}

fn scalar<'a>(json: &'a str, text: Option<&'a str>) -> Scalar<'a> {
    match (json, text) {
        (_, Some(text)) => Scalar::Text(text),
        ("true", _) => Scalar::Boolean(true),
        ("false", _) => Scalar::Boolean(false),
        ("null", _) => Scalar::Null,
        ("[]" | "{}", _) => Scalar::Composite,
        (number, _) => Scalar::Number(number),
    }
}

/// A value with its kind, as the page writes both.
fn written(value: Option<Value>) -> String {
    let kind = |value: &Value| value.kind().map_or_else(|| "missing".to_owned(), |kind| kind.to_string());
    value.map_or_else(|| "nothing".to_owned(), |value| format!("{} {value}", kind(&value)))
}

#[test]
fn the_page_coerces_as_the_service_does() {
    let cases = cases();
    let jsons: Vec<&str> = cases.iter().map(|(json, _)| json.as_str()).collect();
    let kinds = KINDS.map(|kind| kind.to_string());
    let js = format!(
        "const written = (value) => value === null ? 'nothing' : `${{value[0]}} ${{formatValue(value)}}`;
         const kinds = {};
         return {}.map((json) => kinds.map((kind) => written(coerce(parseJson(json), kind))));",
        json!(kinds),
        json!(jsons)
    );
    let found = Page::open().browser.evaluate(&js);
    let mut differing = Vec::new();
    for ((json, text), found) in cases.iter().zip(found.as_array().expect("a row for each")) {
        let expect = KINDS.map(|kind| written(Value::coerce(scalar(json, text.as_deref()), kind)));
        if *found != json!(expect) {
            differing.push(format!("{json}: the service {expect:?}, the page {found}"));
        }
    }
    assert!(differing.is_empty(), "{} of {}:\n{}", differing.len(), cases.len(), differing.join("\n"));
}
