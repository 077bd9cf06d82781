//! How time is cut: months and anniversaries by the clocks of a place, and what the run of a month bills.

use std::{
    fmt::{Debug, Display},
    str::FromStr,
};

use assay_domain::{
    number::EXACT_MAX,
    period::{BillingPeriod, Calendar, Cycle, Period, PeriodName, Zone},
    time::{Duration, Timestamp},
};
use proptest::{prelude::*, sample::select};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn calendar(cycle: Cycle, zone: &str, anchor: Timestamp) -> Calendar {
    Calendar { cycle, zone: zone.parse().unwrap(), anchor }
}

fn monthly(zone: &str) -> Calendar {
    calendar(Cycle::Monthly, zone, Timestamp::EPOCH)
}

fn anniversary(zone: &str, anchor: &str) -> Calendar {
    calendar(Cycle::Anniversary, zone, at(anchor))
}

fn month(text: &str) -> BillingPeriod {
    text.parse().unwrap()
}

/// The last instant of a period.
fn last(period: &Period) -> Timestamp {
    Timestamp::from_micros(period.end.micros() - 1).unwrap()
}

/// A period is found by its name, by each of its instants and by the month whose run bills it, and by nothing before or after.
fn is_found(calendar: &Calendar, period: Period) {
    assert!(period.start < period.end, "{period:?}");
    assert_eq!(calendar.named(period.name), Some(period));
    for inside in [period.start, last(&period)] {
        assert!(period.holds(inside));
        assert_eq!(calendar.containing(inside), Some(period), "at {inside}");
    }
    assert!(!period.holds(period.end));
    assert_ne!(calendar.containing(period.end), Some(period));
    assert_eq!(calendar.billed_in(calendar.month_billing(&period)), Some(period));
}

#[test]
fn a_month_is_a_month_where_the_customer_is() {
    let rows = [
        ("UTC", "2016-02", "2016-02-01T00:00:00Z", "2016-03-01T00:00:00Z"),
        ("UTC", "2015-02", "2015-02-01T00:00:00Z", "2015-03-01T00:00:00Z"),
        ("Europe/Berlin", "2016-03", "2016-02-29T23:00:00Z", "2016-03-31T22:00:00Z"),
        ("Europe/Berlin", "2016-10", "2016-09-30T22:00:00Z", "2016-10-31T23:00:00Z"),
        ("America/Los_Angeles", "2016-03", "2016-03-01T08:00:00Z", "2016-04-01T07:00:00Z"),
        ("America/Los_Angeles", "2016-11", "2016-11-01T07:00:00Z", "2016-12-01T08:00:00Z"),
        ("Asia/Kolkata", "2016-03", "2016-02-29T18:30:00Z", "2016-03-31T18:30:00Z"),
        // A day shorter: the 30th was left out.
        ("Pacific/Apia", "2011-12", "2011-12-01T10:00:00Z", "2011-12-31T10:00:00Z"),
        ("Pacific/Kiritimati", "1994-12", "1994-12-01T10:00:00Z", "1994-12-31T10:00:00Z"),
        // Half an hour longer.
        ("Australia/Lord_Howe", "2016-04", "2016-03-31T13:00:00Z", "2016-04-30T13:30:00Z"),
        // A minute after midnight it was the 31st of October again.
        ("America/St_Johns", "2009-11", "2009-11-01T02:30:00Z", "2009-12-01T03:30:00Z"),
        // The first of April had no midnight; it began at one.
        ("Asia/Amman", "2011-04", "2011-03-31T22:00:00Z", "2011-04-30T21:00:00Z"),
    ];
    for (zone, name, start, end) in rows {
        let expect = Period { name: PeriodName::Month(month(name)), start: at(start), end: at(end) };
        let calendar = monthly(zone);
        assert_eq!(calendar.billed_in(month(name)), Some(expect), "{name} in {zone}");
        assert_eq!(calendar.month_billing(&expect), month(name));
        is_found(&calendar, expect);
    }
}

#[test]
fn anniversaries_are_counted_from_the_anchor() {
    /// How the periods from an anchor on are called and start; the last one only ends the one before.
    fn check(zone: &str, starts: &[(&str, &str)]) {
        let anchor = starts[0].1;
        let calendar = anniversary(zone, anchor);
        let mut found = calendar.containing(at(anchor));
        for pair in starts.windows(2) {
            let expect = Period { name: pair[0].0.parse().unwrap(), start: at(pair[0].1), end: at(pair[1].1) };
            assert_eq!(found, Some(expect), "in {zone} from {anchor}");
            is_found(&calendar, expect);
            found = calendar.after(&expect);
        }
        assert_eq!(calendar.containing(Timestamp::from_micros(at(anchor).micros() - 1).unwrap()), None, "before {anchor}");
    }
    let odd = ["2016-01-15T10:30:00.000001Z", "2016-02-15T10:30:00.000001Z", "2016-03-15T10:30:00.000001Z"];
    check("UTC", &[("2016-01-15", odd[0]), ("2016-02-15", odd[1]), ("2016-03-15", odd[2])]);
    let the_31st = ["2016-01-31T10:00:00Z", "2016-02-29T10:00:00Z", "2016-03-31T10:00:00Z", "2016-04-30T10:00:00Z"];
    check("UTC", &the_31st.map(|start| (&start[..10], start)));
    let the_30th = ["2014-12-30T00:00:00Z", "2015-01-30T00:00:00Z", "2015-02-28T00:00:00Z", "2015-03-30T00:00:00Z"];
    check("UTC", &the_30th.map(|start| (&start[..10], start)));
    let the_29th = ["2015-01-29T00:00:00Z", "2015-02-28T00:00:00Z", "2015-03-29T00:00:00Z"];
    check("UTC", &the_29th.map(|start| (&start[..10], start)));
    let in_a_leap_year = ["2016-01-29T00:00:00Z", "2016-02-29T00:00:00Z", "2016-03-29T00:00:00Z"];
    check("UTC", &in_a_leap_year.map(|start| (&start[..10], start)));
    // The local date is a day ahead of the one in UTC.
    let kolkata = ["2016-01-30T18:30:00Z", "2016-02-28T18:30:00Z", "2016-03-30T18:30:00Z"];
    check("Asia/Kolkata", &[("2016-01-31", kolkata[0]), ("2016-02-29", kolkata[1]), ("2016-03-31", kolkata[2])]);
    // Half past two is left out on the 27th of March: it comes an hour later.
    let left_out = ["2016-02-27T01:30:00Z", "2016-03-27T01:30:00Z", "2016-04-27T00:30:00Z"];
    check("Europe/Berlin", &left_out.map(|start| (&start[..10], start)));
    // Half past two is there twice on the 30th of October: the first one counts.
    let twice = ["2016-09-30T00:30:00Z", "2016-10-30T00:30:00Z", "2016-11-30T01:30:00Z"];
    check("Europe/Berlin", &twice.map(|start| (&start[..10], start)));
    // An agreement that starts at the second half past one of a day starts then, and not an hour earlier.
    check("America/Los_Angeles", &[("2016-11-06", "2016-11-06T09:30:00Z"), ("2016-12-06", "2016-12-06T09:30:00Z")]);
    // The 30th of December was left out.
    let midnight = ["2011-11-30T10:00:00Z", "2011-12-30T10:00:00Z", "2012-01-29T10:00:00Z"];
    check("Pacific/Apia", &[("2011-11-30", midnight[0]), ("2011-12-30", midnight[1]), ("2012-01-30", midnight[2])]);
    let at_ten = ["2011-11-30T20:00:00Z", "2011-12-30T20:00:00Z", "2012-01-29T20:00:00Z"];
    check("Pacific/Apia", &[("2011-11-30", at_ten[0]), ("2011-12-30", at_ten[1]), ("2012-01-30", at_ten[2])]);
    // Here it was the 31st, so that ten o'clock of that day came in January.
    let [october, november, december] = ["1994-10-31T20:00:00Z", "1994-11-30T20:00:00Z", "1994-12-31T20:00:00Z"];
    let kiritimati = [("1994-10-31", october), ("1994-11-30", november), ("1994-12-31", december), ("1995-01-31", "1995-01-30T20:00:00Z")];
    check("Pacific/Kiritimati", &kiritimati);
    // A quarter past two is left out on the 2nd of October: it comes half an hour later.
    let lord_howe = ["2016-09-01T15:45:00Z", "2016-10-01T15:45:00Z", "2016-11-01T15:15:00Z"];
    check("Australia/Lord_Howe", &[("2016-09-02", lord_howe[0]), ("2016-10-02", lord_howe[1]), ("2016-11-02", lord_howe[2])]);
}

#[test]
fn a_29th_of_february_comes_back_in_leap_years() {
    let calendar = anniversary("Europe/Berlin", "2016-02-29T08:00:00Z");
    let mut period = calendar.containing(calendar.anchor).unwrap();
    let mut februaries = Vec::new();
    for _ in 0..=48 {
        let name = period.name.to_string();
        assert!(name.ends_with(if name.contains("-02-") { &name[8..] } else { "-29" }), "{name}");
        if name.contains("-02-") {
            februaries.push(name);
        }
        period = calendar.after(&period).unwrap();
    }
    assert_eq!(februaries, ["2016-02-29", "2017-02-28", "2018-02-28", "2019-02-28", "2020-02-29"]);
}

#[test]
fn the_run_of_a_month_bills_what_ends_in_it() {
    fn check(zone: &str, anchor: &str, text: &str, expect: &str) {
        let found = anniversary(zone, anchor).billed_in(month(text));
        let found = found.map_or_else(|| "nothing".to_owned(), |period| period.name.to_string());
        assert_eq!(found, expect, "in {text}, from {anchor} in {zone}");
    }
    check("UTC", "2016-01-15T10:00:00Z", "2015-12", "nothing");
    check("UTC", "2016-01-15T10:00:00Z", "2016-01", "nothing");
    check("UTC", "2016-01-15T10:00:00Z", "2016-02", "2016-01-15");
    check("UTC", "2016-01-15T10:00:00Z", "2017-01", "2016-12-15");
    // What ends with the month ends in it, and what ends a microsecond later does not.
    check("UTC", "2016-01-01T00:00:00Z", "2015-12", "nothing");
    check("UTC", "2016-01-01T00:00:00Z", "2016-01", "2016-01-01");
    check("UTC", "2016-01-01T00:00:00.000001Z", "2016-01", "nothing");
    check("UTC", "2016-01-01T00:00:00.000001Z", "2016-02", "2016-01-01");
    check("UTC", "2015-12-31T23:59:59.999999Z", "2016-01", "2015-12-31");
    check("Europe/Berlin", "2015-12-31T23:00:00Z", "2016-01", "2016-01-01");
    check("Europe/Berlin", "2015-12-31T22:59:59.999999Z", "2016-01", "2015-12-31");
    check("Asia/Amman", "2011-02-28T22:00:00Z", "2011-03", "2011-03-01");
    check("Asia/Amman", "2011-02-28T22:00:00Z", "2011-04", "2011-04-01");
    check("UTC", "2016-01-31T10:00:00Z", "2016-02", "2016-01-31");
    check("UTC", "2016-01-31T10:00:00Z", "2016-03", "2016-02-29");
    // One each, although two of them ended in January.
    check("Pacific/Kiritimati", "1994-10-31T20:00:00Z", "1994-12", "1994-11-30");
    check("Pacific/Kiritimati", "1994-10-31T20:00:00Z", "1995-01", "1994-12-31");
}

#[test]
fn a_name_is_of_one_calendar() {
    fn check(calendar: &Calendar, name: &str, is_known: bool) {
        assert_eq!(calendar.named(name.parse().unwrap()).is_some(), is_known, "{name}");
    }
    let months = monthly("Europe/Berlin");
    check(&months, "2016-03", true);
    check(&months, "2016-03-01", false);
    let anniversaries = anniversary("UTC", "2016-01-31T10:00:00Z");
    check(&anniversaries, "2016-01", false);
    check(&anniversaries, "2016-01-31", true);
    check(&anniversaries, "2016-02-29", true);
    check(&anniversaries, "2016-02-28", false);
    check(&anniversaries, "2016-03-29", false);
    check(&anniversaries, "2015-12-31", false);
}

#[test]
fn the_ends_of_time_have_no_periods() {
    let [before, late, after] = ["1969-12-31T00:00:00Z", "2254-12-31T23:59:59Z", "2255-02-15T00:00:00Z"].map(at);
    let times = [Timestamp::MIN, before, Timestamp::EPOCH, late, after, Timestamp::from_micros(EXACT_MAX).unwrap()];
    for zone in ["UTC", "Pacific/Kiritimati", "Pacific/Niue"] {
        for cycle in [Cycle::Monthly, Cycle::Anniversary] {
            for calendar in times.iter().map(|anchor| calendar(cycle, zone, *anchor)) {
                for period in times.iter().filter_map(|time| calendar.containing(*time)) {
                    assert!(period.start < period.end, "{period:?}");
                    assert_eq!(period.name.to_string().parse::<PeriodName>(), Ok(period.name));
                    assert!(calendar.after(&period).is_none_or(|next| next.start == period.end));
                }
                assert_eq!(calendar.containing(Timestamp::MIN), None);
                assert_eq!(calendar.containing(after), None);
                assert_eq!(calendar.billed_in(month("2254-12").next().next()), None);
                for name in ["1970-01-01", "1970-01", "2254-12", "2254-12-31"].map(|name| name.parse::<PeriodName>().unwrap()) {
                    assert!(calendar.named(name).is_none_or(|period| period.name == name));
                }
            }
        }
    }
    assert!(monthly("UTC").billed_in(month("1970-01")).is_some() && monthly("UTC").billed_in(month("2254-12")).is_some());
}

fn check_text<T: Display + FromStr + PartialEq + Debug>(text: &str, written: &str) {
    let value = text.parse::<T>().unwrap_or_else(|_| panic!("{text:?} is refused"));
    assert_eq!(value.to_string(), written);
    assert_eq!(written.parse::<T>().ok(), Some(value));
}

#[test]
fn a_zone_is_one_of_the_database() {
    for name in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "Etc/GMT+5"] {
        check_text::<Zone>(name, name);
    }
    check_text::<Zone>("utc", "UTC");
    check_text::<Zone>("europe/BERLIN", "Europe/Berlin");
    // Another name of Asia/Kolkata, and kept as it was given.
    check_text::<Zone>("Asia/Calcutta", "Asia/Calcutta");
    assert_eq!(Zone::default().to_string(), "UTC");
    for text in ["", " UTC", "Berlin", "Europe/Atlantis", "+01:00", "Europe/", "Etc/Unknown", "Factory", "../UTC"] {
        let refused = text.parse::<Zone>().expect_err("no zone").to_string();
        assert_eq!(refused, format!("{text:?} is no time zone of the IANA database; write it as in Europe/Berlin, or UTC"));
    }
}

#[test]
fn names_have_one_spelling() {
    check_text::<Cycle>("monthly", "monthly");
    check_text::<Cycle>("anniversary", "anniversary");
    assert_eq!(Cycle::default(), Cycle::Monthly);
    for text in ["", "Monthly", "yearly"] {
        assert!(text.parse::<Cycle>().is_err(), "{text:?} is no cycle");
    }
    for name in ["2016-03", "2016-03-15", "2016-02-29", "1970-01-01", "2254-12-31"] {
        check_text::<PeriodName>(name, name);
    }
    let refused = ["", "2016", "2016-3", "2016-03-", "2016-3-15", "2016-03-+5", "2016-03- 5", "2015-02-29", "2016-04-31", "2016-03-00"];
    for text in refused.into_iter().chain(["1969-12-31", "2255-01-01", "2016-03-15T", "2016-03-1é", "20160315", "-2016-03-15"]) {
        assert!(text.parse::<PeriodName>().is_err(), "{text:?} names no period");
    }
    let texts = r#"["2016-03","2016-03-15","anniversary","Europe/Berlin"]"#;
    let values: (PeriodName, PeriodName, Cycle, Zone) = serde_json::from_str(texts).unwrap();
    assert_eq!(serde_json::to_string(&values).unwrap(), texts);
}

/// Zones whose clocks are changed in many ways: by an hour, by half an hour, at midnight, by a day, never.
fn zone() -> impl Strategy<Value = &'static str> {
    select(vec![
        "UTC",
        "Europe/Berlin",
        "America/Los_Angeles",
        "Asia/Kolkata",
        "Pacific/Apia",
        "Australia/Lord_Howe",
        "America/St_Johns",
        "Asia/Amman",
        "America/Sao_Paulo",
        "Africa/Casablanca",
    ])
}

/// Any time, often at a full hour or half past.
fn anchor() -> impl Strategy<Value = Timestamp> {
    let odd = 2_678_400_000_000..8_800_000_000_000_000_i64;
    let half_hours = (1_488..2_300_000_i64).prop_map(|n| n * 1_800_000_000);
    prop_oneof![1 => odd, 3 => half_hours].prop_map(|micros| Timestamp::from_micros(micros).unwrap())
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    (select(vec![Cycle::Monthly, Cycle::Anniversary]), zone(), anchor()).prop_map(|(cycle, zone, anchor)| calendar(cycle, zone, anchor))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn periods_follow_each_other_without_gap_or_overlap(calendar in any_calendar()) {
        let mut period = calendar.containing(calendar.anchor).unwrap();
        prop_assert!(period.holds(calendar.anchor));
        for _ in 0..30 {
            is_found(&calendar, period);
            prop_assert_eq!(period.name.to_string().parse::<PeriodName>(), Ok(period.name));
            let next = calendar.after(&period).unwrap();
            prop_assert_eq!(next.start, period.end);
            prop_assert!(next.name > period.name);
            period = next;
        }
    }

    #[test]
    fn consecutive_runs_bill_every_period_once(calendar in any_calendar()) {
        let months = Calendar { cycle: Cycle::Monthly, ..calendar.clone() };
        let mut due = calendar.containing(calendar.anchor);
        // Of what begins with the anchor, nothing ends before it.
        let mut run = BillingPeriod::containing(calendar.anchor.plus(Duration::days(2).negated()));
        if calendar.cycle == Cycle::Monthly {
            due = calendar.billed_in(run);
        }
        let mut billed = 0;
        for _ in 0..30 {
            if let Some(period) = calendar.billed_in(run) {
                prop_assert_eq!(Some(period), due);
                prop_assert_eq!(calendar.month_billing(&period), run);
                let month = months.billed_in(run).unwrap();
                prop_assert!(month.start < period.end && period.end <= month.end, "{period:?} does not end in {run}");
                due = calendar.after(&period);
                billed += 1;
            }
            run = run.next();
        }
        prop_assert!(billed >= 28, "{billed} of 30 runs billed something");
    }
}
