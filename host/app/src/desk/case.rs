//! One interaction: what happens to it, and which of its events are still on their way.

use assay_domain::event::NewEvent;

use super::{
    at_minute, cost,
    customers::Customers,
    delivery::{self, Delivery},
    dice::Dice,
    profile::Profile,
    told::Told,
};

/// An interaction with events still to come.
pub(super) struct Case {
    profile: Profile,
    told: Vec<Told>,
    /// The next one last.
    deliveries: Vec<Delivery>,
}

impl Case {
    /// Opens a case and fixes all that will happen to it up to `until`; both in minutes since the epoch.
    pub(super) fn open(dice: &mut Dice, number: u64, opened: i64, until: i64, customers: &Customers) -> Self {
        let profile = Profile::draw(dice, number, opened, customers);
        let mut told = profile.tell(dice, opened);
        told.retain(|event| event.minute <= until);
        // After the story, so that of its events one may overtake another whatever the meter tells between them.
        let costs = cost::tell(dice, &told);
        told.extend(costs);
        let deliveries = delivery::plan(dice, &told);
        Self { profile, told, deliveries }
    }

    /// When its next event arrives, in seconds since the epoch; `None` after the last.
    pub(super) fn next_arrival(&self) -> Option<i64> {
        self.deliveries.last().map(|delivery| delivery.at)
    }

    /// Takes the event that arrives next.
    pub(super) fn deliver(&mut self, customers: &Customers) -> Option<NewEvent> {
        let Delivery { event, altered, .. } = self.deliveries.pop()?;
        let told = self.told.get(event)?;
        let subject = self.profile.subject();
        Some(NewEvent {
            source: told.what.source().into(),
            id: told.id(&subject),
            kind: told.what.kind().into(),
            occurred_at: at_minute(told.minute),
            sequence: i64::from(told.sequence),
            customer: self.profile.customer.and_then(|index| customers.name(index)).map(Into::into),
            actor: told.actor,
            data: told.data(&subject, &self.profile, altered),
            subject,
        })
    }
}
