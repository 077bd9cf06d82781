//! How much is disputed, by definition, reason and customer, and what came of it.

use std::collections::{BTreeMap, HashMap};

use assay_domain::{
    dispute::{Category, DisputeState},
    id::{CustomerId, DefinitionId},
    money::Amount,
    ruling::Ruling,
};
use assay_store::{
    Page, customers, definitions,
    disputes::{self, DisputeFilter, DisputeRow},
};

use crate::{Assay, Caller, error::Result};

/// Millionths in the whole.
const WHOLE: i128 = 1_000_000;

/// How much is disputed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DisputeReport {
    /// Altogether.
    pub all: DisputeTally,
    /// By the definition's slug.
    pub definitions: BTreeMap<String, DisputeTally>,
    /// By the definition's slug and the code of the verdict's reason.
    pub reasons: BTreeMap<(String, String), DisputeTally>,
    /// By the customer's key.
    pub customers: BTreeMap<String, DisputeTally>,
    /// By what is said to be wrong; its outcomes are all there are.
    pub categories: BTreeMap<Category, DisputeTally>,
}

/// Disputes of one kind, and what came of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DisputeTally {
    /// Outcomes that were ever to be billed: what disputes are a part of.
    pub outcomes: u64,
    /// How many disputes were opened.
    pub disputes: u64,
    /// Of these, those that wait for an answer.
    pub open: u64,
    /// Those that the customer was right about.
    pub upheld: u64,
    /// Those that the outcome stood against.
    pub rejected: u64,
    /// Those of which a share was taken back.
    pub split: u64,
    /// Of the decided ones, those that nobody had answered in time.
    pub by_default: u64,
    /// Those that were appealed.
    pub appealed: u64,
    /// What the disputed outcomes were worth, by currency.
    pub disputed: BTreeMap<String, Amount>,
    /// What was taken back of that, by currency: the share of each that its ruling takes back, cut to whole minor units.
    pub taken_back: BTreeMap<String, Amount>,
}

impl DisputeTally {
    /// Disputes among a million outcomes, cut to whole ones; `None` where there is no outcome.
    pub fn rate_per_million(&self) -> Option<u64> {
        (self.outcomes > 0).then(|| u64::try_from(u128::from(self.disputes) * 1_000_000 / u128::from(self.outcomes)).unwrap_or(u64::MAX))
    }

    /// The rate as decimal text: `0.0125`.
    pub fn rate(&self) -> Option<String> {
        let rate = self.rate_per_million()?;
        Some(format!("{}.{:06}", rate / 1_000_000, rate % 1_000_000))
    }

    fn add(&mut self, row: &DisputeRow, was_appealed: bool) {
        let state = row.last.step.state;
        self.disputes += 1;
        self.open += u64::from(state.is_open());
        match state.ruling() {
            Some(Ruling::Uphold) => self.upheld += 1,
            Some(Ruling::Reject) => self.rejected += 1,
            Some(Ruling::Split(_)) => self.split += 1,
            None => {}
        }
        self.by_default += u64::from(state.ruling().is_some() && row.last.step.by_default);
        self.appealed += u64::from(was_appealed);
        if let Some(amount) = row.dispute.amount {
            add(&mut self.disputed, amount);
            add(&mut self.taken_back, taken_back(amount, state));
        }
    }
}

fn add(sums: &mut BTreeMap<String, Amount>, amount: Amount) {
    let currency = amount.currency();
    let sum = sums.entry(currency.to_string()).or_insert(Amount::new(0, currency));
    *sum = Amount::new(sum.minor().saturating_add(amount.minor()), currency);
}

fn taken_back(amount: Amount, state: DisputeState) -> Amount {
    let minor = match state.ruling() {
        Some(Ruling::Uphold) => amount.minor(),
        Some(Ruling::Split(share)) => {
            i64::try_from(i128::from(amount.minor()) * i128::from(share.micros()) / WHOLE).unwrap_or(amount.minor())
        }
        Some(Ruling::Reject) | None => 0,
    };
    Amount::new(minor, amount.currency())
}

impl Assay {
    /// How much is disputed of what was ever to be billed, and what came of it.
    pub async fn dispute_report(&self, caller: &Caller) -> Result<DisputeReport> {
        let mut reader = self.store.read(caller.tenant).await?;
        let slugs: HashMap<DefinitionId, String> = definitions::all(&mut reader).await?.into_iter().collect();
        let keys: HashMap<CustomerId, String> = customers::all(&mut reader).await?.into_iter().map(|row| (row.id, row.key)).collect();
        let mut report = DisputeReport::default();
        for tally in disputes::outcome_tallies(&mut reader).await? {
            let slug = slugs.get(&tally.definition).cloned().unwrap_or_default();
            let customer = keys.get(&tally.customer).cloned().unwrap_or_default();
            report.each(&slug, &tally.reason, &customer, |of| of.outcomes += tally.count.unsigned_abs());
        }
        for row in disputes::page(&mut reader, DisputeFilter::default(), Page::ALL).await? {
            let was_appealed = disputes::was_appealed(&mut reader, row.id).await?;
            report.each(&row.slug, &row.dispute.reason, &row.customer_key, |of| of.add(&row, was_appealed));
            report.categories.entry(row.dispute.category).or_default().add(&row, was_appealed);
        }
        let outcomes = report.all.outcomes;
        report.categories.values_mut().for_each(|of| of.outcomes = outcomes);
        Ok(report)
    }
}

impl DisputeReport {
    /// Changes the tallies that something under a definition, for a reason, of a customer is a part of.
    fn each(&mut self, slug: &str, reason: &str, customer: &str, change: impl Fn(&mut DisputeTally)) {
        change(&mut self.all);
        change(self.definitions.entry(slug.to_owned()).or_default());
        change(self.reasons.entry((slug.to_owned(), reason.to_owned())).or_default());
        change(self.customers.entry(customer.to_owned()).or_default());
    }
}
