//! When interactions begin: in office hours, more on Mondays, a little more every week.

use std::cmp::Reverse;

use super::dice::Dice;

/// How busy each hour of the day is, in UTC, and each day of the week from Monday. Shaped after a real desk's log
/// (Amaral et al., incident management process enriched event log, CC BY 4.0).
const HOURS: [u64; 24] = [8, 8, 6, 5, 5, 5, 10, 18, 81, 100, 97, 83, 46, 51, 76, 71, 63, 39, 18, 10, 8, 12, 8, 7];
const WEEKDAYS: [u64; 7] = [100, 84, 81, 70, 65, 11, 9];
/// Minutes in an hour.
const HOUR: i64 = 60;

/// The minutes at which interactions begin, ascending, as many as were asked for.
pub(super) struct Openings {
    dice: Dice,
    interactions: u64,
    /// How many lie in the hours drawn so far.
    drawn: u64,
    /// The next hour's first minute.
    hour: i64,
    /// The weight of all hours up to the end of each.
    sums: std::vec::IntoIter<u64>,
    total: u64,
    /// The minutes of the current hour, the next one last.
    minutes: Vec<i64>,
}

impl Openings {
    /// Spreads the interactions over the hours from `from` to `until`, in minutes since the epoch.
    pub(super) fn new(mut dice: Dice, interactions: u64, from: i64, until: i64) -> Self {
        let hours = u64::try_from((until - from) / HOUR).unwrap_or_default().max(1);
        let (mut total, mut weather) = (0, 100);
        let mut sums = Vec::new();
        for (n, hour) in (0..hours).zip(from.div_euclid(HOUR)..) {
            if n % 24 == 0 {
                weather = 85 + u64::from(dice.below(31));
            }
            let growth = 1_000 + 600 * n / hours;
            total += busy(hour) * growth * weather;
            sums.push(total);
        }
        Self { dice, interactions, drawn: 0, hour: from, sums: sums.into_iter(), total, minutes: Vec::new() }
    }

    /// How many begin while the weight goes from nothing to `sum`.
    fn share(&self, sum: u64) -> u64 {
        let share = u128::from(self.interactions) * u128::from(sum) / u128::from(self.total.max(1));
        u64::try_from(share).unwrap_or(self.interactions)
    }
}

impl Iterator for Openings {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        while self.minutes.is_empty() {
            let sum = self.sums.next()?;
            let share = self.share(sum);
            for _ in self.drawn..share {
                self.minutes.push(self.hour + i64::from(self.dice.below(60)));
            }
            self.minutes.sort_unstable_by_key(|minute| Reverse(*minute));
            self.drawn = share;
            self.hour += HOUR;
        }
        self.minutes.pop()
    }
}

/// The weight of an hour, counted since the epoch, which was a Thursday.
fn busy(hour: i64) -> u64 {
    let of_day = usize::try_from(hour.rem_euclid(24)).unwrap_or_default();
    let of_week = usize::try_from((hour.div_euclid(24) + 3).rem_euclid(7)).unwrap_or_default();
    HOURS.get(of_day).copied().unwrap_or(1) * WEEKDAYS.get(of_week).copied().unwrap_or(1)
}
