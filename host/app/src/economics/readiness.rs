//! Whether a definition is ready to be priced by its outcomes: the four conditions, answered from data.
//!
//! Each question is a share of something, with the exact interval of 95 % around it, compared with a bar: yes when all of the interval is on
//! the good side of the bar, no when all of it is on the other, unclear while it is not known better.

use assay_store::{Connection, costs, definitions};

use super::{EconomicsQuery, query::Scope, unit::whole};
use crate::{Assay, Caller, Interval, error::Result};

/// Decided is at least this share of what could be: a rule that cannot say is argued over.
const BINARY: f64 = 0.95;
/// Not split is at least this share of the successes.
const CLEAR: f64 = 0.90;
/// Disputed or taken back is at most this share of the successes.
const CONTESTED: f64 = 0.02;

/// One of the four conditions of pricing by outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Is the outcome measurable: does the rule decide?
    Binary,
    /// Is the success rate high enough: above the rate at which nothing is left?
    Rate,
    /// Is the outcome attributable: is the credit of a success nobody's but one participant's?
    Credit,
    /// Is the measurement trusted: is little disputed and taken back?
    Trust,
}

impl Question {
    /// Its name: `binary`, `rate`, `credit`, `trust`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Rate => "rate",
            Self::Credit => "credit",
            Self::Trust => "trust",
        }
    }
}

/// What data say to one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Readiness {
    /// The definition's slug.
    pub definition: String,
    /// Which question.
    pub question: Question,
    /// What the data say.
    pub answer: ReadinessAnswer,
    /// How many there are of what is asked for.
    pub part: u64,
    /// Among how many.
    pub whole: u64,
    /// Between what bounds the share lies, with a confidence of 95 %.
    pub interval: Option<Interval>,
    /// The share that decides; `None` where nothing is known to compare with.
    pub bar: Option<f64>,
}

/// What data say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadinessAnswer {
    /// It is so.
    Yes,
    /// It is not.
    No,
    /// There is not enough to say.
    Unclear,
}

impl ReadinessAnswer {
    /// Its name: `yes`, `no`, `unclear`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unclear => "unclear",
        }
    }

    /// Whether a share is at least, or else at most, a bar.
    fn of(interval: Option<Interval>, bar: Option<f64>, is_floor: bool) -> Self {
        let (Some(Interval { low, high }), Some(bar)) = (interval, bar) else { return Self::Unclear };
        match (low >= bar, high <= bar) {
            (true, _) if is_floor => Self::Yes,
            (_, true) if !is_floor => Self::Yes,
            _ if is_floor && high < bar => Self::No,
            _ if !is_floor && low > bar => Self::No,
            _ => Self::Unclear,
        }
    }
}

/// How outcomes stand that opened in the months.
#[derive(Default)]
struct Standings {
    succeeded: u64,
    failed: u64,
    undecided: u64,
    split: u64,
}

impl Standings {
    async fn read(c: &mut impl Connection, definition: assay_domain::id::DefinitionId, scope: &Scope) -> Result<Self> {
        let mut all = Self::default();
        for month in &scope.months {
            for (state, credit, count) in costs::standings(c, definition, (month.start(), month.end())).await? {
                all.add(&state, credit.as_deref(), whole(count));
            }
        }
        Ok(all)
    }

    fn add(&mut self, state: &str, credit: Option<&str>, count: u64) {
        match state {
            "provisional" | "final" => {
                self.succeeded += count;
                // Participants stand in it with a space between.
                self.split += if credit.is_some_and(|credit| credit.contains(' ')) { count } else { 0 };
            }
            "failed" => self.failed += count,
            "indeterminate" | "faulted" => self.undecided += count,
            // What is open may still be decided, and what is not eligible was never asked.
            _ => {}
        }
    }
}

impl Assay {
    /// The four questions for every definition that anything is known of, or the one that is asked for.
    pub async fn readiness(&self, caller: &Caller, query: &EconomicsQuery) -> Result<Vec<Readiness>> {
        let report = self.economics(caller, query).await?;
        let mut reader = self.store.read(caller.tenant).await?;
        let scope = query.scope(&mut reader).await?;
        let mut found = Vec::new();
        for (definition, slug) in definitions::all(&mut reader).await? {
            if scope.definition.is_some_and(|only| only != definition) {
                continue;
            }
            let stand = Standings::read(&mut reader, definition, &scope).await?;
            let rows: Vec<_> = report.by_definition().into_iter().filter(|row| row.definition == slug).collect();
            let (attempts, successes) = rows.iter().fold((0, 0), |(all, good), row| (all.max(row.attempts), good.max(row.successes)));
            let break_even = rows.iter().find_map(super::EconomicsRow::break_even).filter(|rate| *rate > 0.0);
            let contested: u64 = rows.iter().map(|row| row.disputes + row.reversals).max().unwrap_or(0);
            let decided = stand.succeeded + stand.failed;
            let answers = [
                (Question::Binary, decided, decided + stand.undecided, Some(BINARY), true),
                (Question::Rate, successes, attempts, break_even, true),
                (Question::Credit, stand.succeeded - stand.split, stand.succeeded, Some(CLEAR), true),
                (Question::Trust, contested.min(successes + contested), successes + contested, Some(CONTESTED), false),
            ];
            found.extend(answers.map(|(question, part, whole, bar, is_floor)| {
                let interval = Interval::of_proportion(part, whole);
                let answer = ReadinessAnswer::of(interval, bar, is_floor);
                Readiness { definition: slug.clone(), question, answer, part, whole, interval, bar }
            }));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_needs_the_whole_interval_on_one_side_of_the_bar() {
        let of = |low, high, is_floor| ReadinessAnswer::of(Some(Interval { low, high }), Some(0.5), is_floor).name();
        assert_eq!([of(0.6, 0.9, true), of(0.1, 0.4, true), of(0.4, 0.6, true)], ["yes", "no", "unclear"]);
        assert_eq!([of(0.6, 0.9, false), of(0.1, 0.4, false), of(0.4, 0.6, false)], ["no", "yes", "unclear"]);
        assert_eq!(ReadinessAnswer::of(None, Some(0.5), true), ReadinessAnswer::Unclear);
        assert_eq!(ReadinessAnswer::of(Some(Interval { low: 0.1, high: 0.2 }), None, true), ReadinessAnswer::Unclear);
    }
}
