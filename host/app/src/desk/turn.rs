//! One thing that happens in a conversation, and how the chat tells it.

use super::{told::object, words::GROUPS};

/// One thing that happens in a conversation.
#[derive(Debug, Clone, Copy)]
pub(super) enum Turn {
    Opened,
    /// A text.
    Message(&'static str),
    /// To a group, as an index.
    Handoff(usize),
    /// An agent, by number.
    Joined(u32),
    Resolved,
    Reopened,
    /// From 1 to 5, with a comment.
    Scored(usize, &'static str),
}

impl Turn {
    /// The type of its event.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Opened => "ticket.opened",
            Self::Message(_) => "message.sent",
            Self::Handoff(_) => "conversation.handoff",
            Self::Joined(_) => "agent.joined",
            Self::Resolved => "ticket.resolved",
            Self::Reopened => "ticket.reopened",
            Self::Scored(..) => "csat.submitted",
        }
    }

    /// The data of its event; altered, a good score is a bad one.
    pub(super) fn data(&self, altered: bool) -> String {
        match *self {
            Self::Opened => object(altered, format_args!(",\"channel\":\"Web chat\"")),
            Self::Message(text) => object(altered, format_args!(",\"text\":\"{text}\"")),
            Self::Handoff(group) => {
                let group = GROUPS.get(group).copied().unwrap_or_default();
                object(altered, format_args!(",\"to\":\"{group}\""))
            }
            Self::Joined(agent) => object(altered, format_args!(",\"agent\":\"Agent {agent}\"")),
            Self::Resolved | Self::Reopened => object(altered, format_args!("")),
            Self::Scored(score, comment) => {
                let score = if altered { 6_usize.saturating_sub(score) } else { score };
                object(altered, format_args!(",\"score\":{score},\"comment\":\"{comment}\""))
            }
        }
    }
}
