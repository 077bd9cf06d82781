//! How the events of an interaction reach the one who records them: soon as a rule, but also late, twice or overtaken.

use std::cmp::Reverse;

use super::{dice::Dice, told::Told};

/// Seconds in a day.
const DAY: i64 = 86_400;
/// Of ten thousand events: those that come days late.
const LATE: u32 = 100;
/// Those that come again as they are.
const AGAIN: u32 = 100;
/// Those that come again altered.
const ALTERED: u32 = 3;
/// Of ten thousand pairs within an hour: those whose second overtakes the first.
const OVERTAKEN: u32 = 400;

/// One event on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delivery {
    /// When it arrives, in seconds since the epoch.
    pub(super) at: i64,
    /// Which one, as an index.
    pub(super) event: usize,
    /// Whether it tells other content under the same id.
    pub(super) altered: bool,
}

/// All deliveries of an interaction's events, the first one last.
pub(super) fn plan(dice: &mut Dice, events: &[Told]) -> Vec<Delivery> {
    let mut deliveries = Vec::with_capacity(events.len() + 1);
    for (event, told) in events.iter().enumerate() {
        let mut at = told.minute * 60 + dice.between(1, 59);
        if dice.chance(LATE) {
            at += dice.between(DAY, 9 * DAY);
        }
        deliveries.push(Delivery { at, event, altered: false });
    }
    for pair in deliveries.chunks_exact_mut(2) {
        if let [first, second] = pair
            && (0..3_600).contains(&(second.at - first.at))
            && dice.chance(OVERTAKEN)
        {
            first.at = second.at + dice.between(1, 30);
        }
    }
    for index in 0..deliveries.len() {
        let Some(first) = deliveries.get(index).copied() else {
            break;
        };
        if dice.chance(AGAIN) {
            deliveries.push(Delivery { at: first.at + dice.between(5, 7_200), ..first });
        }
        if dice.chance(ALTERED) {
            deliveries.push(Delivery { at: first.at + dice.between(60, DAY), altered: true, ..first });
        }
    }
    deliveries.sort_by_key(|delivery| Reverse(delivery.at));
    deliveries
}
