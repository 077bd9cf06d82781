//! Texts in constants: read while a rule is compiled, so that a wrong one is a compile error on its author's line.

use crate::text::{days_before, days_in};

const MINUTE: i64 = 60;

/// Days from 1970-01-01 of `2026-12-25`; `None` when it is no such day.
pub(crate) const fn day(text: &[u8]) -> Option<i64> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let (Some(century), Some(year)) = (two(y1, y2), two(y3, y4)) else { return None };
    let (Some(month), Some(day)) = (two(m1, m2), two(d1, d2)) else { return None };
    let year = century * 100 + year;
    if month < 1 || month > 12 || day < 1 || day > days_in(year, month) {
        return None;
    }
    Some(days_before(year, month, day))
}

/// Minutes from midnight of `09:30`, up to `24:00`.
pub(crate) const fn clock(text: &[u8]) -> Option<i64> {
    let &[h1, h2, b':', m1, m2] = text else { return None };
    let (Some(hour), Some(minute)) = (two(h1, h2), two(m1, m2)) else { return None };
    let of_day = hour * 60 + minute;
    if minute > 59 || of_day > 24 * 60 { None } else { Some(of_day) }
}

/// Seconds from the epoch of `2026-03-29T01:00:00Z`.
pub(crate) const fn instant(text: &[u8]) -> Option<i64> {
    let &[y1, y2, y3, y4, y5, m1, m2, m3, d1, d2, b'T', h1, h2, h3, i1, i2, b':', s1, s2, b'Z'] = text else { return None };
    let date = day(&[y1, y2, y3, y4, y5, m1, m2, m3, d1, d2]);
    let (Some(day), Some(minutes), Some(second)) = (date, clock(&[h1, h2, h3, i1, i2]), two(s1, s2)) else { return None };
    if minutes == 24 * 60 || second > 59 {
        return None;
    }
    Some((day * 1_440 + minutes) * MINUTE + second)
}

const fn two(tens: u8, ones: u8) -> Option<i64> {
    if tens.is_ascii_digit() && ones.is_ascii_digit() { Some((tens - b'0') as i64 * 10 + (ones - b'0') as i64) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        let check = |text: &str, expect| assert_eq!(day(text.as_bytes()), expect, "{text}");
        check("1970-01-01", Some(0));
        check("2024-02-29", Some(19_782));
        for text in ["", "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-4-1", "26-04-01", "2026-04-01 ", "2026/04/01"] {
            check(text, None);
        }
    }

    #[test]
    fn clocks() {
        let check = |text: &str, expect| assert_eq!(clock(text.as_bytes()), expect, "{text}");
        check("00:00", Some(0));
        check("09:30", Some(570));
        check("24:00", Some(1_440));
        for text in ["", "9:30", "24:01", "09:60", "0930", "09:3", "-1:00"] {
            check(text, None);
        }
    }

    #[test]
    fn instants() {
        let check = |text: &str, expect| assert_eq!(instant(text.as_bytes()), expect, "{text}");
        check("1970-01-02T00:00:01Z", Some(86_401));
        for text in ["", "1970-01-02", "1970-01-02T24:00:00Z", "1970-01-02T00:00:60Z", "1970-01-02T00:00:00+01:00"] {
            check(text, None);
        }
    }
}
