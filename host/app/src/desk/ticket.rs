//! One ticket: who opened it and why, what happens to it, and which of its events are still on their way.

use assay_domain::{
    event::{Actor, NewEvent},
    time::Timestamp,
};

use super::{
    at_minute, body,
    customers::Customers,
    delivery::{self, Delivery},
    dice::Dice,
    story::{self, Update},
    words::{CHANNELS, PRIORITIES, TOPICS},
};

/// What every event of the desk says about its origin.
const SOURCE: &str = "desk";
const KIND: &str = "incident.updated";

/// What stays the same while a ticket lives.
pub(super) struct Profile {
    /// From 1, in order of opening.
    pub(super) number: u64,
    /// Index of the customer, if the ticket names one.
    pub(super) customer: Option<usize>,
    pub(super) opened_at: Timestamp,
    pub(super) caller: u32,
    /// Indices into the desk's words.
    pub(super) channel: usize,
    pub(super) topic: usize,
    pub(super) priority: usize,
}

/// A ticket with events still to come.
pub(super) struct Ticket {
    profile: Profile,
    updates: Vec<Update>,
    /// The next one last.
    deliveries: Vec<Delivery>,
}

impl Ticket {
    /// Opens a ticket and fixes all that will happen to it up to `until`; both in minutes since the epoch.
    pub(super) fn open(dice: &mut Dice, number: u64, opened: i64, until: i64, customers: &Customers) -> Self {
        let customer = customers.draw(dice);
        let channel = dice.weighted(&CHANNELS.map(|(_, weight)| weight));
        let topics = TOPICS.len() as u32;
        let profile = Profile {
            number,
            customer,
            opened_at: at_minute(opened),
            caller: 1 + dice.below(5_000),
            channel,
            // The lesser of two draws: early topics come up more often.
            topic: dice.below(topics).min(dice.below(topics)) as usize,
            priority: dice.weighted(&PRIORITIES.map(|(_, weight)| weight)),
        };
        let opener = if channel == 2 { Actor::Human } else { Actor::Customer };
        let mut updates = story::tell(dice, opened, opener, reopenings(customer));
        updates.retain(|update| update.minute <= until);
        let deliveries = delivery::plan(dice, &updates);
        Self { profile, updates, deliveries }
    }

    /// When its next event arrives, in seconds since the epoch; `None` after the last.
    pub(super) fn next_arrival(&self) -> Option<i64> {
        self.deliveries.last().map(|delivery| delivery.at)
    }

    /// Takes the event that arrives next.
    pub(super) fn deliver(&mut self, customers: &Customers) -> Option<NewEvent> {
        let Delivery { update, altered, .. } = self.deliveries.pop()?;
        let update = self.updates.get(update)?;
        let subject = format!("INC{:07}", self.profile.number);
        Some(NewEvent {
            source: SOURCE.into(),
            id: format!("{subject}-{}", update.sequence),
            kind: KIND.into(),
            occurred_at: at_minute(update.minute),
            sequence: i64::from(update.sequence),
            customer: self.profile.customer.and_then(|index| customers.name(index)).map(Into::into),
            actor: update.actor,
            data: body::write(&subject, &self.profile, update, altered),
            subject,
        })
    }
}

/// How often in ten thousand a resolved ticket comes back: some customers are harder to please than others.
fn reopenings(customer: Option<usize>) -> u32 {
    const BY_CUSTOMER: [u32; 5] = [600, 1_000, 400, 1_500, 800];
    customer.and_then(|index| BY_CUSTOMER.get(index % BY_CUSTOMER.len()).copied()).unwrap_or(700)
}
