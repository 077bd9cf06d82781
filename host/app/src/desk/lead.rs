//! What happens to one lead: what is learned about it, whether it is worth pursuing, and the meeting with it.

use assay_domain::event::Actor;

use super::{
    at_minute,
    dice::Dice,
    phrases::{MAILBOXES, ORIGINS, QUESTIONS, Question, UNFIT},
    profile::Profile,
    told::{Teller, Told, What, object},
};

/// Minutes in a day.
const DAY: i64 = 24 * 60;
/// Of ten thousand leads: those that an AI agent works on rather than a person.
const BY_AI: u32 = 7_500;
/// Those whose address is told again, another one.
const MOVED: u32 = 700;
/// Of ten thousand booked meetings: those that are cancelled.
const CANCELLED: u32 = 2_500;
/// Of ten thousand cancelled meetings: those that are booked again.
const REBOOKED: u32 = 5_000;
/// Of ten thousand leads with a meeting: those that are disqualified even so.
const UNFIT_AFTER_ALL: u32 = 800;

/// One thing that happens to a lead.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// A fact is known, by name and value.
    Learned(&'static str, &'static str),
    /// For a reason.
    Disqualified(&'static str),
    /// A meeting at a minute since the epoch.
    Booked(i64),
    Cancelled,
}

impl Step {
    /// The type of its event.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Learned(..) => "lead.fact",
            Self::Disqualified(_) => "lead.disqualified",
            Self::Booked(_) => "meeting.booked",
            Self::Cancelled => "meeting.cancelled",
        }
    }

    /// The data of its event; altered, a meeting is a day later.
    pub(super) fn data(&self, profile: &Profile, altered: bool) -> String {
        let person = profile.person;
        match *self {
            Self::Learned("email", mailbox) => {
                object(altered, format_args!(",\"name\":\"email\",\"value\":\"{mailbox}{person}@mail.example\""))
            }
            Self::Learned(name, value) => object(altered, format_args!(",\"name\":\"{name}\",\"value\":\"{value}\"")),
            Self::Disqualified(reason) => object(altered, format_args!(",\"reason\":\"{reason}\"")),
            Self::Booked(minute) => {
                let at = at_minute(if altered { minute + DAY } else { minute });
                object(altered, format_args!(",\"at\":\"{at}\""))
            }
            Self::Cancelled => object(altered, format_args!("")),
        }
    }
}

/// Tells all of a lead that comes in at a minute since the epoch.
pub(super) fn tell(dice: &mut Dice, opened: i64) -> Vec<Told> {
    let worker = if dice.chance(BY_AI) { Actor::Ai } else { Actor::Human };
    let origin = dice.pick(&ORIGINS);
    let mut lead = Lead { teller: Teller::new(dice, opened), worker };
    lead.step(Actor::System, Step::Learned("source", origin));
    lead.qualify();
    match lead.teller.dice.weighted(&[15, 45, 40]) {
        0 => lead.disqualify(),
        1 => lead.meet(),
        _ => {}
    }
    lead.teller.end()
}

struct Lead<'d> {
    teller: Teller<'d>,
    worker: Actor,
}

impl Lead<'_> {
    fn step(&mut self, actor: Actor, step: Step) {
        self.teller.say(actor, What::Lead(step));
    }

    /// Asks one question after the other; not every one is answered.
    fn qualify(&mut self) {
        for Question { name, answered, answers } in QUESTIONS {
            if self.teller.dice.chance(answered) {
                self.learn(name, answers);
            }
        }
        if self.teller.dice.chance(MOVED) {
            self.learn("email", &MAILBOXES);
        }
    }

    fn learn(&mut self, name: &'static str, values: &[&'static str]) {
        self.teller.wait_about(30);
        let value = self.teller.dice.pick(values);
        self.step(self.worker, Step::Learned(name, value));
    }

    fn disqualify(&mut self) {
        self.teller.wait_about(300);
        let reason = self.teller.dice.pick(&UNFIT);
        self.step(self.worker, Step::Disqualified(reason));
    }

    /// Books a meeting; some are cancelled before they take place, and some of those booked again.
    fn meet(&mut self) {
        self.book();
        if self.teller.dice.chance(CANCELLED) {
            self.teller.wait(10, 2 * DAY);
            self.step(Actor::Customer, Step::Cancelled);
            if self.teller.dice.chance(REBOOKED) {
                self.book();
            }
        }
        if self.teller.dice.chance(UNFIT_AFTER_ALL) {
            self.disqualify();
        }
    }

    /// For a half hour between 8 and 17 o'clock, three days to two weeks on.
    fn book(&mut self) {
        self.teller.wait_about(240);
        let day = self.teller.minute.div_euclid(DAY) + self.teller.dice.between(3, 14);
        let minute = day * DAY + 30 * self.teller.dice.between(16, 33);
        self.step(self.worker, Step::Booked(minute));
    }
}
