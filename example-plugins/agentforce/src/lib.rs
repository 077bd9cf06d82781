//! A conversation is billed when, a day after it began, the AI has answered, nobody was called in and the customer did not complain: the
//! semantics that Salesforce publishes for Agentforce. The README tells the whole of it.

use assay_sdk::{Actor, Duration, Fact, Timeline, Timestamp, Verdict};

#[cfg(test)]
mod tests;

/// What happens in a conversation.
#[derive(Debug, Clone, PartialEq, assay_sdk::Event)]
pub enum Conversation {
    /// It begins.
    #[event(kind = "ticket.opened")]
    Opened,
    /// Somebody says something.
    #[event(kind = "message.sent")]
    Message,
    /// The AI passes it to people.
    #[event(kind = "conversation.handoff")]
    HandedOff,
    /// A person takes part.
    #[event(kind = "agent.joined")]
    Joined,
    /// The customer says how satisfied they are.
    #[event(kind = "csat.submitted")]
    Scored {
        /// On the survey's own scale: more is better.
        #[field(path = "/score")]
        score: i64,
    },
    /// The customer's thumb, up or down.
    #[event(kind = "feedback.given")]
    Feedback {
        /// Whether it is up.
        #[field(path = "/positive")]
        positive: bool,
    },
}

/// What can be set.
#[derive(Debug, Clone, PartialEq, assay_sdk::Params)]
#[params(check = sensible)]
pub struct Settings {
    /// How long after its beginning a conversation is looked at.
    #[param(default = "PT24H")]
    pub window: Duration,
    /// A score up to this is negative feedback.
    #[param(default = 2)]
    pub negative: i64,
}

/// Why a conversation counts or not: what is not billed is listed with one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, assay_sdk::Reason)]
pub enum Why {
    /// The AI answered, and neither people nor a complaint came.
    Handled,
    /// The day is not over.
    AwaitingWindow,
    /// The AI said nothing within the window.
    Unanswered,
    /// People took over within the window.
    Escalated,
    /// The customer gave negative feedback within the window.
    NegativeFeedback,
}

fn sensible(settings: &Settings) -> Result<(), String> {
    if settings.window < Duration::ZERO {
        return Err("window is negative: set it to PT0S or longer".into());
    }
    Ok(())
}

/// Within a window from the beginning the AI answers, and neither people nor a complaint come.
#[assay_sdk::rule(title = "Conversation handled by the agent (Agentforce)", unit = "conversation")]
pub fn agentforce(timeline: &Timeline<Conversation>, settings: &Settings, as_of: Timestamp) -> Verdict<Why> {
    let begins = |fact: &&Fact<Conversation>| matches!(fact.event, Conversation::Opened | Conversation::Message);
    let Some(first) = timeline.events.iter().find(begins) else {
        return Verdict::pending(Why::Unanswered);
    };
    let over_at = first.at + settings.window;
    let mut answer = None;
    for fact in timeline.events.iter().filter(|fact| fact.at < over_at) {
        match fact.event {
            Conversation::HandedOff | Conversation::Joined => return Verdict::failure(Why::Escalated).evidence(fact),
            Conversation::Message if fact.actor == Actor::Human => return Verdict::failure(Why::Escalated).evidence(fact),
            Conversation::Message if fact.actor == Actor::Ai => answer = Some(fact),
            Conversation::Scored { score } if score <= settings.negative => {
                return Verdict::failure(Why::NegativeFeedback).evidence(fact);
            }
            Conversation::Feedback { positive: false } => return Verdict::failure(Why::NegativeFeedback).evidence(fact),
            _ => {}
        }
    }
    if as_of < over_at {
        return Verdict::pending_until(Why::AwaitingWindow, over_at).evidence(first);
    }
    match answer {
        Some(answer) => Verdict::success(Why::Handled, over_at).evidence(answer),
        None => Verdict::failure(Why::Unanswered).evidence(first),
    }
}
