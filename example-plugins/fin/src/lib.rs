//! A conversation is resolved when the customer confirms the AI's answer, or leaves without asking for more: the semantics that Intercom
//! publishes for Fin. The README tells the whole of it.

use assay_sdk::{Actor, Duration, Fact, Timeline, Timestamp, Verdict};

#[cfg(test)]
mod tests;

/// What happens in a conversation.
#[derive(Debug, Clone, PartialEq, assay_sdk::Event)]
pub enum Conversation {
    /// Somebody says something.
    #[event(kind = "message.sent")]
    Message {
        /// `greeting` is no answer; anything else is one.
        #[field(path = "/intent")]
        intent: Option<String>,
    },
    /// The customer says that the answer helped.
    #[event(kind = "conversation.confirmed")]
    Confirmed,
    /// It is marked as resolved: by the customer, that is a confirmation.
    #[event(kind = "ticket.resolved")]
    Resolved,
    /// The customer comes back.
    #[event(kind = "ticket.reopened")]
    Reopened,
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
    /// How long after the AI's last answer a customer who says nothing has left satisfied.
    #[param(default = "PT24H")]
    pub window: Duration,
}

/// Why a conversation counts or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, assay_sdk::Reason)]
pub enum Why {
    /// The customer said that the answer helped.
    Confirmed,
    /// The customer left after the answer without asking for more.
    Assumed,
    /// The AI has not answered what was asked last.
    Unanswered,
    /// It was answered, and the customer may still ask for more.
    AwaitingWindow,
    /// People took over.
    HandedOff,
}

fn sensible(settings: &Settings) -> Result<(), String> {
    if settings.window < Duration::ZERO {
        return Err("window is negative: set it to PT0S or longer".into());
    }
    Ok(())
}

/// The customer confirms the AI's answer, or leaves without asking for more.
#[assay_sdk::rule(title = "Conversation resolved by the AI (Fin)", unit = "resolution")]
pub fn fin(timeline: &Timeline<Conversation>, settings: &Settings, as_of: Timestamp) -> Verdict<Why> {
    let mut answer: Option<&Fact<Conversation>> = None;
    let mut confirmation: Option<&Fact<Conversation>> = None;
    for fact in &timeline.events {
        let is_people = fact.actor == Actor::Human && matches!(fact.event, Conversation::Message { .. });
        match &fact.event {
            Conversation::HandedOff | Conversation::Joined => return Verdict::failure(Why::HandedOff).evidence(fact),
            _ if is_people => return Verdict::failure(Why::HandedOff).evidence(fact),
            Conversation::Message { intent } if fact.actor == Actor::Ai => {
                if intent.as_deref() != Some("greeting") {
                    (answer, confirmation) = (Some(fact), None);
                }
            }
            // Whoever asks on, or comes back however late, has not been helped yet.
            Conversation::Message { .. } | Conversation::Reopened => (answer, confirmation) = (None, None),
            Conversation::Confirmed => confirmation = confirmation.or(answer.map(|_| fact)),
            Conversation::Resolved if fact.actor == Actor::Customer => confirmation = confirmation.or(answer.map(|_| fact)),
            Conversation::Resolved => {}
        }
    }
    let Some(answer) = answer else {
        return Verdict::pending(Why::Unanswered);
    };
    let left_at = answer.at + settings.window;
    match confirmation {
        Some(said) if said.at <= left_at => Verdict::success(Why::Confirmed, said.at).evidence(answer).evidence(said),
        _ if as_of < left_at => Verdict::pending_until(Why::AwaitingWindow, left_at).evidence(answer),
        _ => Verdict::success(Why::Assumed, left_at).evidence(answer),
    }
}
