//! What can happen next.

mod billing;
mod people;
mod prepaid;
mod terms;

use super::{
    site::start,
    world::{ORDINARY, Odds, World},
};
use crate::fuzz::Random;

/// A pass commits now and then more than once: when it is the first of an engine, and when a budget was spent.
const PASS: Odds = Odds { once_in: 5, moments: 2 };
/// More retries than this could suspend a version that only faults, and a simulation has too few events to tell what that does.
const RETRIES_MAX: u64 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Tell,
    Wait,
    Judge,
    Bill,
    Supersede,
    Assign,
    Merge,
    Define,
    Agree,
    Pay,
    Void,
    Grant,
    Retry,
}

/// Every step, what it is called, and how often it comes.
const STEPS: [(Step, &str, u64); 13] = [
    (Step::Tell, "events are told", 28),
    (Step::Wait, "time passes", 20),
    (Step::Judge, "everything is judged", 12),
    (Step::Bill, "a month is billed", 14),
    (Step::Supersede, "an event is superseded", 5),
    (Step::Assign, "an interaction is assigned", 4),
    (Step::Merge, "a customer is merged", 2),
    (Step::Define, "a version is defined", 3),
    (Step::Agree, "a customer agrees", 5),
    (Step::Pay, "an invoice is paid", 3),
    (Step::Void, "an invoice is voided", 4),
    (Step::Grant, "credit is granted", 4),
    (Step::Retry, "faults are retried", 2),
];

impl Step {
    pub(super) fn draw(random: &mut Random) -> Self {
        let mut left = random.below(STEPS.iter().map(|(.., weight)| weight).sum());
        for (step, _, weight) in STEPS {
            if left < weight {
                return step;
            }
            left -= weight;
        }
        Self::Wait
    }

    pub(super) fn name(self) -> &'static str {
        STEPS.iter().find(|(step, ..)| *step == self).map_or("nothing", |(_, name, _)| name)
    }
}

impl World {
    /// Takes a step, if it can be taken now.
    pub(super) async fn take(&mut self, step: Step) -> Result<bool, String> {
        match step {
            Step::Tell => self.tell().await.map(|()| true),
            Step::Wait => Ok(self.wait()),
            Step::Judge => self.judge().await.map(|()| true),
            Step::Bill => self.bill_some_month().await,
            Step::Supersede => self.supersede().await,
            Step::Assign => self.assign().await,
            Step::Merge => self.merge().await,
            Step::Define => self.define_next().await.map(|()| true),
            Step::Agree => self.agree().await,
            Step::Pay => self.pay().await,
            Step::Void => self.void().await,
            Step::Grant => self.grant().await,
            Step::Retry => self.retry().await,
        }
    }

    /// Events are recorded, and what becomes of each is what must.
    async fn tell(&mut self) -> Result<(), String> {
        let batch = self.draw_batch();
        for event in &batch {
            let customer = event.customer.as_deref().unwrap_or("-");
            let place = format!("{} {} {}", event.occurred_at, event.sequence, event.source);
            self.say(format!("    {} {} {place} {} {customer} {}", event.subject, event.kind, event.id, event.data));
        }
        let told = self.must(ORDINARY, async |assay, caller| assay.ingest(caller, batch.clone()).await).await?;
        let found: Vec<&str> = told.iter().map(|disposition| disposition.name()).collect();
        let mut expected = self.model.tell(&batch, self.now);
        if self.was_done {
            expected.iter_mut().filter(|name| **name == "accepted").for_each(|name| *name = "duplicate");
        }
        if found == expected { Ok(()) } else { Err(format!("{found:?} became of the events, not {expected:?}")) }
    }

    /// A while, some days, or weeks; ten months at most.
    fn wait(&mut self) -> bool {
        let days = self.now.since(start()).micros() / 86_400_000_000;
        let minutes = match self.random.below(5) {
            _ if days > 300 => self.random.between(1, 180),
            0 | 1 => self.random.between(1, 180),
            2 | 3 => self.random.between(1, 5 * 24 * 60),
            _ => self.random.between(15 * 24 * 60, 40 * 24 * 60),
        };
        self.pass_minutes(minutes);
        true
    }

    /// Everything that waits is judged, and stands as it must.
    pub(super) async fn judge(&mut self) -> Result<(), String> {
        self.must(PASS, async |assay, caller| assay.drain(caller, |_| {}).await).await?;
        self.model.judge(self.now);
        self.check_standing().await
    }

    async fn retry(&mut self) -> Result<bool, String> {
        if self.tally.steps(Step::Retry.name()) >= RETRIES_MAX {
            return Ok(false);
        }
        self.must(ORDINARY, async |assay, caller| assay.retry_faulted(caller, None).await).await?;
        Ok(true)
    }
}
