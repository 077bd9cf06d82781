//! A ticket is resolved when, three days after its first message, no person has taken part and the AI has had the last word: the semantics
//! that Zendesk publishes for automated resolutions of tickets. The README tells the whole of it.

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
    /// How long after its first message a ticket is looked at.
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

/// So long after the first message no person has taken part, and the answers were relevant.
#[assay_sdk::rule(title = "Ticket resolved by the AI (Zendesk)", unit = "automated resolution", classes = ["verified", "contained"])]
pub fn zendesk_ticket(timeline: &Timeline<Conversation>, settings: &Settings, as_of: Timestamp) -> Verdict<Why> {
    let is_said = |fact: &&Fact<Conversation>| fact.event == Conversation::Message;
    let Some(first) = timeline.events.iter().find(is_said) else {
        return Verdict::pending(Why::Unanswered);
    };
    let looked_at = first.at + settings.window;
    let within = || timeline.events.iter().filter(|fact| fact.at < looked_at);
    let is_people = |fact: &&Fact<Conversation>| match fact.event {
        Conversation::Message => fact.actor == Actor::Human,
        Conversation::HandedOff | Conversation::Joined => true,
        Conversation::Checked { .. } => false,
    };
    if let Some(people) = within().find(is_people) {
        return Verdict::failure(Why::Escalated).evidence(people);
    }
    if as_of < looked_at {
        return Verdict::pending_until(Why::AwaitingWindow, looked_at).evidence(first);
    }
    let Some(last) = within().rfind(is_said).filter(|last| last.actor == Actor::Ai) else {
        return Verdict::failure(Why::Unanswered).evidence(first);
    };
    let check = timeline.events.iter().find_map(|fact| match fact.event {
        Conversation::Checked { relevant } if fact.reference() > last.reference() => Some((fact, relevant)),
        _ => None,
    });
    match check {
        Some((check, false)) => Verdict::failure(Why::Irrelevant).evidence(last).evidence(check),
        Some((check, true)) => Verdict::success(Why::Verified, looked_at.max(check.at)).class("verified").evidence(last).evidence(check),
        None if settings.relevance == "assumed" => Verdict::success(Why::Verified, looked_at).class("verified").evidence(last),
        None => Verdict::success(Why::Contained, looked_at).class("contained").evidence(last),
    }
}
