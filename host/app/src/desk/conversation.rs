//! What happens in one conversation, from its opening to the customer's score, or to wherever it is left.

use assay_domain::event::Actor;

use super::{
    dice::Dice,
    phrases::{ANSWERS, COMPLAINTS, GREETINGS, INQUIRIES, PRAISE, TESTS},
    profile::Profile,
    told::{Teller, Told, What},
    turn::Turn,
    words::TOPICS,
};

/// Minutes in a day.
const DAY: i64 = 24 * 60;
const REOPENINGS_MAX: u32 = 2;
/// Of ten thousand conversations: those in which nothing follows the greeting.
const GREETING_ONLY: u32 = 600;
/// Those that the AI agent hands to people.
const HANDED_OVER: u32 = 3_000;
/// Of ten thousand times somebody might resolve it: those that nobody does.
const LEFT: u32 = 1_000;
/// Those at which the customer gives a score before.
const SCORED_EARLY: u32 = 400;
/// Of ten thousand resolved conversations: those that get a score.
const SCORED: u32 = 3_000;
/// Of ten thousand scores: those that the customer changes.
const SCORED_AGAIN: u32 = 1_000;
/// How often of 100 the scores 1 to 5 are given.
const SCORES: [u32; 5] = [8, 6, 12, 28, 46];

/// Tells all of a conversation opened at a minute since the epoch.
pub(super) fn tell(dice: &mut Dice, opened: i64, profile: &Profile) -> Vec<Told> {
    let mut talk = Talk { teller: Teller::new(dice, opened), solver: Actor::Ai };
    talk.turn(Actor::Customer, Turn::Opened);
    if talk.teller.dice.chance(GREETING_ONLY) {
        talk.message(Actor::Customer, 1, &GREETINGS);
        return talk.teller.end();
    }
    talk.ask(profile);
    talk.exchange(5_000);
    if talk.teller.dice.chance(HANDED_OVER) {
        talk.hand_over();
    }
    talk.settle(profile.reopenings());
    talk.teller.end()
}

struct Talk<'d> {
    teller: Teller<'d>,
    /// Who answers: the AI agent until it hands over.
    solver: Actor,
}

impl Talk<'_> {
    fn turn(&mut self, actor: Actor, turn: Turn) {
        self.teller.say(actor, What::Conversation(turn));
    }

    fn message(&mut self, actor: Actor, within: i64, texts: &[&'static str]) {
        self.teller.wait(0, within);
        let text = self.teller.dice.pick(texts);
        self.turn(actor, Turn::Message(text));
    }

    /// The customer says what is the matter.
    fn ask(&mut self, profile: &Profile) {
        match TOPICS.get(profile.topic) {
            Some(topic) if !profile.test => self.message(Actor::Customer, 1, &[topic.text]),
            _ => self.message(Actor::Customer, 1, &TESTS),
        }
    }

    /// The customer is answered, and this often in ten thousand asks on.
    fn exchange(&mut self, asks_on: u32) {
        self.message(self.solver, 2, &ANSWERS);
        while self.teller.dice.chance(asks_on) {
            self.message(Actor::Customer, 9, &INQUIRIES);
            self.message(self.solver, 2, &ANSWERS);
        }
    }

    /// Passes the conversation from the AI agent to people.
    fn hand_over(&mut self) {
        let group = self.teller.people();
        self.turn(Actor::Ai, Turn::Handoff(group));
        self.teller.wait_about(8);
        let agent = 1 + self.teller.dice.below(40);
        self.turn(Actor::Human, Turn::Joined(agent));
        self.solver = Actor::Human;
        self.exchange(4_000);
    }

    /// Resolves the conversation, again each time the customer comes back; some are left as they are.
    fn settle(&mut self, reopenings: u32) {
        for reopened in 0..=REOPENINGS_MAX {
            if self.teller.dice.chance(LEFT) {
                return;
            }
            if self.teller.dice.chance(SCORED_EARLY) {
                self.score(1, 20);
            }
            self.teller.wait(0, 15);
            self.turn(self.solver, Turn::Resolved);
            if reopened == REOPENINGS_MAX || !self.teller.dice.chance(reopenings) {
                break;
            }
            self.reopen();
        }
        self.survey();
    }

    /// The customer comes back; people take over what the AI agent could not settle.
    fn reopen(&mut self) {
        self.teller.wait(10, 4 * DAY);
        self.turn(Actor::Customer, Turn::Reopened);
        if self.solver == Actor::Ai {
            self.hand_over();
        } else {
            self.exchange(3_000);
        }
    }

    /// Most scores are given within a day, some after a week; some are changed.
    fn survey(&mut self) {
        if !self.teller.dice.chance(SCORED) {
            return;
        }
        match self.teller.dice.weighted(&[70, 18, 12]) {
            0 => self.score(2, DAY),
            1 => self.score(DAY + 10, 7 * DAY - 10),
            _ => self.score(7 * DAY + 10, 20 * DAY),
        }
        if self.teller.dice.chance(SCORED_AGAIN) {
            self.score(1, 2 * DAY);
        }
    }

    /// The customer gives a score, from `low` to `high` minutes on.
    fn score(&mut self, low: i64, high: i64) {
        self.teller.wait(low, high);
        let score = 1 + self.teller.dice.weighted(&SCORES);
        let comments: &[&'static str] = if score >= 4 { &PRAISE } else { &COMPLAINTS };
        let comment = self.teller.dice.pick(comments);
        self.turn(Actor::Customer, Turn::Scored(score, comment));
    }
}
