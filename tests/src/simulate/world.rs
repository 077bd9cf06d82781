//! A simulated world: the service, the model of it, and what happens to both.

use std::sync::{Arc, Mutex, PoisonError};

use assay_app::{AgreementRequest, AppError, Assay, Caller, Once, VersionRequest};
use assay_domain::{
    canon::Digest,
    time::{Duration, Timestamp},
};
use assay_rating::card::RateCard;

use super::{
    faults::{Kind, Strike},
    model::Model,
    site::{Site, start},
    steps::Step,
    tally::Tally,
};
use crate::fuzz::Random;

/// What has happened, for whoever has to find out why something is wrong.
#[derive(Debug, Clone, Default)]
pub(super) struct Trace(Arc<Mutex<Vec<String>>>);

impl Trace {
    fn say(&self, line: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Something that was agreed on, which an undisturbed run agrees on at the same time.
#[derive(Debug, Clone)]
pub(super) enum Term {
    Customer(String),
    Version(VersionRequest),
    Agreement(Box<RateCard>, AgreementRequest),
}

/// How often a fault is planned, and how many moments that fit may pass before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Odds {
    pub(super) once_in: u64,
    pub(super) moments: u64,
}

/// For what is one transaction.
pub(super) const ORDINARY: Odds = Odds { once_in: 5, moments: 1 };

pub(super) struct World {
    pub(super) site: Site,
    pub(super) model: Model,
    pub(super) random: Random,
    pub(super) tally: Tally,
    pub(super) now: Timestamp,
    /// Customers that people have named.
    pub(super) customers: Vec<&'static str>,
    /// How many interactions there can be.
    pub(super) interactions: usize,
    /// What was agreed on, and when.
    pub(super) terms: Vec<(Timestamp, Term)>,
    /// Merged customers and into whom, in order.
    pub(super) merges: Vec<(String, String)>,
    /// Whether an invoice was voided.
    pub(super) has_voided: bool,
    /// What was done last was done already by a process that died of it.
    pub(super) was_done: bool,
    numbers: u64,
    trace: Trace,
}

impl World {
    /// Lives through a seed.
    pub(super) async fn live(seed: u64, trace: Trace) -> Result<Tally, String> {
        let mut random = Random::new(seed);
        let threads = 1 + random.index(2);
        let is_equipped = !random.once_in(8);
        let site = if is_equipped { Site::equipped(threads).await } else { Site::empty(threads).await };
        let mut world = Self::new(site, random, trace);
        world.set_up(is_equipped).await?;
        for _ in 0..world.random.between(20, 60) {
            world.step().await?;
        }
        world.end().await?;
        world.tally.seeds += 1;
        let Self { site, tally, .. } = world;
        site.close().await;
        Ok(tally)
    }

    fn new(site: Site, mut random: Random, trace: Trace) -> Self {
        Self {
            site,
            model: Model::default(),
            tally: Tally::default(),
            now: start(),
            customers: ["acme", "globex", "initech", "hooli"][..2 + random.index(3)].to_vec(),
            interactions: 3 + random.index(10),
            terms: Vec::new(),
            merges: Vec::new(),
            has_voided: false,
            was_done: false,
            numbers: 0,
            random,
            trace,
        }
    }

    async fn step(&mut self) -> Result<(), String> {
        let step = Step::draw(&mut self.random);
        self.say(format!("{} {}", self.now, step.name()));
        if self.take(step).await? {
            self.tally.step(step.name());
        }
        self.check_laws().await
    }

    /// Tells what is being done.
    pub(super) fn say(&self, line: String) {
        self.trace.say(line);
    }

    /// A number that was not used before.
    pub(super) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// Lets time pass: whole minutes, as a rule that was woken early is asked again after a minute at the earliest.
    pub(super) fn pass_minutes(&mut self, minutes: i64) {
        self.now = self.now.plus(length(minutes));
        self.site.clock.set(self.now);
    }

    pub(super) fn ago(&self, minutes: i64) -> Timestamp {
        self.now.plus(length(-minutes))
    }

    /// Does something under an idempotency key, again and again while something goes wrong; what it comes to in the end.
    pub(super) async fn attempt<T>(
        &mut self,
        odds: Odds,
        what: impl AsyncFn(&Assay, &Caller) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let key = format!("act-{}", self.number());
        let once = Once { request: Digest::of(key.as_bytes()), key };
        self.was_done = false;
        self.tempt(odds);
        loop {
            let caller = Caller { once: Some(once.clone()), ..self.site.caller() };
            let done = what(self.site.assay(), &caller).await;
            match self.survive().await {
                Some(strike) if strike.is_death() || done.is_err() => {
                    self.was_done |= strike.is_committed();
                    self.tempt(odds);
                }
                _ => return done,
            }
        }
    }

    /// The same for what must not be refused.
    pub(super) async fn must<T>(&mut self, odds: Odds, what: impl AsyncFn(&Assay, &Caller) -> Result<T, AppError>) -> Result<T, String> {
        self.attempt(odds, what).await.map_err(|error| refusal(&error))
    }

    /// Plans something to go wrong, perhaps.
    pub(super) fn tempt(&mut self, odds: Odds) {
        if self.random.once_in(odds.once_in) {
            let kind = *self.random.one_of(&Kind::ALL);
            self.site.faults.plan(kind, self.random.below(odds.moments));
        }
    }

    /// What went wrong, if anything did; who died of it lives again.
    pub(super) async fn survive(&mut self) -> Option<Strike> {
        let strike = self.site.faults.take()?;
        self.say(format!("    {}", strike.name()));
        self.tally.fault(strike.name());
        if strike.is_death() {
            self.site.restart().await;
        }
        Some(strike)
    }
}

pub(super) fn length(minutes: i64) -> Duration {
    Duration::from_micros(minutes * 60_000_000).expect("a length in range")
}

/// What a use case that must happen says when it does not.
pub(super) fn refusal(error: &AppError) -> String {
    format!("it was refused: {error} ({error:?})")
}
