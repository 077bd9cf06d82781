//! Points in time and lengths of time, in whole microseconds. Sums that leave ±2^53 stop at that bound, so no arithmetic on times
//! can fault.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, Mul, Sub},
    str::FromStr,
};

use crate::{
    error::ParseError,
    literal,
    text::{self, EXACT_MAX},
};

const SECOND: i64 = 1_000_000;
pub(crate) const DAY: i64 = 86_400 * SECOND;

/// A point in time: microseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A length of time in microseconds; negative when it runs backwards.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(i64);

const fn bounded(micros: i64) -> i64 {
    if micros > EXACT_MAX {
        EXACT_MAX
    } else if micros < -EXACT_MAX {
        -EXACT_MAX
    } else {
        micros
    }
}

impl Timestamp {
    /// From microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(bounded(micros))
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// For constants: RFC 3339 in UTC, to the second. A text that comes from elsewhere is parsed.
    ///
    /// # Panics
    ///
    /// When it is another text, which is a compile error where a constant is made of it.
    pub const fn utc(text: &str) -> Self {
        let seconds = literal::instant(text.as_bytes());
        assert!(seconds.is_some(), "expected an RFC 3339 time in UTC such as 2016-03-01T10:00:00Z");
        match seconds {
            Some(seconds) => Self(bounded(seconds.saturating_mul(SECOND))),
            None => Self(0),
        }
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// From microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(bounded(micros))
    }

    /// Seconds.
    pub const fn seconds(n: i64) -> Self {
        Self(bounded(n.saturating_mul(SECOND)))
    }

    /// Minutes of 60 seconds.
    pub const fn minutes(n: i64) -> Self {
        Self(bounded(n.saturating_mul(60 * SECOND)))
    }

    /// Hours of 60 minutes.
    pub const fn hours(n: i64) -> Self {
        Self(bounded(n.saturating_mul(3_600 * SECOND)))
    }

    /// Days of 24 hours.
    pub const fn days(n: i64) -> Self {
        Self(bounded(n.saturating_mul(DAY)))
    }

    /// Microseconds.
    pub const fn as_micros(self) -> i64 {
        self.0
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, by: Duration) -> Self {
        Self::from_micros(self.0.saturating_add(by.0))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, by: Duration) -> Self {
        Self::from_micros(self.0.saturating_sub(by.0))
    }
}

impl Sub for Timestamp {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl Add for Duration {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::from_micros(self.0.saturating_add(other.0))
    }
}

impl Sub for Duration {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::from_micros(self.0.saturating_sub(other.0))
    }
}

impl Mul<i64> for Duration {
    type Output = Self;

    fn mul(self, times: i64) -> Self {
        Self::from_micros(self.0.saturating_mul(times))
    }
}

impl Sum for Duration {
    fn sum<I: Iterator<Item = Self>>(lengths: I) -> Self {
        lengths.fold(Self::ZERO, Add::add)
    }
}

impl FromStr for Timestamp {
    type Err = ParseError;

    /// RFC 3339.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        text::timestamp(text).map(Self).ok_or(ParseError::new("an RFC 3339 time such as 2016-03-01T10:00:00Z"))
    }
}

impl FromStr for Duration {
    type Err = ParseError;

    /// ISO 8601 without years and months.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        text::duration(text).map(Self).ok_or(ParseError::new("a duration such as PT24H, P7D or P1DT12H"))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC: `2016-03-01T10:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        let micros = self.0.rem_euclid(DAY);
        let (hour, minute) = (micros / (3_600 * SECOND), micros / (60 * SECOND) % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:")?;
        write_seconds(f, micros % (60 * SECOND), 2)?;
        f.write_str("Z")
    }
}

impl fmt::Display for Duration {
    /// ISO 8601 in days, hours, minutes and seconds: `P1DT12H`, `PT0S`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.abs();
        let (days, rest) = (micros / DAY, micros % DAY);
        f.write_str(if self.0 < 0 { "-P" } else { "P" })?;
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if rest == 0 && days > 0 {
            return Ok(());
        }
        let (hours, minutes, seconds) = (rest / (3_600 * SECOND), rest / (60 * SECOND) % 60, rest % (60 * SECOND));
        f.write_str("T")?;
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        if seconds > 0 || rest == 0 {
            write_seconds(f, seconds, 1)?;
            f.write_str("S")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn write_seconds(f: &mut fmt::Formatter<'_>, micros: i64, width: usize) -> fmt::Result {
    write!(f, "{:0width$}", micros / SECOND)?;
    match micros % SECOND {
        0 => Ok(()),
        fraction => write!(f, ".{}", format!("{fraction:06}").trim_end_matches('0')),
    }
}

/// Year, month and day of a day counted from 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day_of_year - (153 * from_march + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_there_and_back() {
        for text in ["1970-01-01T00:00:00Z", "2016-02-29T23:59:59.5Z", "1969-12-31T23:59:59.999999Z", "2100-03-01T00:00:00Z"] {
            assert_eq!(text.parse::<Timestamp>().map(|at| at.to_string()), Ok(text.to_owned()));
        }
        for text in ["PT0S", "PT24H30M", "P7D", "P1DT12H", "-PT1.5S", "PT1M"] {
            let canonical = text.replace("PT24H30M", "P1DT30M");
            assert_eq!(text.parse::<Duration>().map(|length| length.to_string()), Ok(canonical));
        }
    }

    #[test]
    fn sums_stop_at_the_bound() {
        let end = Timestamp::from_micros(i64::MAX);
        assert_eq!(end.as_micros(), EXACT_MAX);
        assert_eq!(end + Duration::days(1), end);
        assert_eq!(Duration::days(i64::MIN).as_micros(), -EXACT_MAX);
        assert_eq!(end - (end - Duration::hours(3)), Duration::hours(3));
        let lengths = [Duration::hours(1), Duration::minutes(30), Duration::ZERO];
        assert_eq!(lengths.into_iter().sum::<Duration>(), Duration::minutes(90));
    }

    #[test]
    fn a_constant_is_the_time_that_its_text_says() {
        for text in ["1970-01-01T00:00:00Z", "2016-02-29T23:59:59Z", "1969-12-31T23:59:59Z", "2100-03-01T00:00:00Z"] {
            assert_eq!(Ok(Timestamp::utc(text)), text.parse());
        }
    }
}
