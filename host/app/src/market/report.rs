//! What the offers come to, each by itself and any two beside each other.

use std::collections::BTreeMap;

use assay_domain::{decimal::Quantity, money::Amount, outcome::OutcomeState, time::Timestamp};

use super::{Found, offer::Bidder};
use crate::{
    Interval,
    error::{AppError, Result},
};

/// The most frequent ways in which two offers differ that are told.
const PATTERNS: usize = 3;

/// What each offer would have billed.
#[derive(Debug, Clone, PartialEq)]
pub struct MarketReport {
    /// Interactions that were looked at; erased ones are not.
    pub interactions: u64,
    /// As of when they were judged.
    pub as_of: Timestamp,
    /// In the order they were asked.
    pub sides: Vec<MarketSide>,
    /// Every two of them.
    pub pairs: Vec<MarketPair>,
}

/// What one offer comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct MarketSide {
    /// The rule's name.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// What was set.
    pub parameters: Vec<(String, String)>,
    /// Interactions of which it reads anything.
    pub judged: u64,
    /// Those that count as an attempt: judged, eligible, and no fault.
    pub attempts: u64,
    /// Those that succeed.
    pub successes: u64,
    /// Those on which nothing is decided yet.
    pub open: u64,
    /// Those that a fault kept from being judged.
    pub faulted: u64,
    /// Between what bounds the success rate lies, with a confidence of 95 %; `None` without attempts.
    pub interval: Option<Interval>,
    /// What is charged, by class.
    pub charges: Vec<MarketCharge>,
    /// All of it.
    pub total: Amount,
    /// Where interactions stand and why, the most frequent first.
    pub reasons: Vec<MarketReason>,
}

/// What one class of successes costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketCharge {
    /// The class, or `success`.
    pub label: String,
    /// How many.
    pub quantity: Quantity,
    /// Of one.
    pub price: String,
    /// Of all.
    pub amount: Amount,
}

/// How many interactions stand in a state for a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketReason {
    /// The state of an outcome, and the code of the reason.
    pub stand: String,
    /// How many.
    pub interactions: u64,
}

/// Two offers beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketPair {
    /// The one.
    pub one: String,
    /// The other.
    pub other: String,
    /// Interactions that both bill.
    pub both: u64,
    /// That only the one bills.
    pub only_one: u64,
    /// That only the other bills.
    pub only_other: u64,
    /// What they say where one bills and the other does not, the most frequent first: of the one, of the other, how often.
    pub patterns: Vec<(String, String, u64)>,
}

/// What is counted while interactions are judged.
pub(super) struct Tallies {
    seen: u64,
    sides: Vec<Tally>,
    /// By the places of two offers: what each says, and how often.
    pairs: BTreeMap<(usize, usize), Beside>,
}

#[derive(Default)]
struct Tally {
    judged: u64,
    attempts: u64,
    successes: u64,
    open: u64,
    faulted: u64,
    earned: BTreeMap<Option<String>, i64>,
    reasons: BTreeMap<String, u64>,
}

#[derive(Default)]
struct Beside {
    both: u64,
    only_one: u64,
    only_other: u64,
    patterns: BTreeMap<(String, String), u64>,
}

impl Tallies {
    pub(super) fn new(offers: usize) -> Self {
        Self { seen: 0, sides: (0..offers).map(|_| Tally::default()).collect(), pairs: BTreeMap::new() }
    }

    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    /// Adds what every offer makes of one interaction.
    pub(super) fn add(&mut self, found: &[Found]) {
        self.seen += 1;
        self.sides.iter_mut().zip(found).for_each(|(side, found)| side.add(found));
        for (one, by_one) in found.iter().enumerate() {
            for (other, by_other) in found.iter().enumerate().skip(one + 1) {
                self.pairs.entry((one, other)).or_default().add(by_one, by_other);
            }
        }
    }

    pub(super) fn report(self, bidders: &[Bidder], as_of: Timestamp) -> Result<MarketReport> {
        let mut sides = Vec::with_capacity(bidders.len());
        for (tally, bidder) in self.sides.into_iter().zip(bidders) {
            sides.push(tally.side(bidder)?);
        }
        let name = |at: usize| bidders.get(at).map(|bidder| bidder.name.clone()).unwrap_or_default();
        let pairs = self.pairs.into_iter().map(|((one, other), beside)| beside.pair(name(one), name(other))).collect();
        Ok(MarketReport { interactions: self.seen, as_of, sides, pairs })
    }
}

impl Tally {
    fn add(&mut self, found: &Found) {
        match found {
            Found::Unread => return,
            Found::Faulted(_) => self.faulted += 1,
            Found::Stands { state, class, micros, .. } => {
                self.attempts += u64::from(state.is_attempt());
                self.open += u64::from(*state == OutcomeState::Open);
                if found.is_billed() {
                    self.successes += 1;
                    *self.earned.entry(class.clone()).or_default() += micros;
                }
            }
        }
        self.judged += 1;
        *self.reasons.entry(found.words()).or_default() += 1;
    }

    fn side(self, bidder: &Bidder) -> Result<MarketSide> {
        let earned: Vec<_> = self.earned.into_iter().map(|(class, micros)| (class, Quantity::from_micros(micros))).collect();
        let cannot = |source| AppError::Rating { customer: bidder.name.clone(), period: "the history".into(), source };
        let (charges, total) = bidder.price(&earned).map_err(cannot)?;
        let mut reasons: Vec<_> = self.reasons.into_iter().map(|(stand, interactions)| MarketReason { stand, interactions }).collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.interactions));
        Ok(MarketSide {
            rule: bidder.name.clone(),
            title: bidder.title.clone(),
            parameters: bidder.parameters.clone(),
            judged: self.judged,
            attempts: self.attempts,
            successes: self.successes,
            open: self.open,
            faulted: self.faulted,
            interval: Interval::of_proportion(self.successes.min(self.attempts), self.attempts),
            charges,
            total,
            reasons,
        })
    }
}

impl Beside {
    fn add(&mut self, one: &Found, other: &Found) {
        match (one.is_billed(), other.is_billed()) {
            (true, true) => self.both += 1,
            (false, false) => return,
            (true, false) => self.only_one += 1,
            (false, true) => self.only_other += 1,
        }
        if one.is_billed() != other.is_billed() {
            *self.patterns.entry((one.words(), other.words())).or_default() += 1;
        }
    }

    fn pair(self, one: String, other: String) -> MarketPair {
        let mut patterns: Vec<_> = self.patterns.into_iter().map(|((one, other), count)| (one, other, count)).collect();
        patterns.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
        patterns.truncate(PATTERNS);
        MarketPair { one, other, both: self.both, only_one: self.only_one, only_other: self.only_other, patterns }
    }
}
