//! The crate `resolved-ticket` itself, compiled for this machine: the floor, and the answers that all others must give.
//!
//! Once: the settings. Each evaluation: the timeline from the updates, the rule.

use anyhow::{Result, bail};
use assay_sdk::{Actor, Decision, Duration, Timeline, Timestamp};
use resolved_ticket::{Settings, Ticket, resolved_ticket};

use super::Peer;
use crate::case::{Answer, Case, Update, WINDOW};

pub(super) struct Native(Settings);

impl Native {
    pub(super) fn new() -> Self {
        Self(Settings { window: Duration::from_micros(WINDOW), retry: true, max_reassignments: None })
    }
}

impl Peer for Native {
    fn name(&self) -> &str {
        "native Rust"
    }

    fn judge(&mut self, case: &Case) -> Result<Answer> {
        let timeline = Timeline::new(case.updates.iter().map(|update| (Timestamp::from_micros(update.at), Actor::Human, ticket(update))));
        let verdict = resolved_ticket(&timeline, &self.0, Timestamp::from_micros(case.as_of));
        match verdict.decision() {
            Decision::Success(success) => Ok(Answer::Success(success.at.as_micros())),
            Decision::Pending(wake) => Ok(Answer::Pending(wake.map(Timestamp::as_micros))),
            Decision::Failure => Ok(Answer::Failure),
            other => bail!("the rule decides {other:?}"),
        }
    }
}

fn ticket(update: &Update) -> Ticket {
    Ticket::Incident { state: update.state.into(), reopens: update.reopens, reassignments: update.reassignments }
}
