//! What stays the same while an interaction lives: what sort it is, who began it, and why.

use assay_domain::{event::Actor, time::Timestamp};

use super::{
    at_minute, conversation,
    customers::Customers,
    dice::Dice,
    document, lead, story,
    told::Told,
    words::{CHANNELS, PRIORITIES, TOPICS},
};

/// Of ten thousand conversations: those by which the desk tries itself out, for no customer.
const TEST_TRAFFIC: u32 = 300;

/// What sort of interaction it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Incident,
    Conversation,
    Lead,
    Document,
}

impl Kind {
    /// Every kind, and how often of 100.
    const ALL: [(Self, u32); 4] = [(Self::Incident, 70), (Self::Conversation, 14), (Self::Lead, 9), (Self::Document, 7)];

    fn draw(dice: &mut Dice) -> Self {
        let index = dice.weighted(&Self::ALL.map(|(_, weight)| weight));
        Self::ALL.get(index).map_or(Self::Incident, |(kind, _)| *kind)
    }

    /// What its subjects begin with.
    fn prefix(self) -> &'static str {
        match self {
            Self::Incident => "INC",
            Self::Conversation => "CNV",
            Self::Lead => "LEA",
            Self::Document => "DOC",
        }
    }
}

/// What stays the same while an interaction lives.
pub(super) struct Profile {
    kind: Kind,
    /// From 1, in order of opening, whatever the kind.
    pub(super) number: u64,
    /// Whether nobody wants anything: the desk tries itself out.
    pub(super) test: bool,
    /// Index of the customer, if it names one.
    pub(super) customer: Option<usize>,
    pub(super) opened_at: Timestamp,
    /// The number of the caller, or of the lead.
    pub(super) person: u32,
    /// Indices into the desk's words; a lead and a document make nothing of them.
    pub(super) channel: usize,
    pub(super) topic: usize,
    pub(super) priority: usize,
}

impl Profile {
    /// Draws the profile of an interaction that begins at a minute since the epoch.
    pub(super) fn draw(dice: &mut Dice, number: u64, opened: i64, customers: &Customers) -> Self {
        let kind = Kind::draw(dice);
        let test = kind == Kind::Conversation && dice.chance(TEST_TRAFFIC);
        let topics = TOPICS.len() as u32;
        Self {
            kind,
            number,
            test,
            customer: customers.draw(dice).filter(|_| !test),
            opened_at: at_minute(opened),
            person: 1 + dice.below(5_000),
            channel: dice.weighted(&CHANNELS.map(|(_, weight)| weight)),
            // The lesser of two draws: early topics come up more often.
            topic: dice.below(topics).min(dice.below(topics)) as usize,
            priority: dice.weighted(&PRIORITIES.map(|(_, weight)| weight)),
        }
    }

    /// All that will happen, without end, from its opening in minutes since the epoch.
    pub(super) fn tell(&self, dice: &mut Dice, opened: i64) -> Vec<Told> {
        match self.kind {
            Kind::Incident => story::tell(dice, opened, self.opener(), self.reopenings()),
            Kind::Conversation => conversation::tell(dice, opened, self),
            Kind::Lead => lead::tell(dice, opened),
            Kind::Document => document::tell(dice, opened),
        }
    }

    /// Who writes a ticket down: whoever takes the call, or else the caller.
    fn opener(&self) -> Actor {
        if self.channel == 2 { Actor::Human } else { Actor::Customer }
    }

    /// How often in ten thousand what is resolved comes back: some customers are harder to please than others.
    pub(super) fn reopenings(&self) -> u32 {
        const BY_CUSTOMER: [u32; 5] = [600, 1_000, 400, 1_500, 800];
        self.customer.and_then(|index| BY_CUSTOMER.get(index % BY_CUSTOMER.len()).copied()).unwrap_or(700)
    }

    /// The key of the interaction.
    pub(super) fn subject(&self) -> String {
        format!("{}{:07}", self.kind.prefix(), self.number)
    }
}
