//! What happens to tickets, as it is told: mostly long ago, so that it belongs to months that have ended.

use assay_cli::session::SystemClock;
use assay_domain::{
    clock::Clock as _,
    period::BillingPeriod,
    time::{Duration, Timestamp},
};
use serde_json::json;

use crate::fuzz::Random;

/// Who has the tickets.
pub(super) const CUSTOMERS: [&str; 5] = ["acme", "globex", "hooli", "initech", "umbrella"];

const SECONDS_A_DAY: u64 = 86_400;

/// The kind of an event, when it happened, and the customer that it names.
type Happening = (&'static str, Timestamp, Option<&'static str>);

/// Makes up tickets.
pub(super) struct Teller {
    /// Where chance comes from.
    pub(super) random: Random,
    months: Vec<BillingPeriod>,
}

impl Teller {
    /// Of tickets that were opened in these months.
    pub(super) fn new(seed: u64, months: &[BillingPeriod]) -> Self {
        Self { random: Random::new(seed), months: months.to_owned() }
    }

    /// Every event of a ticket, each a line of JSON.
    pub(super) fn ticket(&mut self, number: u64) -> Vec<String> {
        let happenings = if self.random.once_in(10) { self.today() } else { self.long_ago() };
        happenings.iter().enumerate().map(|(place, happening)| line(number, place, happening)).collect()
    }

    fn customer(&mut self) -> &'static str {
        CUSTOMERS[self.random.index(CUSTOMERS.len())]
    }

    /// Its window is open when it is told, so that time decides.
    fn today(&mut self) -> Vec<Happening> {
        let now = SystemClock.now();
        let opened = now.plus(Duration::seconds(1).negated());
        vec![("ticket.opened", opened, Some(self.customer())), ("ticket.resolved", now, None)]
    }

    /// Reopened within the window it is resolved 20 days later, perhaps in another month; until its opening is told it may seem to be
    /// another customer's.
    fn long_ago(&mut self) -> Vec<Happening> {
        let month = *self.random.one_of(&self.months);
        let second = u32::try_from(self.random.below(27 * SECONDS_A_DAY)).expect("less than a month");
        let opened = month.start().plus(Duration::seconds(second));
        let resolved = opened.plus(Duration::hours(1));
        let (owner, other) = (self.customer(), self.customer());
        let named = self.random.once_in(8).then_some(other);
        let mut told = vec![("ticket.opened", opened, Some(owner)), ("ticket.resolved", resolved, named)];
        let reopened_after = [None, Some(Duration::seconds(1)), Some(Duration::hours(1))][self.random.index(3)];
        if let Some(length) = reopened_after {
            told.push(("ticket.reopened", resolved.plus(length), None));
            told.push(("ticket.resolved", resolved.plus(Duration::days(20)), None));
        }
        told.push(("ticket.closed", resolved.plus(Duration::days(25)), None));
        told
    }
}

fn line(number: u64, place: usize, (kind, at, customer): &Happening) -> String {
    let (id, subject) = (format!("E{number}-{place}"), format!("T{number}"));
    let mut event = json!({
        "id": id, "source": "chaos", "type": kind, "subject": subject, "time": at.to_string(), "sequence": place,
        "data": { "place": place },
    });
    if let Some(customer) = customer {
        event["customer"] = json!(customer);
    }
    event.to_string()
}

/// Puts items in any order.
pub(super) fn shuffle<T>(random: &mut Random, items: &mut [T]) {
    for last in (1..items.len()).rev() {
        items.swap(last, random.index(last + 1));
    }
}
