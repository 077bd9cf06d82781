//! What happens to one ticket, from its opening to its closing, or to wherever it is left.

use assay_domain::event::Actor;

use super::{
    dice::Dice,
    told::{Teller, Told, What},
};

/// Minutes in a day.
const DAY: i64 = 24 * 60;
/// The desk closes what has stayed resolved for so long.
const CLOSES_AFTER: i64 = 5 * DAY;
const REOPENINGS_MAX: u32 = 3;

/// The states of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    New,
    Active,
    Awaiting,
    Resolved,
    Closed,
}

impl State {
    /// As the desk writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Active => "Active",
            Self::Awaiting => "Awaiting User Info",
            Self::Resolved => "Resolved",
            Self::Closed => "Closed",
        }
    }
}

/// The ticket after one update.
#[derive(Debug, Clone, Copy)]
pub(super) struct Update {
    pub(super) state: State,
    pub(super) reopened: u32,
    pub(super) reassigned: u32,
    /// Index into the desk's groups.
    pub(super) group: usize,
}

/// Tells all updates of a ticket opened at a minute since the epoch by `opener`, and reopened this often in ten thousand.
pub(super) fn tell(dice: &mut Dice, opened: i64, opener: Actor, reopenings: u32) -> Vec<Told> {
    let now = Update { state: State::New, reopened: 0, reassigned: 0, group: 0 };
    let mut story = Story { teller: Teller::new(dice, opened), now };
    story.open(opener);
    let mut solver = story.first_line();
    story.work(solver);
    while !story.ends(solver, reopenings) {
        solver = Actor::Human;
        story.work(solver);
    }
    story.teller.end()
}

struct Story<'d> {
    teller: Teller<'d>,
    now: Update,
}

impl Story<'_> {
    fn then(&mut self, actor: Actor, state: State) {
        self.now.state = state;
        self.teller.say(actor, What::Incident(self.now));
    }

    fn then_within(&mut self, minutes: i64, actor: Actor, state: State) {
        self.teller.wait(0, minutes);
        self.then(actor, state);
    }

    fn then_after(&mut self, typical: i64, actor: Actor, state: State) {
        self.teller.wait_about(typical);
        self.then(actor, state);
    }

    /// Hands the ticket to another group of people.
    fn reassign(&mut self) {
        self.now.group = self.teller.people();
        self.now.reassigned += 1;
    }

    fn open(&mut self, opener: Actor) {
        self.then(opener, State::New);
        if self.teller.dice.chance(5_500) {
            self.then_within(1, Actor::System, State::New);
        }
    }

    /// The AI agent takes most tickets and keeps those that it can solve; the answer is who solves this one.
    fn first_line(&mut self) -> Actor {
        if !self.teller.dice.chance(8_000) {
            self.reassign();
            self.then_after(30, Actor::Human, State::Active);
            return Actor::Human;
        }
        self.then_within(1, Actor::Ai, State::Active);
        if self.teller.dice.chance(2_500) {
            self.then_within(3, Actor::Ai, State::Awaiting);
            self.then_after(40, Actor::Customer, State::Active);
        }
        if self.teller.dice.chance(6_200) {
            return Actor::Ai;
        }
        self.reassign();
        self.then_within(5, Actor::Ai, State::Active);
        Actor::Human
    }

    fn work(&mut self, solver: Actor) {
        if solver != Actor::Human {
            return;
        }
        while self.teller.dice.chance(3_300) {
            self.reassign();
            self.then_after(90, Actor::Human, State::Active);
        }
        if self.teller.dice.chance(4_000) {
            self.then_after(45, Actor::Human, State::Awaiting);
            self.then_after(200, Actor::Customer, State::Active);
        }
        while self.teller.dice.chance(3_000) {
            self.then_after(60, Actor::Human, State::Active);
        }
    }

    /// Whether the story is over; if not, the ticket was resolved and has come back.
    fn ends(&mut self, solver: Actor, reopenings: u32) -> bool {
        match self.teller.dice.weighted(&[300, 200, 9_500]) {
            0 => return true,
            1 => {
                self.then_after(120, Actor::Human, State::Closed);
                return true;
            }
            _ => {}
        }
        if solver == Actor::Ai {
            self.then_within(12, Actor::Ai, State::Resolved);
        } else {
            self.then_after(120, Actor::Human, State::Resolved);
        }
        if self.now.reopened >= REOPENINGS_MAX || !self.teller.dice.chance(reopenings) {
            self.close();
            return true;
        }
        self.reopen();
        false
    }

    fn close(&mut self) {
        self.teller.wait(CLOSES_AFTER, CLOSES_AFTER + 35);
        self.then(Actor::System, State::Closed);
    }

    /// Most come back within a day, some before the closing, a few after it.
    fn reopen(&mut self) {
        match self.teller.dice.weighted(&[60, 32, 8]) {
            0 => self.teller.wait(5, DAY - 10),
            1 => self.teller.wait(DAY + 10, CLOSES_AFTER - 10),
            _ => {
                self.close();
                self.teller.wait(60, 14 * DAY);
            }
        }
        self.now.reopened += 1;
        if self.now.group == 0 {
            self.reassign();
        }
        self.then(Actor::Customer, State::Active);
    }
}
