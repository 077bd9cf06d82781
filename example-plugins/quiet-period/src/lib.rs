//! A conversation is resolved when nothing at all happens to it for three days and no person took part. The README tells the whole of it, and
//! why such a rule needs an absolute deadline.

use assay_sdk::{Actor, Duration, Fact, Timeline, Timestamp, Verdict};

#[cfg(test)]
mod tests;

/// What happens to a conversation: any of it starts the quiet period anew.
#[derive(Debug, Clone, PartialEq, assay_sdk::Event)]
pub enum Conversation {
    /// It begins.
    #[event(kind = "ticket.opened")]
    Opened,
    /// Somebody says something.
    #[event(kind = "message.sent")]
    Message,
    /// It is resolved.
    #[event(kind = "ticket.resolved")]
    Resolved,
    /// It is not resolved after all.
    #[event(kind = "ticket.reopened")]
    Reopened,
    /// The customer says how satisfied they are.
    #[event(kind = "csat.submitted")]
    Scored,
    /// The AI passes it to people.
    #[event(kind = "conversation.handoff")]
    HandedOff,
    /// A person takes part.
    #[event(kind = "agent.joined")]
    Joined,
}

/// What can be set.
#[derive(Debug, Clone, PartialEq, assay_sdk::Params)]
#[params(check = sensible)]
pub struct Settings {
    /// How long nothing happens.
    #[param(default = "PT72H")]
    pub quiet: Duration,
}

/// Why a conversation counts or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, assay_sdk::Reason)]
pub enum Why {
    /// Nothing happened for the whole quiet period.
    Quiet,
    /// Something happened less than a quiet period ago.
    AwaitingQuiet,
    /// People took part.
    Escalated,
    /// The AI took no part in it.
    Untouched,
}

fn sensible(settings: &Settings) -> Result<(), String> {
    if settings.quiet < Duration::ZERO {
        return Err("quiet is negative: set it to PT0S or longer".into());
    }
    Ok(())
}

/// Nothing happens for a quiet period, and no person took part.
#[assay_sdk::rule(title = "Conversation falls quiet", unit = "quiet conversation")]
pub fn quiet_period(timeline: &Timeline<Conversation>, settings: &Settings, as_of: Timestamp) -> Verdict<Why> {
    let mut last: Option<&Fact<Conversation>> = None;
    let mut is_touched = false;
    for fact in &timeline.events {
        if last.is_some_and(|last| fact.at >= last.at + settings.quiet) {
            break;
        }
        let is_people = fact.actor == Actor::Human || matches!(fact.event, Conversation::HandedOff | Conversation::Joined);
        if is_people {
            return Verdict::failure(Why::Escalated).evidence(fact);
        }
        is_touched |= fact.actor == Actor::Ai;
        last = Some(fact);
    }
    let Some(last) = last else {
        return Verdict::pending(Why::AwaitingQuiet);
    };
    let quiet_at = last.at + settings.quiet;
    if as_of < quiet_at {
        Verdict::pending_until(Why::AwaitingQuiet, quiet_at).evidence(last)
    } else if is_touched {
        Verdict::success(Why::Quiet, quiet_at).evidence(last)
    } else {
        Verdict::not_eligible(Why::Untouched).evidence(last)
    }
}
