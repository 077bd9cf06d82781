//! A conversation counts when the AI resolved it, a lead when it is recommended: the semantics that HubSpot publishes for its agents. The
//! README tells the whole of it.

use assay_sdk::{Actor, Duration, Fact, Timeline, Timestamp, Verdict};

#[cfg(test)]
mod tests;

/// What happens in a conversation or to a lead.
#[derive(Debug, Clone, PartialEq, assay_sdk::Event)]
pub enum Contact {
    /// Somebody says something.
    #[event(kind = "message.sent")]
    Message,
    /// The conversation is resolved.
    #[event(kind = "ticket.resolved")]
    Resolved,
    /// It is not resolved after all.
    #[event(kind = "ticket.reopened")]
    Reopened,
    /// The AI passes it to people.
    #[event(kind = "conversation.handoff")]
    HandedOff,
    /// A person takes part.
    #[event(kind = "agent.joined")]
    Joined,
    /// The AI recommends a lead to the people who sell.
    #[event(kind = "lead.recommended")]
    Recommended,
}

/// What can be set.
#[derive(Debug, Clone, PartialEq, assay_sdk::Params)]
#[params(check = sensible)]
pub struct Settings {
    /// How long a resolution must last to count; a recommendation counts at once.
    #[param(default = "PT24H")]
    pub window: Duration,
}

/// Why a conversation or a lead counts or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, assay_sdk::Reason)]
pub enum Why {
    /// The AI resolved it, and it stayed so.
    Resolved,
    /// The lead was recommended.
    Recommended,
    /// It is not resolved.
    Unresolved,
    /// It is resolved, and the window is not over.
    AwaitingWindow,
    /// People took part before it was resolved.
    HandedOff,
}

fn sensible(settings: &Settings) -> Result<(), String> {
    if settings.window < Duration::ZERO {
        return Err("window is negative: set it to PT0S or longer".into());
    }
    Ok(())
}

/// The AI resolves a conversation and it stays so for a window, or recommends a lead.
#[assay_sdk::rule(title = "Conversation resolved or lead recommended (HubSpot)", unit = "result", classes = ["conversation", "lead"])]
pub fn hubspot(timeline: &Timeline<Contact>, settings: &Settings, as_of: Timestamp) -> Verdict<Why> {
    let mut resolution: Option<&Fact<Contact>> = None;
    for fact in &timeline.events {
        if resolution.is_some_and(|resolved| fact.at >= resolved.at + settings.window) {
            break;
        }
        match fact.event {
            Contact::Recommended => return Verdict::success(Why::Recommended, fact.at).class("lead").evidence(fact),
            Contact::HandedOff | Contact::Joined => return Verdict::failure(Why::HandedOff).evidence(fact),
            Contact::Message | Contact::Resolved if fact.actor == Actor::Human => {
                return Verdict::failure(Why::HandedOff).evidence(fact);
            }
            Contact::Resolved => resolution = resolution.or(Some(fact)),
            Contact::Reopened => resolution = None,
            // A thank-you is no new question, so words alone reopen nothing.
            Contact::Message => {}
        }
    }
    let Some(resolution) = resolution else {
        return Verdict::pending(Why::Unresolved);
    };
    let counts_at = resolution.at + settings.window;
    if as_of < counts_at {
        return Verdict::pending_until(Why::AwaitingWindow, counts_at).evidence(resolution);
    }
    Verdict::success(Why::Resolved, counts_at).class("conversation").evidence(resolution)
}
