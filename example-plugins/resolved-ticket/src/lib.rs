//! A ticket is resolved when it stays resolved: not reopened within a window. The README tells the whole of its semantics.

use assay_sdk::{Duration, Fact, Timeline, Timestamp, Verdict};

#[cfg(test)]
mod tests;

/// What happens to a ticket, as a service desk logs it or as a conversation tells it.
#[derive(Debug, Clone, PartialEq, assay_sdk::Event)]
pub enum Ticket {
    /// The state of an incident after one update.
    #[event(kind = "incident.updated")]
    Incident {
        /// "Resolved" and "Closed" are resolved; any other is not.
        #[field(path = "/incident_state")]
        state: String,
        /// How often it was reopened so far.
        #[field(path = "/reopen_count")]
        reopens: Option<i64>,
        /// How often it changed hands so far.
        #[field(path = "/reassignment_count")]
        reassignments: Option<i64>,
    },
    /// The ticket exists and is not resolved.
    #[event(kind = "ticket.opened")]
    Opened,
    /// It changed hands once more.
    #[event(kind = "ticket.reassigned")]
    Reassigned,
    /// It is resolved.
    #[event(kind = "ticket.resolved")]
    Resolved,
    /// It is closed, which is resolved too.
    #[event(kind = "ticket.closed")]
    Closed,
    /// It is not resolved after all.
    #[event(kind = "ticket.reopened")]
    Reopened,
}

/// What can be set.
#[derive(Debug, Clone, PartialEq, assay_sdk::Params)]
#[params(check = sensible)]
pub struct Settings {
    /// How long a resolution must last to count.
    #[param(default = "PT24H")]
    pub window: Duration,
    /// Whether a reopened ticket may count once it is resolved again.
    #[param(default = true)]
    pub retry: bool,
    /// A ticket that changed hands more often than this before it was resolved counts as escalated; no limit when absent.
    pub max_reassignments: Option<i64>,
}

/// Why a ticket counts or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, assay_sdk::Reason)]
pub enum Why {
    /// It was resolved and stayed so for the whole window.
    Resolved,
    /// It is not resolved.
    Unresolved,
    /// It is resolved, and the window is not over.
    AwaitingWindow,
    /// It was reopened within the window, and a second try does not count.
    Reopened,
    /// It changed hands too often before it was resolved.
    Escalated,
}

fn sensible(settings: &Settings) -> Result<(), String> {
    if settings.window < Duration::ZERO {
        return Err("window is negative: set it to PT0S or longer".into());
    }
    if settings.max_reassignments.is_some_and(|most| most < 0) {
        return Err("max-reassignments is negative: set it to 0 or more".into());
    }
    Ok(())
}

/// What the events so far say about the ticket.
#[derive(Default)]
struct Standing {
    resolved: bool,
    /// The most reopenings any event told of; nothing before the first that tells.
    reopens: Option<i64>,
    reassignments: i64,
}

impl Standing {
    /// Takes an event in; true when it tells of a reopening that none before it told of.
    fn reopened_by(&mut self, event: &Ticket) -> bool {
        match event {
            Ticket::Incident { state, reopens, reassignments } => {
                self.resolved = matches!(state.as_str(), "Resolved" | "Closed");
                self.reassignments = reassignments.unwrap_or(self.reassignments);
                let risen = self.reopens.is_some_and(|before| reopens.is_some_and(|now| now > before));
                self.reopens = self.reopens.max(*reopens);
                risen
            }
            Ticket::Reassigned => {
                self.reassignments = self.reassignments.saturating_add(1);
                false
            }
            Ticket::Opened => {
                self.resolved = false;
                false
            }
            Ticket::Resolved | Ticket::Closed => {
                self.resolved = true;
                false
            }
            Ticket::Reopened => {
                self.resolved = false;
                self.reopens = self.reopens.map(|before| before.saturating_add(1));
                true
            }
        }
    }
}

/// A ticket is resolved and not reopened within a window.
#[assay_sdk::rule(title = "Ticket stays resolved", unit = "resolution")]
pub fn resolved_ticket(timeline: &Timeline<Ticket>, settings: &Settings, as_of: Timestamp) -> Verdict<Why> {
    let mut ticket = Standing::default();
    let mut candidate: Option<&Fact<Ticket>> = None;
    for fact in &timeline.events {
        if candidate.is_some_and(|resolution| fact.at >= resolution.at + settings.window) {
            break;
        }
        let reopened = ticket.reopened_by(&fact.event);
        if let Some(resolution) = candidate
            && (reopened || !ticket.resolved)
        {
            if !settings.retry {
                return Verdict::failure(Why::Reopened).evidence(resolution).evidence(fact);
            }
            candidate = None;
        }
        if ticket.resolved && candidate.is_none() {
            if settings.max_reassignments.is_some_and(|most| ticket.reassignments > most) {
                return Verdict::failure(Why::Escalated).evidence(fact);
            }
            candidate = Some(fact);
        }
    }
    let Some(resolution) = candidate else {
        return Verdict::pending(Why::Unresolved);
    };
    let succeeds_at = resolution.at + settings.window;
    if as_of < succeeds_at {
        Verdict::pending_until(Why::AwaitingWindow, succeeds_at).evidence(resolution)
    } else {
        Verdict::success(Why::Resolved, succeeds_at).evidence(resolution)
    }
}
