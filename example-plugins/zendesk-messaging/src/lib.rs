//! A conversation is resolved when nobody says anything for three days, no person took part, and a check finds the answers relevant: the
//! semantics that Zendesk publishes for automated resolutions in messaging. The README tells the whole of it.

use assay_sdk::{Actor, Duration, Fact, Timeline, Timestamp, Verdict};

#[cfg(test)]
mod tests;

/// What happens in a conversation.
#[derive(Debug, Clone, PartialEq, assay_sdk::Event)]
pub enum Conversation {
    /// Somebody says something.
    #[event(kind = "message.sent")]
    Message,
    /// A check of the whole conversation says whether the AI's answers were to the point.
    #[event(kind = "resolution.checked")]
    Checked {
        /// Whether they were.
        #[field(path = "/relevant")]
        relevant: bool,
    },
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
    /// How long nobody says anything before a conversation is over.
    #[param(default = "PT72H")]
    pub window: Duration,
    /// What makes a resolution a verified one: required, the check of its relevance; assumed, nothing more.
    #[param(default = "required")]
    pub relevance: String,
}

/// Why a conversation counts or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, assay_sdk::Reason)]
pub enum Why {
    /// It ended without people, and the check found the answers relevant.
    Verified,
    /// It ended without people, and no check has said that the answers were relevant.
    Contained,
    /// The check found that the answers were not relevant.
    Irrelevant,
    /// The AI has not answered what was said last.
    Unanswered,
    /// It was answered, and the window is not over.
    AwaitingWindow,
    /// People took over.
    Escalated,
}

fn sensible(settings: &Settings) -> Result<(), String> {
    if settings.window < Duration::ZERO {
        return Err("window is negative: set it to PT0S or longer".into());
    }
    match settings.relevance.as_str() {
        "required" | "assumed" => Ok(()),
        _ => Err("relevance is unknown: set it to required or assumed".into()),
    }
}

/// Nobody says anything for a window, no person took part, and the answers were relevant.
#[assay_sdk::rule(title = "Messaging resolved by the AI (Zendesk)", unit = "automated resolution", classes = ["verified", "contained"])]
pub fn zendesk_messaging(timeline: &Timeline<Conversation>, settings: &Settings, as_of: Timestamp) -> Verdict<Why> {
    let mut last: Option<&Fact<Conversation>> = None;
    let mut check: Option<(&Fact<Conversation>, bool)> = None;
    for fact in &timeline.events {
        let is_over = last.is_some_and(|last| last.actor == Actor::Ai && fact.at >= last.at + settings.window);
        match fact.event {
            Conversation::Checked { relevant } => check = check.or(Some((fact, relevant))),
            // What comes after the end is another conversation.
            _ if is_over => {}
            Conversation::Message if fact.actor != Actor::Human => (last, check) = (Some(fact), None),
            Conversation::Message | Conversation::HandedOff | Conversation::Joined => {
                return Verdict::failure(Why::Escalated).evidence(fact);
            }
        }
    }
    let Some(last) = last.filter(|last| last.actor == Actor::Ai) else {
        return Verdict::pending(Why::Unanswered);
    };
    let over_at = last.at + settings.window;
    if as_of < over_at {
        return Verdict::pending_until(Why::AwaitingWindow, over_at).evidence(last);
    }
    match check {
        Some((check, false)) => Verdict::failure(Why::Irrelevant).evidence(last).evidence(check),
        Some((check, true)) => Verdict::success(Why::Verified, over_at.max(check.at)).class("verified").evidence(last).evidence(check),
        None if settings.relevance == "assumed" => Verdict::success(Why::Verified, over_at).class("verified").evidence(last),
        None => Verdict::success(Why::Contained, over_at).class("contained").evidence(last),
    }
}
