//! The periods of every agreement: what they cost, what is posted for them, and up to where usage was counted.

use std::collections::{BTreeMap, HashMap};

use assay_domain::{
    id::CustomerId,
    money::{Amount, Currency},
    period::Period,
    terms::Agreement,
    time::Timestamp,
};
use assay_rating::{
    RatingError,
    rate::{RatedLine, rate},
    settle::settle,
};
use assay_store::{Connection, conservation};

use super::{
    class::EventClass,
    equation::{Equation, Money},
    known::Known,
    posted::{Posted, posted},
};
use crate::{
    error::{AppError, Result},
    rated::{RatedPeriod, Rates},
};

/// What all periods come to.
#[derive(Default)]
pub(super) struct Books {
    /// By customer, in order of time.
    counted: HashMap<CustomerId, Vec<Counted>>,
    /// By the currency's code.
    pub(super) money: BTreeMap<String, Money>,
    /// What does not hold of single periods.
    pub(super) broken: Vec<Equation>,
}

/// Up to where the usage of a time was counted by documents that stand.
struct Counted {
    from: Timestamp,
    until: Timestamp,
    /// The number of the last change of usage that was; zero where none was.
    last: i64,
}

/// A period with what is posted for it.
struct Entry<'a> {
    agreement: &'a Agreement,
    period: Period,
    currency: Currency,
    /// Whether its run has billed it, and not only advances.
    is_billed: bool,
    posted: Posted,
}

/// What a period costs, in minor units.
struct Price {
    cost: i64,
    /// By the usage that its documents counted.
    counted: i64,
    /// What is still to be posted.
    due: i64,
    /// Whether nothing is, on any line.
    is_settled: bool,
}

impl Books {
    pub(super) async fn read(c: &mut impl Connection, known: &Known) -> Result<Self> {
        let mut books = Self::default();
        let mut posted = posted(c, known).await?;
        let agreements: Vec<&Agreement> = known.agreements().collect();
        for agreement in agreements {
            let (Some(calendar), Some(card)) = (known.rates.calendar(agreement), known.rates.card(agreement)) else { continue };
            let mut next = calendar.containing(agreement.from);
            while let Some(period) = next {
                let Some(covered) = Rates::covered(agreement, &period) else { break };
                let posted = posted.remove(&(agreement.id, period.name));
                // Advances may be posted for what has not begun.
                if posted.is_none() && covered.0 > known.as_of {
                    break;
                }
                let posted = posted.unwrap_or_default();
                let is_billed = posted.counted.is_some() || known.is_billed(calendar.month_billing(&period));
                let entry = Entry { agreement, period, currency: card.currency, is_billed, posted };
                let last = books.enter(c, known, &entry).await?;
                let counted = Counted { from: covered.0, until: covered.1, last };
                books.counted.entry(agreement.customer).or_default().push(counted);
                next = calendar.after(&period);
            }
        }
        books.counted.values_mut().for_each(|counted| counted.sort_by_key(|counted| counted.from));
        books.broken.extend(posted.iter().map(|((agreement, period), posted)| {
            Equation::new(format!("{period} is a period of {agreement} that lines may bill"), posted.minor, 0)
        }));
        books.read_documents(c, known.as_of).await?;
        Ok(books)
    }

    /// What became of usage that stands, by its date and the number of its change.
    pub(super) fn class(&self, customer: CustomerId, dated_at: Timestamp, number: i64, as_of: Timestamp) -> EventClass {
        let mine = self.counted.get(&customer).map(Vec::as_slice).unwrap_or_default();
        let started = mine.partition_point(|counted| counted.from <= dated_at);
        let at = started.checked_sub(1).and_then(|last| mine.get(last)).filter(|counted| dated_at < counted.until);
        match at {
            Some(counted) if number <= counted.last => EventClass::Billed,
            _ if dated_at <= as_of => EventClass::Billable,
            _ => EventClass::Provisional,
        }
    }

    /// Adds a period up; gives back the number of the last change of usage that was counted.
    async fn enter(&mut self, c: &mut impl Connection, known: &Known, entry: &Entry<'_>) -> Result<i64> {
        let money = self.money.entry(entry.currency.to_string()).or_insert_with(|| Money::new(entry.currency));
        let sum = if entry.is_billed { &mut money.posted } else { &mut money.advances };
        *sum = sum.saturating_add(entry.posted.minor);
        let price = match entry.price(c, known).await {
            // A success that was judged before its price needed its worth waits to be quarantined.
            Err(AppError::Rating { source: RatingError::ValueMissing { .. }, .. }) => {
                let posted = entry.posted.minor;
                Price { cost: posted, counted: posted, due: 0, is_settled: false }
            }
            Err(AppError::Rating { source, .. }) => {
                let posted = entry.posted.minor;
                let name = format!("{} under {} can be priced: {source}", entry.period.name, entry.agreement.id);
                let (left, right) = (Amount::new(posted, entry.currency).decimal(), "unknown".to_owned());
                self.broken.push(Equation { name, left, right, holds: false });
                Price { cost: posted, counted: posted, due: 0, is_settled: false }
            }
            price => price?,
        };
        if !entry.is_billed {
            money.unbilled = money.unbilled.saturating_add(price.cost).saturating_sub(entry.posted.minor);
            return Ok(0);
        }
        money.cost = money.cost.saturating_add(price.cost);
        money.counted = money.counted.saturating_add(price.counted);
        money.due = money.due.saturating_add(price.due);
        if price.counted != entry.posted.minor {
            let name = format!("{} under {}: cost of what documents counted = posted", entry.period.name, entry.agreement.id);
            let [left, right] = [price.counted, entry.posted.minor].map(|minor| Amount::new(minor, entry.currency).decimal());
            self.broken.push(Equation::new(name, left, right));
        }
        // Where nothing is left to be posted, all that is known was counted, also what cost nothing.
        Ok(if price.is_settled { known.usage_until } else { entry.posted.counted.unwrap_or(0) })
    }

    async fn read_documents(&mut self, c: &mut impl Connection, as_of: Timestamp) -> Result<()> {
        for documents in conservation::documents(c, as_of).await? {
            self.of(documents.invoices.currency()).add_documents(&documents);
        }
        for flow in conservation::flows(c, as_of).await? {
            self.of(flow.amount.currency()).add_flow(&flow);
        }
        for held in conservation::held(c, as_of).await? {
            let money = self.of(held.billable.currency());
            (money.held, money.disputed) = (held.billable.minor(), held.returnable.minor());
        }
        Ok(())
    }

    fn of(&mut self, currency: Currency) -> &mut Money {
        self.money.entry(currency.to_string()).or_insert_with(|| Money::new(currency))
    }
}

impl Entry<'_> {
    async fn price(&self, c: &mut impl Connection, known: &Known) -> Result<Price> {
        let error = |source| Rates::error(self.agreement.customer, &self.period, source);
        let has_ended = self.period.end <= known.as_of;
        let rated = known.rates.rated(c, self.agreement, &self.period, known.usage_until, has_ended).await?;
        if !self.is_billed {
            let cost = if has_ended { total(&rated.lines) } else { self.accrued(c, known, &rated).await? };
            return Ok(Price { cost, counted: 0, due: 0, is_settled: false });
        }
        let deltas = settle(&rated.lines, &self.posted.lines).map_err(error)?;
        let due = deltas.iter().fold(0, |sum: i64, delta| sum.saturating_add(delta.amount.minor()));
        let cost = total(&rated.lines);
        let counted = if deltas.is_empty() { cost } else { self.counted(c, known, cost).await? };
        Ok(Price { cost, counted, due, is_settled: deltas.is_empty() })
    }

    /// What the usage costs that the documents had counted. What no document has billed yet, or waits to be billed again, is none of it.
    async fn counted(&self, c: &mut impl Connection, known: &Known, cost: i64) -> Result<i64> {
        match self.posted.counted.filter(|_| !self.posted.is_open()) {
            None => Ok(self.posted.minor),
            Some(last) if last >= known.usage_until => Ok(cost),
            Some(last) => Ok(total(&known.rates.rated(c, self.agreement, &self.period, last, true).await?.lines)),
        }
    }

    /// What a period that goes on costs by what has settled. The time that is covered stays, as fees follow from it.
    async fn accrued(&self, c: &mut impl Connection, known: &Known, rated: &RatedPeriod) -> Result<i64> {
        let now = Timestamp::from_micros(known.as_of.micros().saturating_add(1)).unwrap_or(known.as_of);
        let until = self.agreement.until.map_or(now, |until| until.min(now));
        let so_far = Agreement { until: Some(until), ..self.agreement.clone() };
        let settled = known.rates.rated(c, &so_far, &self.period, known.usage_until, false).await?;
        let lines = rate(&rated.card, &rated.coverage, &settled.usage);
        Ok(total(&lines.map_err(|source| Rates::error(self.agreement.customer, &self.period, source))?))
    }
}

fn total(lines: &[RatedLine]) -> i64 {
    lines.iter().fold(0, |sum: i64, line| sum.saturating_add(line.amount.minor()))
}
