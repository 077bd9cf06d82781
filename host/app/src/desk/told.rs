//! What is told of an interaction, event by event, before anything befalls an event on its way.

use std::fmt;

use assay_domain::event::Actor;

use super::{body, cost::Cost, dice::Dice, document, lead, profile::Profile, story::Update, turn::Turn, words::GROUPS};

/// One event of an interaction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// Minutes since the epoch.
    pub(super) minute: i64,
    /// From 0, one more for each event of the same source.
    pub(super) sequence: u32,
    pub(super) actor: Actor,
    pub(super) what: What,
}

/// What an event tells. Small and of fixed size: texts are written when the event is delivered.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// The ticket after an update.
    Incident(Update),
    Conversation(Turn),
    Lead(lead::Step),
    Document(document::Step),
    Cost(Cost),
}

impl What {
    /// The system that tells it.
    pub(super) fn source(&self) -> &'static str {
        match self {
            Self::Incident(_) => "desk",
            Self::Conversation(_) => "chat",
            Self::Lead(_) => "crm",
            Self::Document(_) => "documents",
            Self::Cost(_) => "meter",
        }
    }

    /// The type of its event.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Incident(_) => "incident.updated",
            Self::Conversation(turn) => turn.kind(),
            Self::Lead(step) => step.kind(),
            Self::Document(step) => step.kind(),
            Self::Cost(_) => "cost.incurred",
        }
    }
}

impl Told {
    /// Unique among all that the desk tells, whatever its source.
    pub(super) fn id(&self, subject: &str) -> String {
        match self.what {
            What::Cost(_) => format!("{subject}-cost-{}", self.sequence),
            _ => format!("{subject}-{}", self.sequence),
        }
    }

    /// The data as a JSON object; altered, it is another one.
    pub(super) fn data(&self, subject: &str, profile: &Profile, altered: bool) -> String {
        match &self.what {
            What::Incident(update) => body::write(subject, profile, self, update, altered),
            What::Conversation(turn) => turn.data(altered),
            What::Lead(step) => step.data(profile, altered),
            What::Document(step) => step.data(altered),
            What::Cost(cost) => cost.data(altered),
        }
    }
}

/// A JSON object with further fields, each with a comma before it. What comes altered says that it is the second revision.
pub(super) fn object(altered: bool, fields: fmt::Arguments<'_>) -> String {
    let revision = if altered { 2 } else { 1 };
    format!("{{\"revision\":{revision}{fields}}}")
}

/// Tells the events of an interaction one after the other.
pub(super) struct Teller<'d> {
    pub(super) dice: &'d mut Dice,
    /// The time it has come to, in minutes since the epoch.
    pub(super) minute: i64,
    told: Vec<Told>,
}

impl<'d> Teller<'d> {
    /// Starts at a minute since the epoch, with nothing told.
    pub(super) fn new(dice: &'d mut Dice, minute: i64) -> Self {
        Self { dice, minute, told: Vec::new() }
    }

    /// Tells what happens now.
    pub(super) fn say(&mut self, actor: Actor, what: What) {
        let sequence = u32::try_from(self.told.len()).unwrap_or(u32::MAX);
        self.told.push(Told { minute: self.minute, sequence, actor, what });
    }

    /// Lets minutes pass, from `low` to `high`.
    pub(super) fn wait(&mut self, low: i64, high: i64) {
        self.minute += self.dice.between(low, high);
    }

    /// Lets minutes pass, mostly near `typical`.
    pub(super) fn wait_about(&mut self, typical: i64) {
        self.minute += self.dice.skewed(typical);
    }

    /// Draws a group of people, as an index: any but the AI agent's.
    pub(super) fn people(&mut self) -> usize {
        1 + self.dice.below(GROUPS.len() as u32 - 1) as usize
    }

    /// All that was told.
    pub(super) fn end(self) -> Vec<Told> {
        self.told
    }
}
