//! Tickets as they happen: reopened, passed on, logged with gaps, asked about too early and late.

use crate::case::{Case, HOUR, MINUTE, Update};

const START: i64 = 1_456_800_000_000_000;
const TIMELINES: u64 = 200;
const EVENTS_MAX: u64 = 50;

/// Minutes between two updates: within a shift, within days, and around the window to the minute.
const PACES: [&[i64]; 3] = [&[0, 1, 5, 30, 60], &[0, 30, 240, 720, 1439, 1440], &[60, 720, 1439, 1440, 1441, 4000]];
const OPEN: &[&str] = &["New", "Active", "Awaiting User Info"];
const ANY: &[&str] = &["New", "Active", "Active", "Awaiting User Info", "Resolved", "Resolved", "Closed"];
/// Minutes from the last update to the question.
const LATER: &[i64] = &[0, 60, 1439, 1440, 1441, 6000];

/// The timelines that all peers must agree on.
pub fn all() -> Vec<Case> {
    (0..TIMELINES).map(drawn).collect()
}

/// A ticket with so many updates, resolved at the last: what is measured.
pub fn resolved_at_last(events: i64) -> Case {
    let update = |n: i64| Update {
        at: START + n * HOUR,
        state: if n + 1 == events { "Resolved" } else { "Active" },
        reopens: Some(0),
        reassignments: Some(n / 3),
    };
    Case::new((0..events).map(update).collect(), START + (events + 100) * HOUR)
}

/// The ticket of this seed: the same on every machine.
fn drawn(seed: u64) -> Case {
    let mut dice = Dice(seed);
    let pace = dice.pick(&PACES);
    // Some tickets are never resolved.
    let states = if dice.chance(8) { OPEN } else { ANY };
    let (mut at, mut reopens, mut reassignments) = (START, 0, 0);
    let mut updates = Vec::new();
    for _ in 0..=dice.below(EVENTS_MAX) {
        at += dice.pick(pace) * MINUTE;
        reopens += i64::from(dice.chance(6));
        reassignments += i64::from(dice.chance(4));
        // A desk may tell fewer than it told before, or nothing.
        let told = if dice.chance(15) { reopens / 2 } else { reopens };
        updates.push(Update {
            at,
            state: dice.pick(states),
            reopens: (!dice.chance(10)).then_some(told),
            reassignments: (!dice.chance(10)).then_some(reassignments),
        });
    }
    Case::new(updates, at + dice.pick(LATER) * MINUTE)
}

/// Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators": SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// True once in `n` times.
    fn chance(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}
