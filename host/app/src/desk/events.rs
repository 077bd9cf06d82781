//! The events of all interactions in one stream, in order of arrival.

use std::collections::BTreeMap;

use assay_domain::{event::NewEvent, time::Timestamp};

use super::{Desk, MINUTE, case::Case, customers::Customers, dice::Dice, openings::Openings};

/// The events of a desk in the order in which they arrive. The last ones may arrive, late, after the log's end.
pub struct Events {
    seed: u64,
    /// In minutes since the epoch.
    until: i64,
    customers: Customers,
    openings: std::iter::Peekable<Openings>,
    /// How many cases were opened.
    opened: u64,
    /// Cases with events to come, by when the next one arrives and by number.
    cases: BTreeMap<(i64, u64), Case>,
    arrived_at: Timestamp,
}

impl Events {
    pub(super) fn new(desk: Desk) -> Self {
        let (from, until) = (desk.from.micros().div_euclid(MINUTE), desk.until().micros().div_euclid(MINUTE));
        // Stream 0 is the calendar's, stream n the n-th case's.
        let openings = Openings::new(Dice::new(desk.seed, 0), desk.interactions, from, until);
        Self {
            seed: desk.seed,
            until,
            customers: Customers::new(desk.customers),
            openings: openings.peekable(),
            opened: 0,
            cases: BTreeMap::new(),
            arrived_at: desk.from,
        }
    }

    /// When the event given out last arrived: never earlier than it occurred, days later if it was late.
    pub fn arrived_at(&self) -> Timestamp {
        self.arrived_at
    }

    /// Opens every case that may have an event before the next one known.
    fn open_due(&mut self) {
        while let Some(minute) = self.openings.peek().copied() {
            let next = self.cases.first_key_value().map(|((arrival, _), _)| *arrival);
            if next.is_some_and(|arrival| arrival < minute * 60) {
                return;
            }
            self.openings.next();
            self.opened += 1;
            let mut dice = Dice::new(self.seed, self.opened);
            let case = Case::open(&mut dice, self.opened, minute, self.until, &self.customers);
            self.wait(self.opened, case);
        }
    }

    fn wait(&mut self, number: u64, case: Case) {
        if let Some(arrival) = case.next_arrival() {
            self.cases.insert((arrival, number), case);
        }
    }
}

impl Iterator for Events {
    type Item = NewEvent;

    fn next(&mut self) -> Option<NewEvent> {
        self.open_due();
        let ((arrival, number), mut case) = self.cases.pop_first()?;
        let event = case.deliver(&self.customers)?;
        self.arrived_at = Timestamp::from_micros(arrival.saturating_mul(1_000_000)).unwrap_or(self.arrived_at);
        self.wait(number, case);
        Some(event)
    }
}
