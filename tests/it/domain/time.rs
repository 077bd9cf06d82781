//! Points in time, lengths of time and billing periods: what is read, what is refused, what is written.

use assay_domain::{
    number::EXACT_MAX,
    period::BillingPeriod,
    time::{Duration, Limit, Timestamp},
};
use proptest::prelude::*;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;
/// 2016-03-01T10:00:00Z.
const MARCH: i64 = 1_456_826_400 * SECOND;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_time_is_read_from_rfc_3339() {
    fn check(text: &str, expect: Option<i64>) {
        assert_eq!(text.parse().ok().map(Timestamp::micros), expect, "for {text:?}");
    }
    check("1970-01-01T00:00:00Z", Some(0));
    check("1969-12-31T23:59:59.999999Z", Some(-1));
    check("2016-03-01T10:00:00Z", Some(MARCH));
    check("2016-03-01t10:00:00z", Some(MARCH));
    check("2016-03-01T10:00:00.5Z", Some(MARCH + SECOND / 2));
    check("2016-03-01T10:00:00.000001Z", Some(MARCH + 1));
    check("2016-03-01T12:00:00+02:00", Some(MARCH));
    check("2016-02-29T23:30:00-10:30", Some(MARCH));
    check("2255-06-05T23:47:34.740992Z", Some(EXACT_MAX));
    check("2255-06-05T23:47:34.740993Z", None);
    check("1684-07-28T00:12:25.259008Z", Some(-EXACT_MAX));
    check("1684-07-28T00:12:25.259007Z", None);
    check("9999-12-31T23:59:59Z", None);
    for text in ["", "yesterday", "1456826400", "2016-03-01", "2016-03-01T10:00:00", "2016-02-30T10:00:00Z", "2016-03-01T25:00:00Z"] {
        check(text, None);
    }
    check("2016-03-01T10:00:00Z ", None);
}

#[test]
fn a_time_is_written_in_utc() {
    fn check(micros: i64, expect: &str) {
        assert_eq!(Timestamp::from_micros(micros).unwrap().to_string(), expect);
    }
    check(0, "1970-01-01T00:00:00Z");
    check(-1, "1969-12-31T23:59:59.999999Z");
    check(MARCH, "2016-03-01T10:00:00Z");
    check(MARCH + SECOND / 2, "2016-03-01T10:00:00.5Z");
    check(EXACT_MAX, "2255-06-05T23:47:34.740992Z");
    check(-EXACT_MAX, "1684-07-28T00:12:25.259008Z");
}

#[test]
fn times_and_lengths_stay_exact() {
    assert_eq!(EXACT_MAX, 9_007_199_254_740_992);
    for micros in [EXACT_MAX + 1, -EXACT_MAX - 1, i64::MAX, i64::MIN] {
        assert_eq!((Timestamp::from_micros(micros), Duration::from_micros(micros)), (None, None));
    }
    let (last, longest) = (Timestamp::from_micros(EXACT_MAX).unwrap(), Duration::from_micros(EXACT_MAX).unwrap());
    assert_eq!(last.plus(Duration::seconds(1)), last);
    assert_eq!(Timestamp::EPOCH.plus(longest), last);
    assert_eq!(last.plus(longest), last);
    assert_eq!(at("2016-03-01T10:00:00Z").plus(Duration::hours(15)), at("2016-03-02T01:00:00Z"));
    assert_eq!(at("2016-03-01T10:00:00Z").since(at("2016-03-02T10:00:00Z")).micros(), -DAY);
}

#[test]
fn a_length_is_read_from_iso_8601_or_as_people_write_it() {
    fn check(text: &str, expect: Option<i64>) {
        assert_eq!(text.parse().ok().map(Duration::micros), expect, "for {text:?}");
    }
    for text in ["PT24H", "P1D", "PT1440M", "PT86400S", "24h", "1d", "1 day", "23h 60m"] {
        check(text, Some(DAY));
    }
    for text in ["P90D", "90d", "90 days"] {
        check(text, Some(90 * DAY));
    }
    check("P1W", Some(7 * DAY));
    check("2w", Some(14 * DAY));
    check("P1DT12H", Some(36 * HOUR));
    check("1d 12h", Some(36 * HOUR));
    check("1.5h", Some(HOUR + HOUR / 2));
    check("15m", Some(HOUR / 4));
    check("PT0.000001S", Some(1));
    check("-P1D", Some(-DAY));
    check("PT0S", Some(0));
    check("PT9007199254.740992S", Some(EXACT_MAX));
    check("PT9007199254.740993S", None);
    check("-PT9007199254.740992S", Some(-EXACT_MAX));
    check("-PT9007199254.740993S", None);
    check("P104250D", None);
    for text in ["P1Y", "P1M", "P1Y2M3D", "1y", "1mo", "2 years", "1 month 1 day"] {
        check(text, None);
    }
    for text in ["", "P", "PT", "90", "soon", "1 fortnight", "P1D "] {
        check(text, None);
    }
}

#[test]
fn a_length_is_written_in_iso_8601() {
    fn check(micros: i64, expect: &str) {
        assert_eq!(Duration::from_micros(micros).unwrap().to_string(), expect);
    }
    check(0, "PT0S");
    check(1, "PT0.000001S");
    check(-1, "-PT0.000001S");
    check(3 * SECOND / 2, "PT1.5S");
    check(60 * SECOND, "PT1M");
    check(HOUR, "PT1H");
    check(DAY, "P1D");
    check(7 * DAY, "P7D");
    check(36 * HOUR, "P1DT12H");
    check(DAY + HOUR + 61 * SECOND + 1, "P1DT1H1M1.000001S");
    check(-90 * DAY, "-P90D");
    check(EXACT_MAX, "P104249DT23H47M34.740992S");
    let lengths = [Duration::seconds(90), Duration::hours(25), Duration::days(90), Duration::ZERO];
    assert_eq!(lengths.map(|length| length.to_string()), ["PT1M30S", "P1DT1H", "P90D", "PT0S"]);
}

#[test]
fn event_data_holds_lengths_in_iso_8601_only() {
    fn check(text: &str, expect: Option<i64>) {
        assert_eq!(Duration::parse_iso(text).ok().map(Duration::micros), expect, "for {text:?}");
    }
    check("PT24H", Some(DAY));
    check("-P1D", Some(-DAY));
    check("P1M", None);
    for text in ["24h", "1 day", "86400", "", "- 1 day"] {
        check(text, None);
    }
}

#[test]
fn a_sign_makes_no_iso_8601() {
    for text in ["-24h", "+24h", "-1 day"] {
        assert!(Duration::parse_iso(text).is_err(), "{text:?} is not ISO 8601");
    }
}

#[test]
fn a_limit_may_be_without_end() {
    fn check(text: &str, limit: Limit, written: &str) {
        assert_eq!(text.parse::<Limit>(), Ok(limit));
        assert_eq!(limit.to_string(), written);
    }
    check("unlimited", Limit::Unlimited, "unlimited");
    check("30d", Limit::Limited(Duration::days(30)), "P30D");
    assert!("Unlimited".parse::<Limit>().is_err() && "forever".parse::<Limit>().is_err());
    let start = at("2016-03-01T10:00:00Z");
    assert_eq!(Limit::Unlimited.after(start), None);
    assert_eq!(Limit::Limited(Duration::days(30)).after(start), Some(at("2016-03-31T10:00:00Z")));
}

#[test]
fn json_holds_times_as_text() {
    let texts = r#"["2016-03-01T10:00:00Z","P1D","unlimited","2016-03"]"#;
    let values: (Timestamp, Duration, Limit, BillingPeriod) = serde_json::from_str(texts).unwrap();
    assert_eq!(values.0, at("2016-03-01T10:00:00Z"));
    assert_eq!(serde_json::to_string(&values).unwrap(), texts);
    assert!(serde_json::from_str::<Timestamp>("1456826400").is_err());
}

#[test]
fn a_billing_period_is_a_month_in_utc() {
    fn check(text: &str, start: &str, end: &str) {
        let period: BillingPeriod = text.parse().unwrap();
        assert_eq!((period.start(), period.end()), (at(start), at(end)));
        assert_eq!(period.to_string(), text);
        assert_eq!(BillingPeriod::containing(at(start)), period);
        assert_eq!(BillingPeriod::containing(at(end)), period.next());
        let instant = Duration::from_micros(-1).unwrap();
        assert_eq!(BillingPeriod::containing(at(end).plus(instant)), period);
        assert!(BillingPeriod::containing(at(start).plus(instant)) < period && period < period.next());
    }
    check("2016-02", "2016-02-01T00:00:00Z", "2016-03-01T00:00:00Z");
    check("2015-02", "2015-02-01T00:00:00Z", "2015-03-01T00:00:00Z");
    check("2016-12", "2016-12-01T00:00:00Z", "2017-01-01T00:00:00Z");
    check("1970-01", "1970-01-01T00:00:00Z", "1970-02-01T00:00:00Z");
    check("2254-12", "2254-12-01T00:00:00Z", "2255-01-01T00:00:00Z");
    for text in ["", "2016", "2016-3", "2016-00", "2016-13", "16-03", "2016/03", "2016-03-01", "march", "1969-12", "2255-01"] {
        assert!(text.parse::<BillingPeriod>().is_err(), "{text:?} is no month");
    }
}

#[test]
fn a_month_has_one_spelling() {
    for text in ["2016-+3", "2016- 3"] {
        assert!(text.parse::<BillingPeriod>().is_err(), "{text:?} is no month");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(micros in -EXACT_MAX..=EXACT_MAX) {
        let (time, length) = (Timestamp::from_micros(micros).unwrap(), Duration::from_micros(micros).unwrap());
        prop_assert_eq!(time.to_string().parse::<Timestamp>(), Ok(time));
        prop_assert_eq!(length.to_string().parse::<Duration>(), Ok(length));
        prop_assert_eq!(Duration::parse_iso(&length.to_string()), Ok(length));
    }

    #[test]
    fn every_time_lies_in_its_period(micros in 0..EXACT_MAX / 256 * 255) {
        let time = Timestamp::from_micros(micros).unwrap();
        let period = BillingPeriod::containing(time);
        prop_assert!(period.start() <= time && time < period.end());
        prop_assert_eq!(period.to_string().parse::<BillingPeriod>(), Ok(period));
    }
}
