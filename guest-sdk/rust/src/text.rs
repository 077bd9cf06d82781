//! Canonical text of decimals, times and durations. The macros compile this same file, so that a default in a rule's source means
//! what the same text means in a fixture.

/// 2^53: every guest language holds integers, mantissas and microseconds up to here exactly.
pub(crate) const EXACT_MAX: i64 = 1 << 53;
/// The most decimals the contract carries.
pub(crate) const SCALE_MAX: u8 = 12;

/// Mantissa and scale of plain or exponent notation. `None` when it is no number, or not exact within the contract.
pub(crate) fn decimal(text: &str) -> Option<(i64, u8)> {
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, number) = signed(number);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let digits = whole.bytes().chain(fraction.bytes());
    let mantissa = digits.map(|digit| i64::from(digit - b'0')).try_fold(0i64, |sum, digit| sum.checked_mul(10)?.checked_add(digit))?;
    let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    canonical(sign * mantissa, scale)
}

/// The one pair that stands for mantissa × 10^-scale; `None` when the contract cannot carry it.
pub(crate) fn canonical(mut mantissa: i64, mut scale: i32) -> Option<(i64, u8)> {
    if mantissa == 0 {
        return Some((0, 0));
    }
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    while scale < 0 {
        mantissa = mantissa.checked_mul(10)?;
        scale += 1;
    }
    let scale = u8::try_from(scale).ok().filter(|scale| *scale <= SCALE_MAX)?;
    (mantissa.unsigned_abs() < EXACT_MAX.unsigned_abs()).then_some((mantissa, scale))
}

/// Microseconds since the Unix epoch of an RFC 3339 time; digits beyond the microsecond are cut.
pub(crate) fn timestamp(text: &str) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    let (clock, offset_minutes) = zone(rest.strip_prefix(['T', 't', ' '])?)?;
    let (clock, micros) = match clock.split_once('.') {
        Some((clock, decimals)) => (clock, fraction(decimals)?),
        None => (clock, 0),
    };
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    let exists = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    if !exists || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let minutes = days_before(year, month, day) * 1_440 + hour * 60 + minute - offset_minutes;
    // A leap second is the last one of its minute.
    within(i128::from(minutes * 60 + second.min(59)) * 1_000_000 + i128::from(micros))
}

/// Microseconds of an ISO 8601 duration in weeks, days of 24 hours, hours, minutes and seconds; a year or a month has no fixed
/// length and is refused.
pub(crate) fn duration(text: &str) -> Option<i64> {
    let (sign, rest) = signed(text);
    let rest = rest.strip_prefix('P')?;
    let (date, time) = rest.split_once('T').unwrap_or((rest, ""));
    if rest.is_empty() || rest.ends_with('T') {
        return None;
    }
    let (weeks, date) = component(date, 'W')?;
    let (days, date) = component(date, 'D')?;
    let (hours, time) = component(time, 'H')?;
    let (minutes, time) = component(time, 'M')?;
    let (seconds, micros) = match time.strip_suffix('S') {
        Some(seconds) => match seconds.split_once('.') {
            Some((seconds, decimals)) => (natural(seconds)?, fraction(decimals)?),
            None => (natural(seconds)?, 0),
        },
        None if time.is_empty() => (0, 0),
        None => return None,
    };
    if !date.is_empty() {
        return None;
    }
    let units: [(i64, i128); 5] = [(weeks, 604_800), (days, 86_400), (hours, 3_600), (minutes, 60), (seconds, 1)];
    let seconds: i128 = units.iter().map(|(count, length)| i128::from(*count) * *length).sum();
    within(i128::from(sign) * (seconds * 1_000_000 + i128::from(micros)))
}

/// Takes `<digits><unit>` off the front: 0 when the unit is not there.
fn component(text: &str, unit: char) -> Option<(i64, &str)> {
    match text.split_once(unit) {
        Some((digits, rest)) => Some((natural(digits)?, rest)),
        None => Some((0, text)),
    }
}

/// Splits `Z` or `±hh:mm` off the end of a clock, in minutes east of UTC.
fn zone(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let (clock, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let (sign, offset) = match offset.split_at_checked(1)? {
        ("+", offset) => (1, offset),
        ("-", offset) => (-1, offset),
        _ => return None,
    };
    let [hours, minutes] = numbers(offset, ':', [2, 2])?;
    (hours <= 23 && minutes <= 59).then_some((clock, sign * (hours * 60 + minutes)))
}

/// Splits into numbers of exactly these many digits.
fn numbers<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, width) in numbers.iter_mut().zip(widths) {
        *number = natural(parts.next().filter(|part| part.len() == width)?)?;
    }
    parts.next().is_none().then_some(numbers)
}

/// Decimals of a second in microseconds.
fn fraction(text: &str) -> Option<i64> {
    let digits = text.bytes().chain(std::iter::repeat(b'0')).take(6);
    all_digits(text).then(|| digits.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

fn natural(text: &str) -> Option<i64> {
    if all_digits(text) { text.parse().ok() } else { None }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn signed(text: &str) -> (i64, &str) {
    text.strip_prefix('-').map_or((1, text), |rest| (-1, rest))
}

fn within(micros: i128) -> Option<i64> {
    i64::try_from(micros).ok().filter(|micros| micros.unsigned_abs() <= EXACT_MAX.unsigned_abs())
}

/// Days from 1970-01-01 in the Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
pub(crate) const fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

pub(crate) const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals() {
        let check = |text, expect| assert_eq!(decimal(text), expect, "{text}");
        check("0", Some((0, 0)));
        check("-0.00", Some((0, 0)));
        check("1.50", Some((15, 1)));
        check("-120", Some((-120, 0)));
        check("1e3", Some((1_000, 0)));
        check("12.5e-2", Some((125, 3)));
        check("9007199254740991", Some((9_007_199_254_740_991, 0)));
        check("9007199254740992", None);
        check("0.0000000000001", None);
        for text in ["", "-", "+1", ".5", "1.", "1.5.2", "1,5", "NaN", "1e", "1e99999999999"] {
            check(text, None);
        }
    }

    #[test]
    fn durations() {
        const HOUR: i64 = 3_600_000_000;
        let check = |text, expect| assert_eq!(duration(text), expect, "{text}");
        check("PT24H", Some(24 * HOUR));
        check("P7D", Some(168 * HOUR));
        check("P1W", Some(168 * HOUR));
        check("P1DT12H", Some(36 * HOUR));
        check("PT1H30M0.5S", Some(HOUR + HOUR / 2 + 500_000));
        check("-PT1H", Some(-HOUR));
        check("PT0S", Some(0));
        for text in ["", "P", "PT", "P1DT", "P1Y", "P1M", "PT5M3H", "PT1", "24h", "P-1D", "PT1.5H", "P999999999D"] {
            check(text, None);
        }
    }

    #[test]
    fn timestamps() {
        let check = |text, expect| assert_eq!(timestamp(text), expect, "{text}");
        check("1970-01-01T00:00:00Z", Some(0));
        check("2016-03-01T10:00:00Z", Some(1_456_826_400_000_000));
        check("2016-03-01T12:00:00+02:00", Some(1_456_826_400_000_000));
        check("2016-02-29 23:59:60.5z", Some(1_456_790_399_500_000));
        check("1969-12-31T23:59:59.9999999Z", Some(-1));
        for text in [
            "",
            "2016-03-01",
            "2016-03-01T10:00:00",
            "2016-02-30T10:00:00Z",
            "2015-02-29T10:00:00Z",
            "2016-03-01T24:00:00Z",
            "2016-3-1T10:00:00Z",
            "9999-01-01T00:00:00Z",
        ] {
            check(text, None);
        }
    }
}
