//! What happens to one document: processed well or badly, failed, processed again, or withdrawn.

use assay_domain::event::Actor;

use super::{
    dice::Dice,
    phrases::{FAILURES, FORMS, RETRACTIONS},
    told::{Teller, Told, What, object},
};

/// Minutes in a day.
const DAY: i64 = 24 * 60;
const PASSES_MAX: u32 = 4;
/// How often of 100 a pass fails, leaves the document where it is, ends with a withdrawal, or stands.
const PASSES: [u32; 4] = [10, 2, 4, 84];
/// Of ten thousand passes after the first: those by people.
const BY_PEOPLE: u32 = 3_000;
/// How often of 100 a quality lies between two bounds, in hundredths.
const QUALITIES: [(u32, i64, i64); 4] = [(64, 96, 100), (24, 90, 95), (9, 75, 89), (3, 40, 74)];
/// What is below is mostly processed again.
const GOOD: i64 = 90;
/// Of ten thousand documents that went wrong: those that are processed again.
const AGAIN: u32 = 7_000;

/// What stays the same while a document is worked on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    kind: &'static str,
    pages: u32,
}

/// One thing that happens to a document.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Received(Form),
    /// With a quality, in hundredths.
    Processed(Form, i64),
    /// For a reason.
    Failed(&'static str),
    /// For a reason.
    Retracted(&'static str),
}

impl Step {
    /// The type of its event.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Received(_) => "document.received",
            Self::Processed(..) => "document.processed",
            Self::Failed(_) => "document.failed",
            Self::Retracted(_) => "document.retracted",
        }
    }

    /// The data of its event; altered, a quality is worse.
    pub(super) fn data(&self, altered: bool) -> String {
        match *self {
            Self::Received(Form { kind, pages }) => object(altered, format_args!(",\"kind\":\"{kind}\",\"pages\":{pages}")),
            Self::Processed(Form { kind, pages }, quality) => {
                let quality = if altered { quality - 20 } else { quality };
                let (whole, hundredths) = (quality / 100, quality % 100);
                object(altered, format_args!(",\"quality\":{whole}.{hundredths:02},\"pages\":{pages},\"kind\":\"{kind}\""))
            }
            Self::Failed(reason) | Self::Retracted(reason) => object(altered, format_args!(",\"reason\":\"{reason}\"")),
        }
    }
}

/// Tells all of a document received at a minute since the epoch.
pub(super) fn tell(dice: &mut Dice, opened: i64) -> Vec<Told> {
    // The lesser of two draws: most documents are short.
    let form = Form { kind: dice.pick(&FORMS), pages: 1 + dice.below(12).min(dice.below(12)) };
    let mut work = Work { teller: Teller::new(dice, opened), form };
    work.step(Actor::Customer, Step::Received(form));
    let mut worker = Actor::Ai;
    for _ in 0..PASSES_MAX {
        if !work.pass(worker) || !work.teller.dice.chance(AGAIN) {
            break;
        }
        work.teller.wait_about(60);
        worker = if work.teller.dice.chance(BY_PEOPLE) { Actor::Human } else { Actor::Ai };
    }
    work.teller.end()
}

struct Work<'d> {
    teller: Teller<'d>,
    form: Form,
}

impl Work<'_> {
    fn step(&mut self, actor: Actor, step: Step) {
        self.teller.say(actor, What::Document(step));
    }

    /// Works on the document once; whether that went wrong.
    fn pass(&mut self, worker: Actor) -> bool {
        let end = self.teller.dice.weighted(&PASSES);
        self.teller.wait(0, 8);
        match end {
            0 => self.fail(worker),
            1 => false,
            2 => {
                self.process(worker);
                self.retract()
            }
            _ => self.process(worker) < GOOD,
        }
    }

    /// The answer is the quality, in hundredths.
    fn process(&mut self, worker: Actor) -> i64 {
        let index = self.teller.dice.weighted(&QUALITIES.map(|(weight, ..)| weight));
        let (low, high) = QUALITIES.get(index).map_or((GOOD, 100), |(_, low, high)| (*low, *high));
        let quality = self.teller.dice.between(low, high);
        self.step(worker, Step::Processed(self.form, quality));
        quality
    }

    /// Always wrong.
    fn fail(&mut self, worker: Actor) -> bool {
        let reason = self.teller.dice.pick(&FAILURES);
        self.step(worker, Step::Failed(reason));
        true
    }

    /// Most withdrawals come within three days. Always wrong.
    fn retract(&mut self) -> bool {
        if self.teller.dice.chance(7_500) {
            self.teller.wait(10, 3 * DAY - 10);
        } else {
            self.teller.wait(3 * DAY, 12 * DAY);
        }
        let reason = self.teller.dice.pick(&RETRACTIONS);
        self.step(Actor::Human, Step::Retracted(reason));
        true
    }
}
