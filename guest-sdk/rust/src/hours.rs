//! Lengths of time that count opening hours only.

use crate::{
    error::RuleError,
    literal,
    time::{Duration, Timestamp},
    zone::{Local, PinnedZone},
};

/// Days after which a calendar that opens no more is given up.
const DAYS_MAX: i64 = 4_000;
/// 1970-01-01 was the fourth day of its week, counted from Sunday.
const FIRST_WEEKDAY: i64 = 4;
const MINUTES_OF_DAY: i64 = 24 * 60;

/// From one time of a day to another, which is no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Minutes since midnight, by the clock on the wall.
    from: i64,
    to: i64,
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day(i64);

/// The hours of each day of a week, in order and apart; a day without any is closed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Week {
    /// Monday's.
    pub monday: &'static [Hours],
    /// Tuesday's.
    pub tuesday: &'static [Hours],
    /// Wednesday's.
    pub wednesday: &'static [Hours],
    /// Thursday's.
    pub thursday: &'static [Hours],
    /// Friday's.
    pub friday: &'static [Hours],
    /// Saturday's.
    pub saturday: &'static [Hours],
    /// Sunday's.
    pub sunday: &'static [Hours],
}

/// When somebody is there. It is part of the rule: another calendar is another version of it.
#[derive(Clone, Copy, Debug)]
pub struct OpeningHours {
    /// The zone whose clock the hours are told by.
    pub zone: &'static PinnedZone,
    /// The hours of each weekday.
    pub week: Week,
    /// Days that are closed.
    pub holidays: &'static [Day],
}

/// Counts opening hours. Make one in a `static`, so that a mistake is a compile error:
///
/// ```ignore
/// const OFFICE: &[Hours] = &[Hours::of("09:00-12:30"), Hours::of("13:30-17:00")];
/// static DESK: BusinessHours = BusinessHours::new(OpeningHours {
///     zone: &BERLIN,
///     week: Week { saturday: &[Hours::of("10:00-14:00")], ..Week::workdays(OFFICE) },
///     holidays: &[Day::of("2026-12-25")],
/// });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BusinessHours(OpeningHours);

type Span = (Timestamp, Timestamp);

impl Hours {
    /// For constants: `09:00-12:30`, up to `24:00`.
    ///
    /// # Panics
    ///
    /// When it is another text, which is a compile error where a constant is made of it.
    pub const fn of(text: &str) -> Self {
        let hours = hours(text.as_bytes());
        assert!(hours.is_some(), "expected hours such as 09:00-17:00");
        match hours {
            Some(hours) => hours,
            None => Self { from: 0, to: 0 },
        }
    }
}

const fn hours(text: &[u8]) -> Option<Hours> {
    let &[a1, a2, a3, a4, a5, b'-', b1, b2, b3, b4, b5] = text else { return None };
    match (literal::clock(&[a1, a2, a3, a4, a5]), literal::clock(&[b1, b2, b3, b4, b5])) {
        (Some(from), Some(to)) if from < to => Some(Hours { from, to }),
        _ => None,
    }
}

impl Day {
    /// For constants: `2026-12-25`.
    ///
    /// # Panics
    ///
    /// When it is another text, which is a compile error where a constant is made of it.
    pub const fn of(text: &str) -> Self {
        let day = literal::day(text.as_bytes());
        assert!(day.is_some(), "expected a day such as 2026-12-25");
        match day {
            Some(day) => Self(day),
            None => Self(0),
        }
    }
}

impl Week {
    /// Closed every day.
    pub const CLOSED: Self = Self { monday: &[], tuesday: &[], wednesday: &[], thursday: &[], friday: &[], saturday: &[], sunday: &[] };

    /// The same hours from Monday to Friday.
    pub const fn workdays(hours: &'static [Hours]) -> Self {
        Self { monday: hours, tuesday: hours, wednesday: hours, thursday: hours, friday: hours, ..Self::CLOSED }
    }

    /// The same hours on every day.
    pub const fn every_day(hours: &'static [Hours]) -> Self {
        Self { saturday: hours, sunday: hours, ..Self::workdays(hours) }
    }

    /// Of a day of the week, counted from Sunday.
    const fn on(&self, weekday: i64) -> &'static [Hours] {
        match weekday {
            0 => self.sunday,
            1 => self.monday,
            2 => self.tuesday,
            3 => self.wednesday,
            4 => self.thursday,
            5 => self.friday,
            _ => self.saturday,
        }
    }
}

/// Whether the hours of a day are in order and apart.
const fn is_ordered(mut hours: &[Hours]) -> bool {
    let mut end = 0;
    while let [next, others @ ..] = hours {
        if next.from < end {
            return false;
        }
        end = next.to;
        hours = others;
    }
    true
}

const fn is_sound(week: &Week) -> bool {
    let (mut day, mut opens) = (0, false);
    while day < 7 {
        let hours = week.on(day);
        if !is_ordered(hours) {
            return false;
        }
        opens = opens || !hours.is_empty();
        day += 1;
    }
    opens
}

impl BusinessHours {
    /// Counts these opening hours.
    ///
    /// # Panics
    ///
    /// When hours of a day overlap or no day has any, which is a compile error where a constant is made of it.
    pub const fn new(opening: OpeningHours) -> Self {
        assert!(is_sound(&opening.week), "expected hours of each day in order and apart, and some day with hours");
        Self(opening)
    }

    /// Whether somebody is there. Where the zone's table does not reach the rule cannot judge, here and below.
    pub fn is_open(&self, at: Timestamp) -> Result<bool, RuleError> {
        for span in self.open(self.0.zone.local(at)?.day) {
            let (begins, ends) = span?;
            if begins <= at && at < ends {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How much of the time from one point to a later one was open; zero when it is not later.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Result<Duration, RuleError> {
        let mut sum = Duration::ZERO;
        if to <= from {
            return Ok(sum);
        }
        for span in self.open_since(from)? {
            let (begins, ends) = span?;
            if to <= begins {
                return Ok(sum);
            }
            sum = sum + (ends.min(to) - begins.max(from)).max(Duration::ZERO);
        }
        Err(never_opens())
    }

    /// When so much open time has passed since.
    pub fn after(&self, from: Timestamp, length: Duration) -> Result<Timestamp, RuleError> {
        if length <= Duration::ZERO {
            return Ok(from);
        }
        let mut missing = length;
        for span in self.open_since(from)? {
            let (begins, ends) = span?;
            let begins = begins.max(from);
            if begins + missing <= ends {
                return Ok(begins + missing);
            }
            missing = missing - (ends - begins).max(Duration::ZERO);
        }
        Err(never_opens())
    }

    /// What is open on a day, as points in time.
    fn open(&self, day: i64) -> impl Iterator<Item = Result<Span, RuleError>> {
        let OpeningHours { zone, week, holidays } = self.0;
        let hours: &'static [Hours] = if holidays.contains(&Day(day)) { &[] } else { week.on((day + FIRST_WEEKDAY).rem_euclid(7)) };
        hours.iter().map(move |hours| Ok((zone.at(clock(day, hours.from))?, zone.at(clock(day, hours.to))?)))
    }

    /// What is open from the day of a time on, day by day.
    fn open_since(&self, from: Timestamp) -> Result<impl Iterator<Item = Result<Span, RuleError>>, RuleError> {
        let first = self.0.zone.local(from)?.day;
        Ok((first..first + DAYS_MAX).flat_map(move |day| self.open(day)))
    }
}

/// A time of day; midnight at its end is the next day's beginning.
fn clock(day: i64, minutes: i64) -> Local {
    let (day, minutes) = if minutes == MINUTES_OF_DAY { (day + 1, 0) } else { (day, minutes) };
    Local { day, time: Duration::minutes(minutes) }
}

fn never_opens() -> RuleError {
    RuleError::new("nothing is open in the 4000 days after a time")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone::tests::BERLIN;

    const OFFICE: &[Hours] = &[Hours::of("09:00-12:00"), Hours::of("13:00-17:00")];
    static DESK: BusinessHours = BusinessHours::new(OpeningHours {
        zone: &BERLIN,
        week: Week::workdays(OFFICE),
        holidays: &[Day::of("2026-04-03"), Day::of("2026-04-06")],
    });

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn open_from_the_first_moment_to_the_last_which_does_not_belong_to_it() {
        let cases = [
            ("2026-03-27T08:00:00Z", true),
            ("2026-03-27T07:59:59.999999Z", false),
            ("2026-03-27T11:00:00Z", false),
            ("2026-03-27T16:00:00Z", false),
            // Summer time: an hour earlier.
            ("2026-03-30T07:00:00Z", true),
            ("2026-03-28T09:00:00Z", false),
            ("2026-04-03T09:00:00Z", false),
        ];
        for (time, expected) in cases {
            assert_eq!(DESK.is_open(at(time)), Ok(expected), "{time}");
        }
    }

    #[test]
    fn open_time_between_two_points_and_after_one() {
        let cases = [
            ("2026-03-27T08:00:00Z", "2026-03-27T11:00:00Z", "PT3H"),
            ("2026-03-27T10:30:00Z", "2026-03-27T12:30:00Z", "PT1H"),
            // From Friday over the weekend on which the clocks are put forward.
            ("2026-03-27T15:00:00Z", "2026-03-30T08:00:00Z", "PT2H"),
            // Over Good Friday, the weekend and Easter Monday.
            ("2026-04-02T14:00:00Z", "2026-04-07T07:30:00Z", "PT1H30M"),
            ("2026-03-27T08:00:00Z", "2026-04-10T15:00:00Z", "P2DT15H"),
        ];
        for (from, to, expected) in cases {
            let length: Duration = expected.parse().unwrap();
            assert_eq!(DESK.between(at(from), at(to)), Ok(length), "{from}");
            assert_eq!(DESK.after(at(from), length), Ok(at(to)), "{from}");
        }
        let noon = at("2026-03-27T11:00:00Z");
        assert_eq!(DESK.after(noon, Duration::ZERO), Ok(noon));
        assert_eq!(DESK.between(noon, noon), Ok(Duration::ZERO));
        assert_eq!(DESK.between(noon, noon - Duration::days(1)), Ok(Duration::ZERO));
    }

    #[test]
    fn a_day_may_end_at_midnight_and_have_23_or_25_hours() {
        const ALL_DAY: &[Hours] = &[Hours::of("00:00-24:00")];
        static WEEKEND: BusinessHours = BusinessHours::new(OpeningHours {
            zone: &BERLIN,
            week: Week { saturday: ALL_DAY, sunday: ALL_DAY, ..Week::CLOSED },
            holidays: &[],
        });
        for (from, hours) in [("2026-03-27T12:00:00Z", 47), ("2026-10-23T12:00:00Z", 49), ("2026-06-05T12:00:00Z", 48)] {
            assert_eq!(WEEKEND.between(at(from), at(from) + Duration::days(4)), Ok(Duration::hours(hours)), "{from}");
        }
    }

    #[test]
    fn outside_of_the_table_of_its_zone_it_cannot_say() {
        assert!(DESK.is_open(at("2027-01-01T00:00:00Z")).is_err());
        assert!(DESK.after(at("2026-12-30T09:00:00Z"), Duration::days(2)).is_err());
    }

    #[test]
    fn a_calendar_that_makes_no_sense_is_refused() {
        for text in ["9-17", "09:00-08:00", "09:60-10:00", "09:00-24:01", "09:00-09:00", "09:00–17:00"] {
            assert_eq!(hours(text.as_bytes()), None, "{text}");
        }
        assert!(is_sound(&Week::every_day(OFFICE)));
        assert!(!is_sound(&Week::CLOSED));
        const OVERLAPPING: &[Hours] = &[Hours::of("09:00-12:00"), Hours::of("11:00-13:00")];
        const BACKWARDS: &[Hours] = &[Hours::of("13:00-17:00"), Hours::of("09:00-12:00")];
        assert!(!is_sound(&Week::workdays(OVERLAPPING)) && !is_sound(&Week::workdays(BACKWARDS)));
    }

    #[test]
    fn what_hardly_ever_opens_is_found_out_after_a_while() {
        static SELDOM: BusinessHours = BusinessHours::new(OpeningHours {
            zone: &PinnedZone::UTC,
            week: Week { monday: &[Hours::of("09:00-09:01")], ..Week::CLOSED },
            holidays: &[],
        });
        let asked = SELDOM.after(at("2026-01-01T00:00:00Z"), Duration::hours(24));
        assert!(asked.is_err_and(|error| error.to_string().contains("nothing is open")), "4000 days have 571 Mondays");
    }
}
