//! Time zones whose rules are fixed: the offsets of some years, as a table in the source of a rule.
//!
//! What governments decide about clocks changes; what a rule has judged does not. So a zone is part of the rule, and a table that is
//! written anew is another version of it. `assay rule zone Europe/Berlin 2020 2040` writes one.

use crate::{
    error::RuleError,
    time::{DAY, Duration, Timestamp},
};

/// A time zone with all its offsets fixed.
#[derive(Clone, Copy, Debug)]
pub struct PinnedZone {
    name: &'static str,
    /// When which offset begins, in minutes east of UTC.
    offsets: &'static [(Timestamp, i16)],
    /// The first time that is not covered; `None` where there is no end.
    until: Option<Timestamp>,
}

/// What a clock on the wall shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// Days from 1970-01-01.
    pub day: i64,
    /// Since midnight, by that clock.
    pub time: Duration,
}

const MINUTE: i64 = 60_000_000;

impl PinnedZone {
    /// Universal time, of which there is no end.
    pub const UTC: Self = Self { name: "UTC", offsets: &[(Timestamp::from_micros(i64::MIN), 0)], until: None };

    /// A zone by its name and its table: when which offset begins, in minutes east of UTC and in order of time, the first from the table's
    /// beginning; and the first time that the table says nothing about.
    ///
    /// # Panics
    ///
    /// When the offsets are not in order, which is a compile error where a constant is made of it.
    pub const fn new(name: &'static str, offsets: &'static [(Timestamp, i16)], until: Timestamp) -> Self {
        assert!(is_ordered(offsets, until), "expected offsets in order of time, all of them before the end");
        Self { name, offsets, until: Some(until) }
    }

    /// Its name in the time zone database.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What the clock shows. Where the table does not reach the rule cannot judge.
    pub fn local(&self, at: Timestamp) -> Result<Local, RuleError> {
        let wall = self.covered(at)?.as_micros().saturating_add(self.offset(at.as_micros()));
        Ok(Local { day: wall.div_euclid(DAY), time: Duration::from_micros(wall.rem_euclid(DAY)) })
    }

    /// When the clock shows this: the earlier time of two, and where it is put forward over this time, as if it had not been.
    pub fn at(&self, local: Local) -> Result<Timestamp, RuleError> {
        let wall = local.day.saturating_mul(DAY).saturating_add(local.time.as_micros());
        let (before, after) = (self.offset(wall.saturating_sub(DAY)), self.offset(wall.saturating_add(DAY)));
        let shows = |offset: &i64| self.offset(wall.saturating_sub(*offset)) == *offset;
        let chosen = [before, after].into_iter().find(shows).unwrap_or(before);
        self.covered(Timestamp::from_micros(wall.saturating_sub(chosen)))
    }

    /// In microseconds, at a time of so many.
    fn offset(&self, at: i64) -> i64 {
        let begun = self.offsets.partition_point(|(from, _)| from.as_micros() <= at);
        let (_, minutes) = self.offsets.get(begun.saturating_sub(1)).copied().unwrap_or((Timestamp::from_micros(0), 0));
        i64::from(minutes) * MINUTE
    }

    fn covered(&self, at: Timestamp) -> Result<Timestamp, RuleError> {
        let has_begun = self.offsets.first().is_some_and(|(from, _)| *from <= at);
        if has_begun && self.until.is_none_or(|until| at < until) {
            return Ok(at);
        }
        Err(RuleError::new(["a time is outside of the table of ", self.name, ": the rule needs one of more years"].concat()))
    }
}

const fn is_ordered(offsets: &[(Timestamp, i16)], until: Timestamp) -> bool {
    let [(first, _), rest @ ..] = offsets else { return false };
    let (mut before, mut rest) = (first.as_micros(), rest);
    while let [(next, _), others @ ..] = rest {
        if next.as_micros() <= before {
            return false;
        }
        before = next.as_micros();
        rest = others;
    }
    before < until.as_micros()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) static BERLIN: PinnedZone = PinnedZone::new(
        "Europe/Berlin",
        &[
            (Timestamp::utc("2026-01-01T00:00:00Z"), 60),
            (Timestamp::utc("2026-03-29T01:00:00Z"), 120),
            (Timestamp::utc("2026-10-25T01:00:00Z"), 60),
        ],
        Timestamp::utc("2027-01-01T00:00:00Z"),
    );

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_shows_its_offset() {
        let noon = |text: &str| BERLIN.local(at(text)).unwrap().time;
        assert_eq!(noon("2026-02-01T11:00:00Z"), Duration::hours(12));
        assert_eq!(noon("2026-06-01T10:00:00Z"), Duration::hours(12));
        assert_eq!(BERLIN.local(at("2026-01-31T23:30:00Z")).unwrap().day, BERLIN.local(at("2026-02-01T12:00:00Z")).unwrap().day);
        let utc = PinnedZone::UTC.local(at("1969-12-31T23:00:00Z")).unwrap();
        assert_eq!(utc, Local { day: -1, time: Duration::hours(23) });
        assert_eq!(PinnedZone::UTC.at(utc), Ok(at("1969-12-31T23:00:00Z")));
    }

    /// A time that is shown twice is the earlier one; one that is never shown is later.
    #[test]
    fn when_the_clocks_are_changed() {
        let wall = |text: &str| {
            let day = BERLIN.local(at(text)).unwrap().day;
            BERLIN.at(Local { day, time: Duration::minutes(150) }).map(|at| at.to_string())
        };
        assert_eq!(wall("2026-10-25T12:00:00Z").as_deref(), Ok("2026-10-25T00:30:00Z"));
        assert_eq!(wall("2026-03-29T12:00:00Z").as_deref(), Ok("2026-03-29T01:30:00Z"));
    }

    #[test]
    fn outside_of_its_table_a_zone_says_so() {
        for text in ["2025-12-31T23:59:59.999999Z", "2027-01-01T00:00:00Z"] {
            let refused = BERLIN.local(at(text)).unwrap_err().to_string();
            assert!(refused.contains("outside of the table of Europe/Berlin"), "{refused}");
        }
        assert!(BERLIN.local(at("2026-12-31T23:59:59.999999Z")).is_ok());
    }

    #[test]
    fn a_table_is_in_order() {
        let [one, two] = ["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"].map(Timestamp::utc);
        for (offsets, until, expected) in [
            (&[(one, 60)][..], two, true),
            (&[(one, 60), (two, 120)][..], two + Duration::days(1), true),
            (&[][..], two, false),
            (&[(one, 60), (one, 120)][..], two, false),
            (&[(two, 60), (one, 120)][..], two + Duration::days(1), false),
            (&[(one, 60)][..], one, false),
        ] {
            assert_eq!(is_ordered(offsets, until), expected, "{offsets:?} until {until}");
        }
    }
}
